"""What can be had without looking at the lungs: if it comes close, the class says little."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.metrics.bootstrap import DRAWS
from CXRTriageLib.site_evaluation.statistics.columns import FilmColumns, Words
from CXRTriageLib.site_evaluation.statistics.labeled_films import LabeledFilms
from CXRTriageLib.site_evaluation.statistics.proportions import exact_share
from CXRTriageLib.site_evaluation.statistics.subgroups import balanced_accuracy

FOLDS = 5
SMALLEST_CLASS = 10
"""Patients that every class must have before a small model is trained on a site's films."""


@dataclass(frozen=True, kw_only=True)
class ControlScore:
    """How often one control names the right class.

    Attributes
    ----------
    control
        "vote" (the classifier itself), "blacked_out_vote", "shape_only_vote",
        "surroundings_model", "shape_model" or "histogram_model".
    accuracy, balanced_accuracy
        Over the films that have this control.
    chance
        Balanced accuracy of guessing: one divided by the number of classes with films.
    """

    control: str
    accuracy: Estimate
    balanced_accuracy: Estimate
    chance: float


@dataclass(frozen=True, kw_only=True)
class SourceProbe:
    """How well a small model tells where a film comes from.

    Attributes
    ----------
    features
        "surroundings", "histogram", "shape" or "mean_probabilities".
    sources
        How many there are.
    balanced_accuracy
        Patients that it had not seen.
    """

    features: str
    sources: int
    balanced_accuracy: Estimate


def control_scores(
    films: FilmColumns, class_names: Sequence[str], *, draws: int = DRAWS
) -> tuple[ControlScore, ...]:
    """Score the vote and all controls that the films allow.

    Parameters
    ----------
    films
        Films with and without a class.
    class_names
        The classes that the vote can give.
    draws
        Resampled sets of patients.

    Returns
    -------
    tuple of ControlScore
        The vote first; empty where no control was run or no film has a class.
    """
    labeled = films.take(np.isin(films.class_name, class_names))
    controls = labeled.controls
    answers: dict[str, Words | None] = {
        "blacked_out_vote": _votes(controls.blacked_out_class),
        "shape_only_vote": _votes(controls.shape_only_class),
        "surroundings_model": _model_answers(controls.surroundings, labeled, labeled.class_name),
        "shape_model": _model_answers(controls.shape, labeled, labeled.class_name),
        "histogram_model": _model_answers(controls.histogram, labeled, labeled.class_name),
    }
    given = {name: answer for name, answer in answers.items() if answer is not None}
    if not given:
        return ()
    return tuple(
        _score(name, LabeledFilms.of(labeled, class_names, answer), draws)
        for name, answer in {"vote": labeled.found, **given}.items()
    )


def _votes(names: Words) -> Words | None:
    return names if (names != "").any() else None


def _score(name: str, films: LabeledFilms, draws: int) -> ControlScore:
    return ControlScore(
        control=name,
        accuracy=exact_share(list(films.right), list(films.patient)),
        balanced_accuracy=balanced_accuracy(films, draws=draws),
        chance=1 / len(films.present),
    )


def beats_guessing(vote: ControlScore) -> bool:
    """Return whether a vote is seen to do better than guessing; controls tell nothing if not."""
    low = vote.balanced_accuracy.low
    return low is not None and low > vote.chance


def comes_close(scores: Sequence[ControlScore]) -> Iterator[ControlScore]:
    """Yield the controls that are as good as the vote, as far as the films can tell.

    A control comes close where it is better than chance and the upper end of its interval
    reaches the vote's balanced accuracy.

    Parameters
    ----------
    scores
        The vote first.

    Yields
    ------
    ControlScore
        Those that come close.
    """
    vote = scores[0].balanced_accuracy.value if scores else None
    for score in scores[1:]:
        found = score.balanced_accuracy
        if vote is None or found.value is None or found.high is None:
            continue
        if found.value > score.chance and found.high >= vote:
            yield score


def source_probes(films: FilmColumns, *, draws: int = DRAWS) -> tuple[SourceProbe, ...]:
    """Train small models to tell the source of a film.

    Parameters
    ----------
    films
        All films; those without a source are left out.
    draws
        Resampled sets of patients.

    Returns
    -------
    tuple of SourceProbe
        Empty with fewer than two sources of at least ten patients.
    """
    films = films.take(films.site != "")
    features: dict[str, NDArray[Any]] = {
        "surroundings": films.controls.surroundings,
        "histogram": films.controls.histogram,
        "shape": films.controls.shape,
        "mean_probabilities": films.probabilities,
    }
    answers = {name: _model_answers(table, films, films.site) for name, table in features.items()}
    sources = np.unique(films.site).tolist()
    return tuple(
        SourceProbe(
            features=name,
            sources=len(sources),
            balanced_accuracy=balanced_accuracy(
                LabeledFilms(
                    class_names=tuple(sources),
                    truth=np.searchsorted(sources, films.site),
                    found=_positions(answer, sources),
                    probabilities=np.full((len(films), len(sources)), np.nan),
                    patient=films.patient,
                ),
                draws=draws,
            ),
        )
        for name, answer in answers.items()
        if answer is not None
    )


def _positions(names: Words, sources: Sequence[str]) -> NDArray[np.int64]:
    """Return the position of each name; one past the last for a film without an answer."""
    order = {name: index for index, name in enumerate(sources)}
    return np.array([order.get(name, len(sources)) for name in names.tolist()], dtype=np.int64)


def _model_answers(features: NDArray[Any], films: FilmColumns, targets: Words) -> Words | None:
    """Let logistic regressions answer for patients that they have not seen.

    Returns
    -------
    ndarray or None
        One answer a film, empty for films without features; None where films or classes are
        too few.
    """
    known = ~np.isnan(features).any(axis=1) if features.shape[1] else np.zeros(len(films), bool)
    targets_known, patients = targets[known], films.patient[known]
    sizes = [len(np.unique(patients[targets_known == name])) for name in np.unique(targets_known)]
    if len(sizes) < 2 or min(sizes) < SMALLEST_CLASS:
        return None
    model = make_pipeline(
        StandardScaler(), LogisticRegression(class_weight="balanced", max_iter=2000)
    )
    answers = np.full(len(films), "", dtype=targets.dtype)
    answers[known] = cross_val_predict(
        model,
        features[known].astype(np.float64),
        targets_known,
        groups=patients,
        cv=StratifiedGroupKFold(n_splits=FOLDS, shuffle=True, random_state=0),
    )
    return answers
