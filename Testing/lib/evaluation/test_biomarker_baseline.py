"""The regression on biomarkers finds classes that they tell apart."""

from __future__ import annotations

import numpy as np

from CXRTriageLib.biomarkers.measurement import measure_biomarkers
from CXRTriageLib.evaluation.biomarker_baseline import (
    BASELINE_BIOMARKERS,
    baseline_predictions,
)
from CXRTriageLib.preprocessing.equalization import preprocessing_table
from support.outcomes import outcome
from support.phantoms import chest_phantom

MEANS = {"normal": (0.54, 0.14, 0.44, 0.9), "viral": (0.40, 0.20, 0.60, 0.6)}


def films_of(name: str, count: int, *, seed: int = 0) -> list:
    values = np.random.default_rng(seed).normal(MEANS[name], 0.01, (count, 4))
    return [
        outcome(biomarkers=tuple(zip(BASELINE_BIOMARKERS, row, strict=True)))
        for row in values.tolist()
    ]


def test_classes_that_differ_are_told_apart():
    training = films_of("normal", 40) + films_of("viral", 8)
    classes = ["normal"] * 40 + ["viral"] * 8

    found = baseline_predictions(
        training, classes, films_of("viral", 5, seed=1) + films_of("normal", 5, seed=2)
    )

    assert found == ["viral"] * 5 + ["normal"] * 5


def test_undefined_biomarker_counts_as_the_median():
    training = films_of("normal", 20) + films_of("viral", 20)
    without_heart = outcome(biomarkers=(("mean_lung_intensity", 0.40), ("sd_lung_intensity", 0.20)))

    found = baseline_predictions(training, ["normal"] * 20 + ["viral"] * 20, [without_heart])

    assert found == ["viral"]


def test_biomarker_that_no_film_has_does_not_matter():
    training = [
        outcome(biomarkers=film.biomarkers[:2])
        for film in films_of("normal", 20) + films_of("viral", 20)
    ]

    found = baseline_predictions(
        training, ["normal"] * 20 + ["viral"] * 20, films_of("viral", 3, seed=1)
    )

    assert found == ["viral"] * 3


def test_biomarkers_of_the_baseline_are_measured_under_these_names():
    film, segmentation = chest_phantom()

    measured = measure_biomarkers(film, segmentation, preprocessing_table(film)).biomarkers

    values = {biomarker.name: biomarker.value for biomarker in measured}
    assert all(values[name] is not None for name in BASELINE_BIOMARKERS)
