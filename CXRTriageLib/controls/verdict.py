"""When a classifier leans on the source of films, and how that is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from CXRTriageLib.site_evaluation.statistics.controls import (
    ControlScore,
    SourceProbe,
    comes_close,
)

NETWORK_PROBE = "network_model"
"""Key of the small model that sees the features of the classification network."""

RULE = (
    "A control comes close where it is better than guessing and the upper end of its 95 % interval "
    "reaches the vote, in accuracy or in balanced accuracy. The features tell the source where a "
    "small model on them names the source with at least the balanced accuracy with which it names "
    "the class."
)

LEANS = (
    "The classifier leans on the source of the film and not on the disease: expect other answers, "
    "and worse ones, on films of another hospital."
)
STANDS = (
    "No control comes close to the classifier. This speaks for it, and does not prove that it "
    "looks at disease."
)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the controls say of the classifier.

    Attributes
    ----------
    close_controls
        Keys of the controls that come close to the vote.
    features_tell_source
        Whether the network's features name the source at least as well as the class; None
        where the probe could not be trained.
    leans_on_source
        Whether either holds.
    rule
        The thresholds in words.
    sentence
        For the model card.
    """

    close_controls: tuple[str, ...]
    features_tell_source: bool | None
    leans_on_source: bool
    rule: str
    sentence: str


def verdict_on(scores: Sequence[ControlScore], probes: Sequence[SourceProbe]) -> Verdict:
    """Judge the classifier by its controls.

    Parameters
    ----------
    scores
        The vote first; with the small model on the network's features among the others. That
        model sees the lungs and is therefore no control itself.
    probes
        What names the source.

    Returns
    -------
    Verdict
        With a sentence in plain words.
    """
    reaching = tuple(comes_close(scores))
    close = tuple(
        score.control
        for score in scores[1:]
        if score.control != NETWORK_PROBE
        and (score in reaching or _reaches_accuracy(score, scores[0]))
    )
    of_class = {score.control: score.balanced_accuracy.value for score in scores}
    of_source = {probe.features: probe.balanced_accuracy.value for probe in probes}
    source, name = of_source.get(NETWORK_PROBE), of_class.get(NETWORK_PROBE)
    tells = None if source is None or name is None else source >= name
    leans = bool(close) or bool(tells)
    return Verdict(
        close_controls=close,
        features_tell_source=tells,
        leans_on_source=leans,
        rule=RULE,
        sentence=LEANS if leans else STANDS,
    )


def _reaches_accuracy(score: ControlScore, vote: ControlScore) -> bool:
    found, high = score.balanced_accuracy.value, score.accuracy.high
    wanted = vote.accuracy.value
    if found is None or high is None or wanted is None:
        return False
    return found > score.chance and high >= wanted
