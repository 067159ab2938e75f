"""Lung intensity is that of the preprocessed lung pixels, found without looking at each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from CXRTriageLib.biomarkers.intensity import lung_histogram, lung_intensity
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.errors import UndefinedBiomarkerError
from support.phantoms import box_labels, ellipse_labels

TABLE = (255 * np.linspace(0, 1, 4096) ** 0.5).astype(np.float32)


def random_film(shape, seed=0):
    return np.random.default_rng(seed).integers(0, 4096, shape).astype(np.uint16)


@given(st.integers(0, 1000))
def test_mean_and_sd_are_those_of_the_preprocessed_pixels(seed):
    labels = ellipse_labels((48, 40))
    pixels = random_film(labels.shape, seed)
    inside = TABLE[pixels][labels >= Structure.LEFT_LUNG].astype(np.float64) / 255

    found = lung_intensity(lung_histogram(pixels, labels, levels=4096), TABLE)

    assert found.mean == pytest.approx(inside.mean(), rel=1e-12)
    assert found.standard_deviation == pytest.approx(inside.std(ddof=0), rel=1e-12)


def test_two_gray_levels_have_the_sd_of_two_points():
    labels = box_labels({Structure.RIGHT_LUNG: (0, 2, 0, 1), Structure.LEFT_LUNG: (0, 2, 1, 2)})
    pixels = np.zeros(labels.shape, np.uint8)
    pixels[:2, 1] = 255

    found = lung_intensity(
        lung_histogram(pixels, labels, levels=256), np.arange(256, dtype=np.float32)
    )

    assert (found.mean, found.standard_deviation) == (0.5, 0.5)


def test_heart_and_background_have_no_part_in_it():
    labels = ellipse_labels((48, 40))
    pixels = random_film(labels.shape)
    changed = np.where(labels >= Structure.LEFT_LUNG, pixels, 4095).astype(np.uint16)

    assert np.array_equal(
        lung_histogram(pixels, labels, levels=4096), lung_histogram(changed, labels, levels=4096)
    )


def test_a_stroke_needs_only_its_own_box():
    labels = ellipse_labels((96, 80))
    pixels = random_film(labels.shape)
    corrected = labels.copy()
    box = np.s_[30:52, 10:41]
    corrected[box] = Structure.LEFT_LUNG

    updated = (
        lung_histogram(pixels, labels, levels=4096)
        - lung_histogram(pixels[box], labels[box], levels=4096)
        + lung_histogram(pixels[box], corrected[box], levels=4096)
    )

    assert np.array_equal(updated, lung_histogram(pixels, corrected, levels=4096))


def test_without_lungs_there_is_no_intensity():
    labels = box_labels({Structure.HEART: (10, 20, 10, 20)})

    with pytest.raises(UndefinedBiomarkerError, match="no lung"):
        lung_intensity(lung_histogram(random_film(labels.shape), labels, levels=4096), TABLE)
