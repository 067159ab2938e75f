"""A report that compares its run with another one, from stores on disk."""

from __future__ import annotations

import csv
import dataclasses

import pytest

from CXRTriageLib.errors import InvalidValueError
from CXRTriageLib.site_evaluation.report.options import ReportOptions
from CXRTriageLib.site_evaluation.report.writer import write_report
from CXRTriageLib.site_evaluation.store import EvaluationStore
from support.site_records import FACTS, film_record, vote_for


def stored(folder, right, facts=FACTS):
    """Keep films of one class, of which some are right."""
    films = [
        film_record(row, class_name="viral", **vote_for("viral" if is_right else "normal"))
        for row, is_right in enumerate(right, start=2)
    ]
    with EvaluationStore.open(folder) as store:
        store.begin(facts, [(film.key, film) for film in films])
    return folder


def report(folder, other):
    options = ReportOptions(draws=30, date="2026-01-02", compare_with=other)
    with EvaluationStore.open(folder, read_only=True) as store:
        return write_report(store, folder, options)


def test_films_that_only_one_run_gets_right_are_counted(tmp_path):
    this = stored(tmp_path / "this", 8 * [True] + [False])
    other = stored(tmp_path / "other", [True] + 7 * [False] + [True])

    report(this, other)

    with (this / "tables" / "other_run_mcnemar.csv").open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert [row[key] for key in ("both", "first_only", "second_only", "neither")] == [
        "1", "7", "1", "0",
    ]  # fmt: skip
    assert float(row["p"]) == pytest.approx(2 * 9 / 256)


def test_runs_with_other_classes_cannot_be_compared(tmp_path):
    facts = dataclasses.replace(FACTS, class_names=("normal", "ill", "a", "b"))
    this = stored(tmp_path / "this", [True])
    other = stored(tmp_path / "other", [True], facts)

    with pytest.raises(InvalidValueError, match="other classes"):
        report(this, other)
