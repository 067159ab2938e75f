"""Section 3: how often the class is right, for whom, and what its probability is worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from CXRTriageLib.site_evaluation.report.analysis import ClassificationResults, SiteAnalysis
from CXRTriageLib.site_evaluation.report.class_blocks import class_blocks
from CXRTriageLib.site_evaluation.report.comparison_blocks import comparison_blocks
from CXRTriageLib.site_evaluation.report.document import (
    Block,
    Column,
    Kind,
    Plot,
    Section,
    Table,
    Text,
)
from CXRTriageLib.site_evaluation.report.plots import (
    confusion_plot,
    reliability_plot,
)
from CXRTriageLib.site_evaluation.report.subgroup_blocks import subgroup_blocks
from CXRTriageLib.site_evaluation.report.wording import (
    MEASURE_LABELS,
    counted,
    reading,
)
from CXRTriageLib.site_evaluation.statistics.calibration import TemperatureTest
from CXRTriageLib.site_evaluation.statistics.labeled_films import LabeledFilms

NO_CLASS = "No class"
OVERALL = ("accuracy", "precision", "recall", "f1", "specificity", "balanced_accuracy", "area")


def classification_section(analysis: SiteAnalysis) -> Section:
    """Return the section about classes.

    Parameters
    ----------
    analysis
        All numbers.

    Returns
    -------
    Section
        A sentence where no film has a class.
    """
    results = analysis.classification
    blocks: list[Block] = []
    if results is None:
        blocks.append(
            Text(text="No film of this evaluation carries a class that the software knows.")
        )
    else:
        blocks += _scores(results, analysis)
        blocks += class_blocks(results, _labels(analysis))
        blocks += _calibration(results)
    blocks += subgroup_blocks(analysis.subgroups)
    if analysis.other_run is not None:
        blocks += comparison_blocks(
            analysis.other_run,
            "other_run",
            ("this run", "the other run"),
            "This run against the other run",
            _labels(analysis),
        )
    return Section(key="classification", title="Classification", blocks=tuple(blocks))


def _labels(analysis: SiteAnalysis) -> dict[str, str]:
    return dict(zip(analysis.facts.class_names, analysis.facts.class_labels, strict=True))


def _scores(results: ClassificationResults, analysis: SiteAnalysis) -> Iterator[Block]:
    labeled, labels = results.labeled, _labels(analysis)
    overall = results.overall
    counts = np.bincount(labeled.truth, minlength=len(labels))
    frequent = int(counts.argmax())
    absent = [label for label, count in zip(labels.values(), counts, strict=True) if count == 0]
    yield Table(
        key="classification",
        title="Classification, as in Table X of the paper",
        columns=(
            Column(key="measure", heading="Measure"),
            Column(key="value", heading="This site [%]", kind=Kind.PERCENT),
        ),
        rows=tuple((MEASURE_LABELS[name], getattr(overall, name)) for name in OVERALL),
        reading=(
            *reading("interval", *OVERALL),
            f"Always naming the most frequent class ({labels[labeled.class_names[frequent]]}) "
            f"would be right on {100 * counts[frequent] / len(labeled):.1f} % of "
            f"{counted(len(labeled), 'film')}. A film without plausible lungs gets no class and "
            "counts as wrong.",
            *(
                (f"No film of this class: {', '.join(absent)}; the class means leave it out.",)
                if absent
                else ()
            ),
        ),
    )
    yield from _confusion(labeled, labels)


def _confusion(labeled: LabeledFilms, labels: Mapping[str, str]) -> Iterator[Block]:
    confusion = labeled.confusion()[labeled.present]
    names = [labels[labeled.class_names[code]] for code in labeled.present.tolist()]
    columns = [*labels.values(), NO_CLASS]
    yield Plot(
        key="confusion",
        title="Confusion matrix",
        caption=f"{counted(len(labeled), 'film')}. Rows: the class of the manifest; columns: what "
        "was found; in each cell the films and their share of the row. Right answers lie on the "
        "diagonal.",
        svg=confusion_plot(confusion, names, columns),
        is_wide=False,
    )
    yield Table(
        key="confusion_matrix",
        title="Confusion matrix in numbers",
        columns=(
            Column(key="class", heading="Class of the manifest"),
            *(
                Column(key=name, heading=f"Found: {label}")
                for name, label in zip([*labels, "no_class"], columns, strict=True)
            ),
        ),
        rows=tuple(
            (name, *(int(films) for films in row))
            for name, row in zip(names, confusion, strict=True)
        ),
        shown=0,
    )


def _calibration(results: ClassificationResults) -> Iterator[Block]:
    if results.calibration is None:
        return
    test = results.temperature
    curves = {"All films with a vote": results.calibration}
    if test is not None and not test.is_at_limit:
        curves |= {"Tested films, as they are": test.before, "With the temperature": test.after}
    yield Table(
        key="calibration",
        title="Calibration: what a stated probability is worth",
        columns=(
            Column(key="films", heading="Films"),
            Column(key="brier", heading="Brier score", kind=Kind.NUMBER),
            Column(key="ece", heading="ECE", kind=Kind.NUMBER),
        ),
        rows=tuple((name, item.brier, item.expected_error) for name, item in curves.items()),
        reading=(
            *reading("brier", "expected_error", "temperature"),
            *((_temperature_words(test),) if test is not None else ()),
        ),
    )
    yield Plot(
        key="reliability",
        title="Reliability curves",
        caption="At each point the number of films. On the gray line a stated 80 % is right in 80 "
        "of 100 films; below it the network is too sure.",
        svg=reliability_plot(curves),
    )


def _temperature_words(test: TemperatureTest) -> str:
    if not test.is_at_limit:
        return (
            f"Temperature {test.temperature:.2f}, fitted on {test.fitted_films} films and tested "
            f"on {test.before.brier.films} films of other patients."
        )
    why = (
        "the stated probabilities say nothing of the class there, or there are too few films"
        if test.temperature > 1
        else "the class is right on all of them, so that no probability is too high"
    )
    return (
        f"No temperature can be given: on the {test.fitted_films} films that it was to be fitted "
        f"on the search ended at its limit; {why}."
    )
