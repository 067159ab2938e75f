"""Both grids cover the same field, edge to edge."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from CXRTriageLib.preprocessing.resampling import resize_gray, resize_nearest
from CXRTriageLib.segmentation.upsampling import labels_nearest

sides = st.integers(1, 40)
shapes = st.tuples(sides, sides)


@given(shape=shapes, wanted=shapes, gray=st.floats(0, 255, width=32))
def test_constant_film_stays_constant(shape, wanted, gray):
    resized = resize_gray(np.full(shape, gray, np.float32), wanted)

    assert resized.shape == wanted
    assert resized.dtype == np.float32
    assert resized == pytest.approx(np.full(wanted, gray), abs=1e-3)


@pytest.mark.parametrize("side", [37, 100, 256, 700])
def test_ramp_keeps_its_place_and_slope(side):
    ramp = np.add.outer(np.arange(300) * 0.5, np.arange(300) * 0.3).astype(np.float32)

    resized = resize_gray(ramp, (side, side))

    place = (np.arange(side) + 0.5) * 300 / side - 0.5
    inside = np.flatnonzero((place > 20) & (place < 279))
    expected = np.add.outer(place[inside] * 0.5, place[inside] * 0.3)
    assert np.allclose(resized[np.ix_(inside, inside)], expected, rtol=0, atol=0.02)


def test_overshoot_at_edges_is_clipped():
    edge = np.zeros((20, 20), np.float32)
    edge[:, 10:] = 255

    resized = resize_gray(edge, (50, 50))

    unclipped = np.asarray(Image.fromarray(edge).resize((50, 50), Image.Resampling.BICUBIC))
    assert unclipped.min() < 0
    assert unclipped.max() > 255
    assert resized.min() == 0
    assert resized.max() == 255


def test_film_that_has_the_size_already_stays_as_it_is():
    film = np.random.default_rng(0).uniform(0, 255, (30, 40)).astype(np.float32)

    assert np.array_equal(resize_gray(film, (30, 40)), film)


@given(shape=shapes, wanted=shapes)
def test_nearest_takes_the_pixel_whose_area_holds_the_center(shape, wanted):
    image = np.arange(shape[0] * shape[1]).reshape(shape)

    resized = resize_nearest(image, wanted)

    holders = [
        [int(Fraction(2 * i + 1, 2) * old / new) for i in range(new)]
        for old, new in zip(shape, wanted, strict=True)
    ]
    assert np.array_equal(resized, image[np.ix_(*holders)])


@given(shape=shapes, wanted=shapes)
def test_nearest_agrees_with_the_way_masks_come_back(shape, wanted):
    labels = np.random.default_rng(0).integers(0, 4, shape).astype(np.uint8)

    resized = resize_nearest(labels, wanted)

    assert resized.dtype == np.uint8
    assert np.array_equal(resized, labels_nearest(labels, wanted))
