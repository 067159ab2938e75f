"""Upsampled labels are those of interpolating everywhere, only sooner."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter, map_coordinates
from skimage.transform import resize

from CXRTriageLib.errors import InvalidValueError
from CXRTriageLib.segmentation.upsampling import labels_from_probabilities, labels_nearest
from support.phantoms import ellipse_labels


def smooth_probabilities(shape, sigma, seed, classes=4):
    noise = np.random.default_rng(seed).normal(size=(classes, *shape))
    blurred = np.exp(5 * sigma * gaussian_filter(noise, (0, sigma, sigma)))
    return (blurred / blurred.sum(axis=0)).astype(np.float32)


def interpolated_everywhere(probabilities, shape):
    """Pixel centers of both grids in the same field, the border repeated."""
    grid = np.meshgrid(
        *(
            (np.arange(size) + 0.5) * small / size - 0.5
            for small, size in zip(probabilities.shape[1:], shape, strict=True)
        ),
        indexing="ij",
    )
    return np.stack(
        [
            map_coordinates(one.astype(np.float64), grid, order=1, mode="nearest")
            for one in probabilities
        ]
    )


def assert_same_but_for_rounding(labels, values):
    chosen = np.take_along_axis(values, labels[np.newaxis].astype(np.int64), axis=0)[0]

    assert (values.max(axis=0) - chosen).max() < 1e-6


@given(
    grid=st.tuples(st.integers(1, 14), st.integers(1, 14)),
    shape=st.tuples(st.integers(1, 70), st.integers(1, 70)),
    sigma=st.sampled_from([0.5, 1.5, 3.0]),
    seed=st.integers(0, 1000),
)
@settings(max_examples=150)
def test_labels_are_those_of_bilinear_interpolation_at_any_size(grid, shape, sigma, seed):
    probabilities = smooth_probabilities(grid, sigma, seed)

    labels = labels_from_probabilities(probabilities, shape)

    assert labels.shape == shape
    assert labels.dtype == np.uint8
    assert_same_but_for_rounding(labels, interpolated_everywhere(probabilities, shape))


def test_labels_of_a_larger_film_are_those_of_another_library():
    probabilities = smooth_probabilities((32, 32), 2.0, seed=5)
    values = np.stack([resize(one, (410, 333), order=1, mode="edge") for one in probabilities])

    labels = labels_from_probabilities(probabilities, (410, 333))

    assert_same_but_for_rounding(labels, values)
    assert len(np.unique(labels)) == 4


def test_the_first_of_equally_probable_classes_wins():
    probabilities = np.full((4, 3, 3), 0.25, np.float32)

    assert not labels_from_probabilities(probabilities, (20, 30)).any()


def test_labels_turn_with_the_probabilities():
    probabilities = smooth_probabilities((16, 16), 2.0, seed=1)

    upright = labels_from_probabilities(probabilities, (128, 128))
    turned = labels_from_probabilities(np.ascontiguousarray(probabilities[:, :, ::-1]), (128, 128))

    assert np.mean(upright != turned[:, ::-1]) < 1e-3


@pytest.mark.parametrize("shape", [(0, 4, 4), (4, 0, 4), (4, 4)])
def test_probabilities_without_a_grid_are_refused(shape):
    with pytest.raises(InvalidValueError, match="cannot be brought"):
        labels_from_probabilities(np.zeros(shape, np.float32), (10, 10))


def test_a_large_film_takes_less_than_a_tenth_of_a_second():
    small = ellipse_labels((256, 256))
    probabilities = np.stack(
        [gaussian_filter((small == label).astype(np.float32), 1.5) for label in range(4)]
    )

    # Processor time, so that what else the machine does has no part in it.
    start = time.process_time()
    labels_from_probabilities(probabilities, (3000, 2500))

    assert time.process_time() - start < 0.1


@given(
    grid=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    shape=st.tuples(st.integers(1, 40), st.integers(1, 40)),
)
def test_nearest_labels_are_those_whose_pixel_covers_the_center(grid, shape):
    labels = np.random.default_rng(0).integers(0, 4, grid).astype(np.uint8)

    enlarged = labels_nearest(labels, shape)

    row, column = (
        np.floor((np.arange(size) + 0.5) / size * small + 1e-9).astype(int)
        for small, size in zip(grid, shape, strict=True)
    )
    assert np.array_equal(enlarged, labels[row[:, np.newaxis], column])


def test_whole_multiples_repeat_every_label():
    labels = ellipse_labels((16, 12))

    assert np.array_equal(
        labels_nearest(labels, (80, 48)), np.kron(labels, np.ones((5, 4), np.uint8))
    )
