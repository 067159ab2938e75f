"""The paper's numbers agree with themselves and with what the paper says of them."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest

from CXRTriageLib.reproduction.paper_numbers import GROUPS, paper_numbers

TOTALS = {"normal": 191, "bacterial": 54, "tuberculosis": 57, "other viral": 20, "COVID-19": 180}
"""Last row of Table III."""


def test_sources_of_table_2_add_up_to_the_totals_of_table_3():
    by_group = Counter()
    for row in paper_numbers().classification_sources:
        by_group[row.group] += row.films

    assert by_group == TOTALS


def test_parts_of_table_3_add_up():
    splits = paper_numbers().splits

    assert {split: sum(films.values()) for split, films in splits.items()} == {
        "train": 354,
        "validation": 49,
        "test": 99,
    }
    assert {name: sum(films[name] for films in splits.values()) for name in TOTALS} == TOTALS


def test_all_247_films_of_jsrt_are_in_table_1():
    rows = [row for row in paper_numbers().segmentation_sources if row.dataset == "jsrt"]

    assert sum(row.films for row in rows) == 247


@pytest.mark.parametrize(("number", "missing"), [("VI", 0), ("VII", 0), ("VIII", 0), ("IX", 1)])
def test_every_pair_has_stars_but_for_the_one_that_table_9_leaves_out(number, missing):
    table = paper_numbers().biomarkers[number]

    assert set(table.groups) == set(GROUPS)
    pairs = {frozenset(pair) for pair in combinations(GROUPS, 2)}
    assert set(table.stars) <= pairs
    assert len(pairs) - len(table.stars) == missing


def test_f1_of_table_10_lies_between_precision_and_recall_of_the_class_means():
    # The mean of F1 scores is not the F1 of the means, but it cannot lie far from it.
    for scores in paper_numbers().scores.values():
        means = sorted((scores["precision"], scores["recall"]))
        assert means[0] - 0.02 < scores["f1"] < means[1] + 0.02


def test_accuracy_of_table_10_is_a_share_of_99_films():
    for approach, right in (("local", 88), ("global", 70)):
        assert paper_numbers().scores[approach]["accuracy"] == pytest.approx(right / 99, abs=5e-4)
