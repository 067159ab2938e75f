"""The table of a batch holds every film, with units in the names of its columns."""

from __future__ import annotations

import csv

import pytest

from CXRTriageLib.biomarkers.placed_calipers import with_placed
from CXRTriageLib.domain.biomarker import Caliper
from CXRTriageLib.domain.spacing import PixelSpacing
from CXRTriageLib.exporting.result_json import result_to_json
from CXRTriageLib.exporting.table import result_row, write_table
from support.results import chest_film, triage_result


def table_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_row_holds_vote_biomarkers_and_warnings():
    row = result_row(result_to_json(triage_result(classified=True)))

    assert row["class"] == "viral"
    assert row["vote_shares.viral [1]"] == 0.6
    assert row["votes.viral"] == 6
    assert row["cardiothoracic_ratio [1]"] == 0.384615
    assert row["left_lung_area_cm2"] is None
    assert row["spacing_source"] == "detector"


def test_numbers_by_hand_have_columns_of_their_own():
    placed = Caliper(name="heart_diameter", start=(256.0, 100.0), end=(256.0, 230.0))

    row = result_row(result_to_json(with_placed(triage_result(), [placed])))

    assert row["cardiothoracic_ratio [1]"] == 0.384615
    assert row["by_hand.cardiothoracic_ratio [1]"] == pytest.approx(130 / 249.6, rel=1e-5)
    assert row["by_hand.heart_diameter_mm"] == 52.0
    assert not [name for name in result_row(result_to_json(triage_result())) if "hand" in name]


def test_row_of_a_film_without_class_holds_the_reason():
    row = result_row(result_to_json(triage_result(classified=False)))

    assert row["class"] is None
    assert row["reason"] == "No lungs were found, so the film gets no class."
    assert row["warnings"] == "lungs_missing"


def test_table_has_a_line_for_each_film_and_empty_fields_for_what_is_undefined(tmp_path):
    unclassified = triage_result(chest_film(spacing=PixelSpacing()), classified=False)
    rows = [
        {"film": "a", "state": "refused", "reason": 'Not "an image", sorry.'},
        {"film": "b", "state": "finished"} | result_row(result_to_json(unclassified)),
        {"film": "c", "state": "finished"} | result_row(result_to_json(triage_result())),
    ]

    write_table(tmp_path / "results.csv", rows)

    table = table_of(tmp_path / "results.csv")
    assert [row["film"] for row in table] == ["a", "b", "c"]
    assert table[0]["reason"] == 'Not "an image", sorry.'
    assert table[1]["vote_shares.viral [1]"] == ""
    assert table[2]["left_lung_area_cm2"] == ""
    assert table[2]["vote_shares.viral [1]"] == "0.6"


def test_columns_of_later_films_join_their_neighbors(tmp_path):
    rows = [{"a": 1, "d": 4, "e": 5}, {"a": 1, "b": 2, "c": 3, "d": 4}, {"c": 3, "f": 6}]

    write_table(tmp_path / "results.csv", rows)

    assert list(table_of(tmp_path / "results.csv")[0]) == ["a", "b", "c", "f", "d", "e"]
