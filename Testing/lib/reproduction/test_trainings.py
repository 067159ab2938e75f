"""Table X of the paper's list, from the jobs that are done."""

from __future__ import annotations

import pytest

from CXRTriageLib.jobs.job import result_path
from CXRTriageLib.jobs.ranked_jobs import paper_name
from CXRTriageLib.networks.weights import Approach
from CXRTriageLib.reproduction.trainings import trained_table
from support.job_results import job_result


def test_no_table_without_a_job_that_is_done(tmp_path):
    assert trained_table(tmp_path) is None


def test_scores_are_means_over_the_seeds(tmp_path):
    # Rows are true classes; the last column holds films without a class.
    for seed, confusion in enumerate([((4, 0, 0), (1, 3, 0)), ((2, 1, 1), (0, 4, 0))]):
        name = paper_name(Approach.LOCAL, seed)
        job_result(name, confusion=confusion).write(result_path(tmp_path, name))

    table = trained_table(tmp_path)

    rows = [
        dict(zip((column.key for column in table.columns), row, strict=True)) for row in table.rows
    ]
    accuracy, precision, recall = rows[:3]
    assert {row["approach"] for row in rows} == {"local"}
    assert accuracy["trainings"] == 2
    assert accuracy["mean"] == pytest.approx((7 / 8 + 6 / 8) / 2)
    assert (accuracy["lowest"], accuracy["highest"]) == (6 / 8, 7 / 8)
    assert accuracy["difference"] == pytest.approx(accuracy["mean"] - 0.889)
    assert precision["mean"] == pytest.approx(((4 / 5 + 1) / 2 + (1 + 4 / 5) / 2) / 2)
    assert recall["mean"] == pytest.approx(((1 + 3 / 4) / 2 + (2 / 4 + 1) / 2) / 2)
