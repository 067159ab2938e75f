"""Tables hold what other libraries, or a pencil, say of the same films."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, f1_score, roc_auc_score

from CXRTriageLib.evaluation.biomarker_baseline import BASELINE_BIOMARKERS
from CXRTriageLib.evaluation.measured_films import MeasuredFilms
from CXRTriageLib.evaluation.network_results import (
    class_areas,
    classification_scores,
    network_tables,
)
from support.film_folders import listed_film
from support.outcomes import outcome

NAMES = ("normal", "tuberculosis", "viral")
TRUTH = ["normal"] * 6 + ["viral"] * 4 + ["tuberculosis"] * 3
FOUND = ["normal"] * 4 + ["viral", ""] + ["viral"] * 3 + ["normal"] + ["tuberculosis", "viral", ""]


def films_of(classes, **known) -> list:
    return [
        listed_film(name, patient=f"patient {number // 2}", **known)
        for number, name in enumerate(classes)
    ]


@pytest.fixture(scope="module")
def scores():
    """Return the scores of 13 films of 7 patients."""
    return classification_scores("vote", films_of(TRUTH), FOUND, NAMES)


def test_scores_are_those_of_another_library(scores):
    answers = [name or "none" for name in FOUND]

    assert scores.accuracy.value == pytest.approx(8 / 13)
    assert scores.macro_f1.value == pytest.approx(
        f1_score(TRUTH, answers, labels=list(NAMES), average="macro")
    )
    recalls = [4 / 6, 1 / 3, 3 / 4]
    assert scores.balanced_accuracy.value == pytest.approx(np.mean(recalls))
    without_gaps = [answer if answer != "none" else "normal" for answer in answers]
    assert scores.balanced_accuracy.value < balanced_accuracy_score(TRUTH, without_gaps)


def test_film_without_a_class_counts_as_wrong_in_a_column_of_its_own(scores):
    assert scores.confusion == (
        (4, 0, 1, 1),
        (0, 1, 1, 1),
        (1, 0, 3, 0),
    )


def test_intervals_rest_on_patients(scores):
    for estimate in (scores.accuracy, scores.macro_f1, scores.balanced_accuracy):
        assert (estimate.films, estimate.patients) == (13, 7)
        assert 0 <= estimate.low < estimate.value < estimate.high <= 1


def test_mean_over_classes_is_undefined_where_a_class_has_no_film():
    scores = classification_scores("vote", films_of(["normal"] * 4), ["normal"] * 4, NAMES)

    assert scores.accuracy.value == 1
    assert scores.macro_f1.value is None
    assert scores.balanced_accuracy.value is None


def test_area_is_that_of_another_library_over_the_films_that_voted():
    rng = np.random.default_rng(0)
    shares = rng.dirichlet(np.ones(3), len(TRUTH))
    outcomes = [outcome(mean_probabilities=tuple(row)) for row in shares.tolist()]
    outcomes[-1] = outcome()

    areas = class_areas(MeasuredFilms(films_of(TRUTH), outcomes), NAMES)

    truth = np.array(TRUTH[:-1])
    for index, area in enumerate(areas):
        theirs = roc_auc_score(truth == NAMES[index], shares[:-1, index])
        assert area.class_name == NAMES[index]
        assert area.area.value == pytest.approx(theirs)
        assert area.area.films == 12


@pytest.fixture(scope="module")
def tables():
    """Return tables of a vote that is right and a baseline that learned to be right too."""
    classes = ["normal", "viral"] * 6
    markers = {"normal": 0.2, "viral": 0.8}
    outcomes = [
        outcome(
            name,
            mean_probabilities=(0.9, 0.1) if name == "normal" else (0.2, 0.8),
            biomarkers=tuple((marker, markers[name]) for marker in BASELINE_BIOMARKERS),
            lung_jaccard=0.9,
        )
        for name in classes
    ]
    films = [listed_film(name, patient=str(i)) for i, name in enumerate(classes)]
    films += [
        listed_film("fungal", patient="x"),
        listed_film(patient="y"),
        dataclasses.replace(films[0], patient="z", flags=frozenset({"child"})),
    ]
    measured = MeasuredFilms(films, [*outcomes, *outcomes[:3]])
    return network_tables(measured, measured, ("normal", "viral"))


def test_tables_hold_the_vote_beside_the_baseline(tables):
    assert [scores.classifier for scores in tables.classification] == ["vote", "biomarkers"]
    assert [scores.accuracy.value for scores in tables.classification] == [1, 1]
    assert [area.area.value for area in tables.roc_areas] == [1, 1]
    assert tables.class_names == ("normal", "viral")


def test_only_films_of_the_network_s_classes_are_classified_and_all_are_segmented(tables):
    assert tables.classification[0].accuracy.films == 12
    assert tables.classification[1].confusion == ((6, 0, 0), (0, 6, 0))
    assert tables.segmentation[0].mean.films == 15


def test_split_without_classes_has_tables_of_overlap_alone():
    films = MeasuredFilms([listed_film()], [outcome(lung_jaccard=0.9)])

    tables = network_tables(films, MeasuredFilms([], []), NAMES)

    assert [row.mean.value for row in tables.segmentation] == [0.9]
    assert (tables.classification, tables.roc_areas) == ((), ())


def test_baseline_is_left_out_where_it_has_nothing_to_learn_from():
    films = MeasuredFilms([listed_film("normal")], [outcome("normal")])

    tables = network_tables(films, films, NAMES)

    assert [scores.classifier for scores in tables.classification] == ["vote"]
    assert [area.area.value for area in tables.roc_areas] == [None] * 3
