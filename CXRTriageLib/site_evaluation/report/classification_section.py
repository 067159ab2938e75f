"""Section 3: how often the class is right, for whom, and what its probability is worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from CXRTriageLib.site_evaluation.report.analysis import ClassificationResults, SiteAnalysis
from CXRTriageLib.site_evaluation.report.calibration_blocks import calibration_blocks
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
from CXRTriageLib.site_evaluation.report.plots import confusion_plot
from CXRTriageLib.site_evaluation.report.subgroup_blocks import subgroup_blocks
from CXRTriageLib.site_evaluation.report.wording import (
    MEASURE_LABELS,
    counted,
    reading,
)
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
    yield from calibration_blocks(curves, test)
