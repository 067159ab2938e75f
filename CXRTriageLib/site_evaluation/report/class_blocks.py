"""Each class against all others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from CXRTriageLib.site_evaluation.report.analysis import ClassificationResults
from CXRTriageLib.site_evaluation.report.document import Block, Column, Kind, Plot, Table, Text
from CXRTriageLib.site_evaluation.report.plots import roc_plot
from CXRTriageLib.site_evaluation.report.wording import counted, reading
from CXRTriageLib.site_evaluation.statistics.calibration import voted_films

COLUMNS = (
    Column(key="class", heading="Class"),
    Column(key="sensitivity", heading="Sensitivity [%]", kind=Kind.PERCENT),
    Column(key="specificity", heading="Specificity [%]", kind=Kind.PERCENT),
    Column(key="ppv", heading="PPV [%]", kind=Kind.PERCENT),
    Column(key="npv", heading="NPV [%]", kind=Kind.PERCENT),
    Column(key="f1", heading="F1 [%]", kind=Kind.PERCENT),
    Column(key="auc", heading="AUC [%]", kind=Kind.PERCENT),
)


def class_blocks(results: ClassificationResults, labels: Mapping[str, str]) -> Iterator[Block]:
    """Yield the scores of each class, predictive values, and ROC curves.

    Parameters
    ----------
    results
        What was found.
    labels
        Names of the classes for people, in their order.

    Yields
    ------
    Block
        For a section.
    """
    yield _scores(results, labels)
    yield _predictive_values(results, labels)
    yield from _roc(results, labels)


def _scores(results: ClassificationResults, labels: Mapping[str, str]) -> Table:
    return Table(
        key="classes",
        title="Each class against all others",
        columns=COLUMNS,
        rows=tuple(
            (
                labels[item.class_name],
                item.sensitivity,
                item.specificity,
                item.positive_value,
                item.negative_value,
                item.f1,
                item.area,
            )
            for item in results.classes
        ),
        reading=(
            "Sensitivity: of the films of the class, the share that are found (recall).",
            *reading("specificity", "predictive", "area"),
            "PPV and NPV of this table hold where the class is as frequent as among these films. "
            "n differs: sensitivity rests on the films of the class alone.",
        ),
    )


def _predictive_values(results: ClassificationResults, labels: Mapping[str, str]) -> Block:
    if results.at_prevalence:
        return Table(
            key="predictive_values",
            title="Predictive values at the frequency that the site set",
            columns=(
                Column(key="class", heading="Class"),
                Column(key="prevalence", heading="Frequency [%]", kind=Kind.PERCENT),
                Column(key="ppv", heading="PPV [%]", kind=Kind.PERCENT),
                Column(key="npv", heading="NPV [%]", kind=Kind.PERCENT),
            ),
            rows=tuple(
                (labels[row.class_name], row.prevalence, row.positive_value, row.negative_value)
                for row in results.at_prevalence
            ),
            reading=reading("predictive"),
        )
    return Text(
        text="No prevalence was set, so PPV and NPV are those among these films. Give it with "
        "--prevalence, for example --prevalence viral=0.05: the value of a finding depends on "
        "how frequent the disease is."
    )


def _roc(results: ClassificationResults, labels: Mapping[str, str]) -> Iterator[Plot]:
    voted = voted_films(results.labeled)
    if len(voted.present) > 1:
        yield Plot(
            key="roc",
            title="ROC curves",
            caption=f"{counted(len(voted), 'film')} with a vote, one class against all others. A "
            "curve near the upper left corner is good, the gray line is a coin.",
            svg=roc_plot(voted, list(labels.values())),
        )
