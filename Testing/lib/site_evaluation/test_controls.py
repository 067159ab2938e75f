"""Controls know nothing of the lungs' gray."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from CXRTriageLib.domain.anatomy import LUNGS
from CXRTriageLib.domain.settings import Mode, TriageSettings
from CXRTriageLib.networks.device import Device
from CXRTriageLib.pipeline.triage import TriagePipeline
from CXRTriageLib.preprocessing.working_film import PreprocessedFilm
from CXRTriageLib.site_evaluation.controls import HISTOGRAM_BINS, control_outcome
from CXRTriageLib.site_evaluation.film_record import SHAPE_FEATURES
from support.phantoms import chest_phantom

SETTINGS = TriageSettings.for_mode(Mode.DEFAULT)


@pytest.fixture(scope="module")
def pipeline(small_models):
    return TriagePipeline.load(small_models / "small", device=Device.CPU, threads=1)


@pytest.fixture(scope="module")
def phantom():
    radiograph, segmentation = chest_phantom()
    return PreprocessedFilm.of(radiograph), segmentation.labels


def test_gray_of_the_lungs_does_not_matter(pipeline, phantom):
    film, labels = phantom
    changed = np.where(np.isin(labels, LUNGS), 255 - film.image, film.image)

    outcome = control_outcome(film, labels, pipeline, SETTINGS)
    other = control_outcome(dataclasses.replace(film, image=changed), labels, pipeline, SETTINGS)

    assert other == outcome
    assert sum(outcome.blacked_out_probabilities) == pytest.approx(1, abs=1e-4)
    assert sum(outcome.shape_only_probabilities) == pytest.approx(1, abs=1e-4)


def test_shape_features_are_shares_of_the_film(pipeline, phantom):
    film, labels = phantom

    shape = dict(
        zip(SHAPE_FEATURES, control_outcome(film, labels, pipeline, SETTINGS).shape, strict=True)
    )

    # An ellipse of half axes 0.37 and 0.18, with a part behind the heart missing.
    assert shape["right_lung_area"] == pytest.approx(np.pi * 0.37 * 0.18, rel=0.05)
    assert shape["heart_area"] == pytest.approx(np.pi * 0.13 * 0.16, rel=0.02)
    assert shape["heart_centroid_row"] == pytest.approx(0.64, abs=0.01)
    assert shape["left_lung_height"] == pytest.approx(0.66, abs=0.01)


def test_histogram_holds_every_pixel(pipeline, phantom):
    film, labels = phantom

    histogram = control_outcome(film, labels, pipeline, SETTINGS).histogram

    assert len(histogram) == HISTOGRAM_BINS
    assert sum(histogram) == pytest.approx(1, abs=1e-4)


def test_film_without_lungs_has_features_and_no_vote(pipeline, phantom):
    film, labels = phantom

    outcome = control_outcome(film, np.zeros_like(labels), pipeline, SETTINGS)

    assert outcome.blacked_out_class is None
    assert outcome.shape == (0,) * len(SHAPE_FEATURES)
    assert outcome.surroundings
