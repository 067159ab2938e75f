"""Section 5: what can be had without looking at the lungs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from CXRTriageLib.site_evaluation.report.analysis import SiteAnalysis
from CXRTriageLib.site_evaluation.report.document import (
    Block,
    Column,
    Kind,
    Plot,
    Section,
    Table,
    Text,
)
from CXRTriageLib.site_evaluation.report.plots import interval_plot
from CXRTriageLib.site_evaluation.report.wording import count_text, label_of, reading
from CXRTriageLib.site_evaluation.statistics.controls import (
    SMALLEST_CLASS,
    ControlScore,
    beats_guessing,
    comes_close,
)


def control_section(analysis: SiteAnalysis) -> Section:
    """Return the section about controls.

    Parameters
    ----------
    analysis
        All numbers.

    Returns
    -------
    Section
        With a verdict in plain words.
    """
    blocks = [*_controls(analysis), *_probes(analysis)]
    return Section(key="controls", title="Controls", blocks=tuple(blocks))


def _controls(analysis: SiteAnalysis) -> Iterator[Block]:
    scores = analysis.controls
    if not scores:
        yield Text(
            text="The controls were not run, or no film has a class to run them on: nothing is "
            "known of what the class rests on at this site.",
            is_warning=True,
        )
        return
    yield from _verdict(scores)
    yield _table(scores)
    yield controls_plot(scores)


def _verdict(scores: Sequence[ControlScore]) -> Iterator[Text]:
    close = [label_of(score.control) for score in comes_close(scores)]
    if not beats_guessing(scores[0]):
        yield Text(
            text="The vote itself is not seen to do better than guessing on these films, so that "
            "the controls cannot tell what it rests on.",
            is_warning=True,
        )
    elif close:
        yield Text(
            text=f"Comes close to the vote: {'; '.join(close)}. The classifier may lean on the "
            "source of the film and not on the disease.",
            is_warning=True,
        )
    else:
        yield Text(
            text="No control that ran comes close to the vote. This speaks for the vote, and does "
            "not prove that it looks at disease."
        )
    trained = [score for score in scores if score.control.endswith("_model")]
    if not trained:
        yield Text(
            text=f"The small models were not trained: every class needs {SMALLEST_CLASS} patients."
        )


def _table(scores: Sequence[ControlScore]) -> Table:
    return Table(
        key="controls",
        title="The vote beside controls",
        columns=(
            Column(key="control", heading="What answers"),
            Column(key="accuracy", heading="Accuracy [%]", kind=Kind.PERCENT),
            Column(key="balanced_accuracy", heading="Balanced accuracy [%]", kind=Kind.PERCENT),
            Column(key="chance", heading="Guessing [%]", kind=Kind.PERCENT),
        ),
        rows=tuple(
            (label_of(item.control), item.accuracy, item.balanced_accuracy, item.chance)
            for item in scores
        ),
        reading=(
            *reading("control"),
            "Small models are logistic regressions trained on this site's films and tested on "
            "patients that they have not seen (five folds).",
        ),
    )


def controls_plot(scores: Sequence[ControlScore]) -> Plot:
    """Return a drawing of the vote above its controls.

    Parameters
    ----------
    scores
        The vote first; all with the same chance of guessing.

    Returns
    -------
    Plot
        With intervals and the line of guessing.
    """
    return Plot(
        key="controls",
        title="Balanced accuracy of the vote and of the controls",
        caption="With 95 % intervals; n: films (patients). Good: the vote far to the right, all "
        "controls at the line of guessing.",
        svg=interval_plot(
            [
                (
                    f"{label_of(item.control)}, n "
                    f"{count_text(item.balanced_accuracy.films, item.balanced_accuracy.patients)}",
                    item.balanced_accuracy,
                )
                for item in scores
            ],
            "Balanced accuracy",
            chance=scores[0].chance,
        ),
    )


def _probes(analysis: SiteAnalysis) -> Iterator[Block]:
    sources = np.unique(analysis.main.site[analysis.main.site != ""])
    if len(sources) < 2:
        yield Text(text="All films come from one source, so that there is no source to tell.")
        return
    if not analysis.probes:
        yield Text(
            text=f"The source probe was not run: every source needs {SMALLEST_CLASS} patients."
        )
        return
    yield Table(
        key="source_probe",
        title=f"Source probe: which of {len(sources)} sources does a film come from?",
        columns=(
            Column(key="features", heading="What the probe sees"),
            Column(key="balanced_accuracy", heading="Balanced accuracy [%]", kind=Kind.PERCENT),
            Column(key="chance", heading="Guessing [%]", kind=Kind.PERCENT),
        ),
        rows=tuple(
            (label_of(item.features), item.balanced_accuracy, 1 / item.sources)
            for item in analysis.probes
        ),
        reading=reading("probe"),
    )
