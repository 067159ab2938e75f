"""Scores of classes against scikit-learn and published examples; Table X as it is defined."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
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


def films_with(truth, found, scores):
    """Return one film a patient, of two classes."""
    scores = np.asarray(scores, dtype=np.float64)
    return LabeledFilms(
        class_names=("normal", "viral"),
        truth=np.asarray(truth),
        found=np.asarray(found),
        probabilities=np.column_stack([1 - scores, scores]),
        patient=np.array([f"p{index:04d}" for index in range(len(scores))]),
    )


def test_area_is_that_of_hanley_and_mcneil_1982():
    # J. A. Hanley, B. J. McNeil, Radiology 143:29-36, 1982, table I: 58 normal and 51 abnormal
    # computed tomograms, rated from 1 to 5 (Stata's data set hanley); the area is 0.893.
    ratings = np.repeat([1, 2, 3, 4, 5] * 2, [33, 6, 6, 11, 2, 3, 2, 2, 11, 33])
    truth = np.repeat([0, 1], [58, 51])

    _, abnormal = class_scores(films_with(truth, truth, ratings / 5), draws=200)

    assert abnormal.area.value == pytest.approx(0.893, abs=5e-4)
    # Their formula for the standard error of an area; its distribution is a little skewed.
    area = metrics.roc_auc_score(truth, ratings)
    one, other = area / (2 - area), 2 * area**2 / (1 + area)
    variance = area * (1 - area) + 50 * (one - area**2) + 57 * (other - area**2)
    error = np.sqrt(variance / (51 * 58))
    assert (abnormal.area.low, abnormal.area.high) == pytest.approx(
        (area - 1.96 * error, area + 1.96 * error), abs=0.02
    )


def test_predictive_values_of_a_class_are_those_of_altman_and_bland_1994():
    # D. G. Altman, J. M. Bland, BMJ 309:102, 1994 (doi 10.1136/bmj.309.6947.102): 231, 32, 27 and
    # 54 liver scans; predictive values 231/263 = 0.88 and 54/81 (which they print as 0.59; it is
    # 0.67), at a prevalence of 0.25 0.45 and 0.95.
    truth, found = (np.repeat(codes, [231, 32, 27, 54]) for codes in ([1, 0, 1, 0], [1, 1, 0, 0]))
    films = films_with(truth, found, found)

    _, own = class_scores(films, draws=20)
    (rare,) = scores_at_prevalence(films, {"viral": 0.25}, draws=200)

    assert own.positive_value.value == pytest.approx(231 / 263)
    assert own.negative_value.value == pytest.approx(54 / 81)
    assert rare.positive_value.value == pytest.approx(0.45, abs=0.005)
    assert rare.negative_value.value == pytest.approx(0.95, abs=0.005)
    assert rare.positive_value.low < 0.45 < rare.positive_value.high


def test_interval_of_a_class_mean_is_that_of_scipy():
    generator = np.random.default_rng(2)
    truth = generator.integers(0, 2, 120)
    found = np.where(generator.random(120) < 0.75, truth, 1 - truth)
    theirs = stats.bootstrap(
        (truth, found),
        lambda one, other: metrics.f1_score(one, other, average="macro"),
        paired=True,
        vectorized=False,
        method="percentile",
        n_resamples=1500,
        rng=1,
    ).confidence_interval

    f1 = overall_scores(films_with(truth, found, found), draws=4000).f1

    width = theirs.high - theirs.low
    assert (f1.low, f1.high) == pytest.approx(tuple(theirs), abs=0.06 * width)
