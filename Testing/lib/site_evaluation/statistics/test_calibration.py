"""Calibration against scikit-learn and against probabilities whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
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
