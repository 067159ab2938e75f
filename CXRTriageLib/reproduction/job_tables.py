"""What the jobs beyond the paper's own have found: sources never trained on, and clean labels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from CXRTriageLib.jobs.job import RESULTS_FOLDER, result_path
from CXRTriageLib.jobs.job_result import JobResult, read_result
from CXRTriageLib.jobs.ranked_jobs import MASKS_UNSEEN, clean_name, unseen_name
from CXRTriageLib.networks.weights import Approach
from CXRTriageLib.reproduction.study import Study
from CXRTriageLib.site_evaluation.report.document import (
    Block,
    Cell,
    Column,
    Kind,
    Section,
    Table,
    Text,
)

NOT_DONE = "None of these jobs is done yet ('cxrtriage jobs' works through them)."
CLASSIFIERS = {"vote": "network", "biomarkers": "logistic regression on biomarkers"}
MASK_COLUMNS = (
    Column(key="dataset", heading="Source, never trained on"),
    Column(key="measure", heading="Measure"),
    Column(key="value", heading="Mean over films", kind=Kind.NUMBER),
)
CLASS_COLUMNS = (
    Column(key="dataset", heading="Source, never trained on"),
    Column(key="measure", heading="Measure"),
    Column(key="value", heading="Here [%]", kind=Kind.PERCENT),
)
CLEAN_COLUMNS = (
    Column(key="classifier", heading="Classifier"),
    Column(key="measure", heading="Measure"),
    Column(key="value", heading="Here [%]", kind=Kind.PERCENT),
)


def unseen_section(study: Study) -> Section:
    """Return what networks reach on sources that they were never trained on."""
    blocks: list[Block] = []
    masks = read_result(result_path(study.output, MASKS_UNSEEN))
    if masks is not None:
        rows = tuple((row.dataset, row.measure, row.mean) for row in masks.segmentation)
        blocks.append(
            Table(
                key="unseen_masks",
                title="Masks: the network was trained without these sources",
                columns=MASK_COLUMNS,
                rows=rows,
                reading=("The paper prints 0.943 for the lungs of 73 normal Montgomery films.",),
            )
        )
    class_rows = tuple(
        row for result in _unseen_results(study.output) for row in _class_rows(result)
    )
    if class_rows:
        blocks.append(
            Table(
                key="unseen_classes",
                title="Classes: each network was trained without the source it is scored on",
                columns=CLASS_COLUMNS,
                rows=class_rows,
                reading=(
                    "Only a class that more than one source holds can be scored like this. The "
                    "network may still answer with any of its classes.",
                ),
            )
        )
    return Section(
        key="unseen",
        title="Sources never trained on",
        blocks=tuple(blocks) or (Text(text=NOT_DONE),),
    )


def clean_section(study: Study) -> Section:
    """Return local against global on clean labels, split by patient, and the baseline."""
    rows: list[tuple[Cell, ...]] = []
    for approach in Approach:
        result = read_result(result_path(study.output, clean_name(approach)))
        rows += _clean_rows(approach, result) if result else []
    table = Table(
        key="clean",
        title="Test films of all sources, each network trained by the same recipe",
        columns=CLEAN_COLUMNS,
        rows=tuple(rows),
        reading=("A film without a class counts as wrong.",),
    )
    return Section(
        key="clean",
        title="Clean labels, split by patient: local, global, biomarkers",
        blocks=(table,) if rows else (Text(text=NOT_DONE),),
    )


def _unseen_results(output: Path) -> Iterator[JobResult]:
    for path in sorted((output / RESULTS_FOLDER).glob(unseen_name("*.json"))):
        if result := read_result(path):
            yield result


def _class_rows(result: JobResult) -> Iterator[tuple[Cell, ...]]:
    dataset = result.job.removeprefix(unseen_name(""))
    vote = result.classification[0]
    yield dataset, "films that are right", vote.accuracy
    for name, counts in zip(result.class_names, vote.confusion, strict=True):
        if sum(counts):
            found = counts[result.class_names.index(name)]
            yield dataset, f"{name}, right: {found} of {sum(counts)}", found / sum(counts)
    for area in result.roc_areas:
        if area.area.value is not None:
            yield dataset, f"AUC, {area.class_name}", area.area


def _clean_rows(approach: Approach, result: JobResult) -> Iterator[tuple[Cell, ...]]:
    for scores in result.classification:
        is_network = scores.classifier == "vote"
        name = f"{CLASSIFIERS[scores.classifier]}{f', {approach.value}' if is_network else ''}"
        yield name, "Accuracy", scores.accuracy
        yield name, "Macro F1", scores.macro_f1
        yield name, "Balanced accuracy", scores.balanced_accuracy
        if is_network:
            for area in result.roc_areas:
                yield name, f"AUC, {area.class_name}", area.area
