"""Calibration against scikit-learn and against probabilities whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV, calibration_curve
from sklearn.frozen import FrozenEstimator
from sklearn.metrics import brier_score_loss

from CXRTriageLib.site_evaluation.statistics.calibration import (
    calibration,
    fitted_temperature,
    temperature_test,
    with_temperature,
)
from CXRTriageLib.site_evaluation.statistics.labeled_films import LabeledFilms
from support.results import CLASS_NAMES


def honest_films(count: int, seed: int = 0):
    """Draw probabilities, and classes that come true as often as they say."""
    generator = np.random.default_rng(seed)
    probabilities = generator.dirichlet(np.full(4, 0.6), count)
    truth = np.array([generator.choice(4, p=row) for row in probabilities])
    return truth, probabilities


def test_brier_score_is_that_of_scikit_learn():
    truth, probabilities = honest_films(150)
    theirs = brier_score_loss(truth, probabilities, labels=range(4), scale_by_half=False)

    found = calibration(truth, probabilities, range(150), draws=20)

    assert found.brier.value == pytest.approx(theirs)


def test_reliability_curve_is_that_of_scikit_learn_and_gives_the_expected_error():
    truth, probabilities = honest_films(400, seed=2)
    top, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == truth
    shares, stated = calibration_curve(right, top, n_bins=10)

    found = calibration(truth, probabilities, range(400), draws=20)

    assert [item.right for item in found.bins] == pytest.approx(shares.tolist())
    assert [item.probability for item in found.bins] == pytest.approx(stated.tolist())
    counts = np.array([item.films for item in found.bins])
    assert counts.sum() == 400
    assert found.expected_error.value == pytest.approx(
        (counts * np.abs(shares - stated)).sum() / 400
    )


def test_expected_error_of_a_worked_example():
    # Two bins of two films: 0.9 stated and half right, 0.6 stated and all right.
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.6, 0.4]])

    found = calibration(np.array([0, 1, 0, 0]), probabilities, range(4), draws=20)

    assert found.expected_error.value == pytest.approx((2 * 0.4 + 2 * 0.4) / 4)
    assert found.brier.value == pytest.approx((0.02 + 1.62 + 0.32 + 0.32) / 4)


@pytest.mark.parametrize("temperature", [0.5, 1, 2.5])
def test_a_known_temperature_is_found_again(temperature):
    truth, honest = honest_films(6000, seed=4)

    found = fitted_temperature(truth, with_temperature(honest, 1 / temperature))

    assert found == pytest.approx(temperature, rel=0.05)


def test_temperature_does_not_change_the_class():
    _, probabilities = honest_films(50)
    scaled = with_temperature(probabilities, 3.0)

    assert np.array_equal(scaled.argmax(axis=1), probabilities.argmax(axis=1))
    assert scaled.sum(axis=1) == pytest.approx(np.ones(50))
    assert with_temperature(probabilities, 1.0) == pytest.approx(probabilities, abs=1e-6)


def test_temperature_is_tested_on_patients_that_it_was_not_fitted_on():
    truth, honest = honest_films(900, seed=5)
    patients = np.array([f"p{index // 3}" for index in range(900)])
    too_sure = LabeledFilms(
        class_names=CLASS_NAMES,
        truth=truth,
        found=honest.argmax(axis=1),
        probabilities=with_temperature(honest, 1 / 3),
        patient=patients,
    )

    found = temperature_test(too_sure, draws=20)

    assert found.temperature == pytest.approx(3, rel=0.2)
    assert found.fitted_films + found.before.brier.films == 900
    assert found.before.brier.films == 3 * found.before.brier.patients
    assert found.after.expected_error.value < found.before.expected_error.value / 2


def test_too_few_patients_cannot_be_split():
    truth, probabilities = honest_films(6)
    films = LabeledFilms(
        class_names=CLASS_NAMES,
        truth=truth,
        found=truth,
        probabilities=probabilities,
        patient=np.array(["a", "a", "b", "b", "c", "c"]),
    )

    assert temperature_test(films, draws=20) is None


class Logits(ClassifierMixin, BaseEstimator):
    """A classifier whose decisions are what it is given."""

    def fit(self, logits, truth):
        """Learn the names of the classes alone."""
        self.classes_ = np.unique(truth)
        self.n_features_in_ = logits.shape[1]
        return self

    def decision_function(self, logits):
        """Return what is given."""
        return logits

    def predict(self, logits):
        """Return the likeliest class."""
        return self.classes_[logits.argmax(axis=1)]


@pytest.mark.parametrize("sharpness", [0.4, 2.0])
def test_temperature_is_that_of_scikit_learn(sharpness):
    truth, honest = honest_films(500, seed=7)
    stated = with_temperature(honest, 1 / sharpness)
    logits = np.log(np.clip(stated, 1e-7, 1))
    theirs = CalibratedClassifierCV(
        FrozenEstimator(Logits().fit(logits, truth)), method="temperature"
    ).fit(logits, truth)

    ours = with_temperature(stated, fitted_temperature(truth, stated))

    assert ours == pytest.approx(theirs.predict_proba(logits), abs=2e-3)


def test_intervals_are_those_of_scipy():
    truth, probabilities = honest_films(150)
    squares = ((probabilities - np.eye(4)[truth]) ** 2).sum(axis=1)
    theirs = stats.bootstrap(
        (squares,), np.mean, method="percentile", n_resamples=10_000, rng=1
    ).confidence_interval

    found = calibration(truth, probabilities, range(150), draws=10_000).brier

    width = theirs.high - theirs.low
    assert (found.low, found.high) == pytest.approx(tuple(theirs), abs=0.05 * width)


@pytest.mark.parametrize(
    ("right", "at_limit"), [pytest.param(0.0, True, id="never right"), (0.8, False)]
)
def test_a_search_that_ends_at_its_limit_is_told(right, at_limit):
    generator = np.random.default_rng(1)
    truth = generator.integers(0, 4, 80)
    is_right = generator.random(80) < right
    sure = np.eye(4)[np.where(is_right, truth, (truth + 1) % 4)]
    films = LabeledFilms(
        class_names=CLASS_NAMES,
        truth=truth,
        found=sure.argmax(axis=1),
        probabilities=0.02 + 0.92 * sure,
        patient=np.array([f"p{index}" for index in range(80)]),
    )

    assert temperature_test(films, draws=20).is_at_limit is at_limit
