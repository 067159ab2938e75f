"""Scores of groups of films against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import accuracy_score, balanced_accuracy_score

from CXRTriageLib.site_evaluation.film_record import FilmState
from CXRTriageLib.site_evaluation.statistics.record_columns import read_films
from CXRTriageLib.site_evaluation.statistics.subgroups import subgroup_rows
from support.results import CLASS_NAMES
from support.site_records import made_up_site

RECORDS = [
    item for item in made_up_site(150, corrected=0).records() if item.state is FilmState.DONE
]


def test_scores_of_each_group_are_those_of_scikit_learn_on_its_films():
    rows = subgroup_rows(read_films(RECORDS, CLASS_NAMES).network, CLASS_NAMES, draws=20)

    checked = [row for row in rows if row.factor in ("view", "sex", "manufacturer")]
    assert len(checked) >= 5
    for row in checked:
        films = [item for item in RECORDS if (getattr(item, row.factor) or "unknown") == row.group]
        truth, found = ([getattr(item, name) for item in films]
                        for name in ("class_name", "found_class"))  # fmt: skip
        hits = sum(one == other for one, other in zip(truth, found, strict=True))
        interval = stats.binomtest(hits, len(films)).proportion_ci(method="exact")
        assert row.films == len(films)
        assert row.patients == len({item.patient_key for item in films})
        assert row.accuracy.value == pytest.approx(accuracy_score(truth, found))
        assert (row.accuracy.low, row.accuracy.high) == pytest.approx(tuple(interval))
        assert row.balanced_accuracy.value == pytest.approx(balanced_accuracy_score(truth, found))


def test_overlap_of_each_group_is_the_mean_over_its_films_with_drawn_lungs():
    rows = subgroup_rows(read_films(RECORDS, CLASS_NAMES).network, CLASS_NAMES, draws=20)

    for row in rows:
        if row.factor != "view":
            continue
        drawn = [
            np.mean([item.agreement_of(lung).jaccard for lung in ("left_lung", "right_lung")])
            for item in RECORDS
            if (item.view or "unknown") == row.group and item.agreement_of("lungs") is not None
        ]
        assert row.lungs_jaccard.films == len(drawn)
        assert row.lungs_jaccard.value == pytest.approx(np.mean(drawn))


def test_every_film_is_in_one_group_of_each_property():
    rows = subgroup_rows(read_films(RECORDS, CLASS_NAMES).network, CLASS_NAMES, draws=20)

    for factor in {row.factor for row in rows}:
        assert sum(row.films for row in rows if row.factor == factor) == len(RECORDS)
