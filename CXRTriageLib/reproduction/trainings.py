"""The paper's own experiment: networks trained on its list with random splits by image."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from CXRTriageLib.evaluation.network_results import ClassificationScores
from CXRTriageLib.jobs.job import result_path
from CXRTriageLib.jobs.job_result import read_result
from CXRTriageLib.jobs.ranked_jobs import SEEDS, paper_name
from CXRTriageLib.networks.weights import Approach
from CXRTriageLib.reproduction.paper_numbers import paper_numbers
from CXRTriageLib.site_evaluation.report.document import Cell, Column, Kind, Table
from CXRTriageLib.site_evaluation.report.wording import MEASURE_LABELS
from CXRTriageLib.site_evaluation.statistics.labeled_films import CLASS_MEANS, class_measures

MEASURES = ("accuracy", "precision", "recall", "f1", "specificity")
COLUMNS = (
    Column(key="approach", heading="Approach"),
    Column(key="measure", heading="Measure"),
    Column(key="trainings", heading="Trainings"),
    Column(key="mean", heading="Mean [%]", kind=Kind.PERCENT),
    Column(key="lowest", heading="Lowest [%]", kind=Kind.PERCENT),
    Column(key="highest", heading="Highest [%]", kind=Kind.PERCENT),
    Column(key="paper", heading="Paper [%]", kind=Kind.PERCENT),
    Column(key="difference", heading="Difference [points]", kind=Kind.PERCENT),
)


def trained_table(output: Path) -> Table | None:
    """Return Table X of the paper's list, over all jobs that are done.

    Parameters
    ----------
    output
        Folder of the jobs.

    Returns
    -------
    Table or None
        Mean and range over seeds; None where no job is done.
    """
    rows: list[tuple[Cell, ...]] = []
    for approach in Approach:
        found = [read_result(result_path(output, paper_name(approach, seed))) for seed in SEEDS]
        votes = [result.classification[0] for result in found if result and result.classification]
        if votes:
            rows += _rows(approach, [_scores(vote) for vote in votes])
    if not rows:
        return None
    return Table(
        key="table10_paper_films",
        title="Films of the paper's list, classes of its authors, random splits by image",
        columns=COLUMNS,
        rows=tuple(rows),
        reading=(
            "Each training has a split of its own, 0.7 / 0.1 / 0.2 of the films of each class, and "
            "is scored on its test films. Films of one patient may lie on both sides, as in the "
            "paper, so these numbers are too high.",
            "The paper shows one split. A paper's number between the lowest and the highest of "
            "ours is no difference.",
        ),
    )


def _scores(vote: ClassificationScores) -> dict[str, float]:
    """Return the measures of Table X, means over the classes that have films."""
    confusion = np.array(vote.confusion)
    measures = class_measures(confusion)
    present = confusion.sum(axis=1) > 0
    means = {name: float(measures[name][present].mean()) for name in CLASS_MEANS}
    return means | {"accuracy": float(np.trace(confusion) / confusion.sum())}


def _rows(approach: Approach, scores: Sequence[dict[str, float]]) -> Iterator[tuple[Cell, ...]]:
    for name in MEASURES:
        values = np.array([item[name] for item in scores])
        printed = paper_numbers().scores[approach.value][name]
        mean = float(values.mean())
        ends = float(values.min()), float(values.max())
        ours = (approach.value, MEASURE_LABELS[name], len(values), mean, *ends)
        yield (*ours, printed, mean - printed)
