"""Scores of classes against scikit-learn, and Table X against its definition."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from CXRTriageLib.site_evaluation.statistics.classification import (
    class_scores,
    overall_scores,
    scores_at_prevalence,
)
from CXRTriageLib.site_evaluation.statistics.labeled_films import (
    CLASS_MEANS,
    LabeledFilms,
    class_measures,
)
from CXRTriageLib.site_evaluation.statistics.record_columns import read_films
from support.results import CLASS_NAMES
from support.site_records import film_record, made_up_site, vote_for

FILMS = read_films(made_up_site(90, seed=3).records(), CLASS_NAMES).network
LABELED = LabeledFilms.of(FILMS, CLASS_NAMES)


def test_class_means_are_those_of_scikit_learn():
    truth, found = LABELED.truth, LABELED.found
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        truth, found, average="macro", zero_division=0
    )
    tables = metrics.multilabel_confusion_matrix(truth, found)
    specificity = np.mean(tables[:, 0, 0] / tables[:, 0].sum(axis=1))

    scores = overall_scores(LABELED, draws=20)

    assert scores.accuracy.value == pytest.approx(metrics.accuracy_score(truth, found))
    assert scores.precision.value == pytest.approx(precision)
    assert scores.recall.value == pytest.approx(recall)
    assert scores.f1.value == pytest.approx(f1)
    assert scores.specificity.value == pytest.approx(specificity)
    assert scores.balanced_accuracy.value == pytest.approx(
        metrics.balanced_accuracy_score(truth, found)
    )
    assert scores.area.value == pytest.approx(
        metrics.roc_auc_score(truth, LABELED.probabilities, multi_class="ovr", average="macro")
    )


def test_confusion_is_that_of_scikit_learn():
    theirs = metrics.confusion_matrix(LABELED.truth, LABELED.found, labels=range(5))

    assert np.array_equal(LABELED.confusion(), theirs[:4])


def test_each_class_is_counted_against_all_others():
    for item in class_scores(LABELED, draws=20):
        code = CLASS_NAMES.index(item.class_name)
        is_class, is_found = LABELED.truth == code, LABELED.found == code
        assert item.sensitivity.value == pytest.approx(metrics.recall_score(is_class, is_found))
        assert item.positive_value.value == metrics.precision_score(is_class, is_found)
        assert item.specificity.value == metrics.recall_score(~is_class, ~is_found)
        assert item.negative_value.value == metrics.precision_score(~is_class, ~is_found)
        assert item.sensitivity.films == is_class.sum()
        assert item.area.value == pytest.approx(
            metrics.roc_auc_score(is_class, LABELED.probabilities[:, code])
        )


def test_numbers_lie_within_their_intervals():
    scores = overall_scores(LABELED, draws=200)

    for name in ("accuracy", *CLASS_MEANS, "area"):
        found = getattr(scores, name)
        assert found.low < found.value < found.high
        assert found.patients < found.films == 90


def test_the_paper_accuracy_is_the_share_of_films_that_are_right():
    # Section 5 of the notes on the paper: 88 of 99 films are 88.9 %.
    confusion = np.zeros((4, 5), np.int64)
    confusion[0, 0], confusion[1, 1], confusion[2, 3], confusion[3, 3] = 38, 10, 11, 40
    measures = class_measures(confusion)

    assert np.trace(confusion[:, :4]) / confusion.sum() == pytest.approx(0.889, abs=5e-4)
    assert measures["precision"].tolist() == pytest.approx([1, 1, 0, 40 / 51])
    assert measures["specificity"].tolist() == pytest.approx([1, 1, 1, 48 / 59])


def test_a_film_without_a_class_counts_as_wrong():
    films = [
        film_record(2, class_name="normal", **vote_for("normal")),
        film_record(3, class_name="normal"),
        film_record(4, class_name="viral", **vote_for("viral")),
        film_record(5, class_name="no such class", **vote_for("viral")),
    ]
    labeled = LabeledFilms.of(read_films(films, CLASS_NAMES).network, CLASS_NAMES)

    scores = overall_scores(labeled, draws=20)

    assert scores.accuracy.value == pytest.approx(2 / 3)
    assert scores.recall.value == pytest.approx(3 / 4)
    assert labeled.confusion()[0].tolist() == [1, 0, 0, 0, 1]


def test_predictive_values_at_the_own_frequency_are_those_among_the_films():
    share = float(np.mean(LABELED.truth == 3))
    (row,) = scores_at_prevalence(LABELED, {"viral": share}, draws=20)
    own = class_scores(LABELED, draws=20)[3]

    assert row.positive_value.value == pytest.approx(own.positive_value.value)
    assert row.negative_value.value == pytest.approx(own.negative_value.value)


def test_a_rare_disease_makes_a_finding_worth_less():
    rare, frequent = (
        scores_at_prevalence(LABELED, {"viral": share}, draws=20)[0] for share in (0.01, 0.5)
    )

    assert rare.positive_value.value < frequent.positive_value.value
    assert rare.negative_value.value > frequent.negative_value.value
