"""Tools paint the pixels that they promise, inside the film only."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from CXRTriageEditing.box import Box, boxOf, boxOfDifference
from CXRTriageEditing.mask_tools import brushed, filledPolygon, swappedSides
from support.results import chest_labels

SHAPE = (40, 50)
POSITIONS = st.tuples(st.floats(-20, 60), st.floats(-20, 70))


def painted(box, mask, shape=SHAPE):
    """Return the mask at the size of the film."""
    whole = np.zeros(shape, np.bool_)
    whole[box.slices] |= mask
    return whole


def distance_to_line(start, end, aspect):
    """Return the distance of every pixel to a line, by sampling the line densely."""
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    steps = np.linspace(0, 1, 2001)[:, np.newaxis, np.newaxis]
    row, column = (a + steps * (b - a) for a, b in zip(start, end, strict=True))
    return np.sqrt((((rows - row) * aspect) ** 2 + (columns - column) ** 2).min(axis=0))


@pytest.mark.parametrize("radius", [0.0, 0.4, 1.0, 2.5, 7.0])
def test_dab_is_a_disk(radius):
    mask = painted(*brushed((20, 25), (20, 25), radius, SHAPE))

    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    assert np.array_equal(mask, (rows - 20) ** 2 + (columns - 25) ** 2 <= radius**2)


@pytest.mark.parametrize("aspect", [1.0, 1.7])
@pytest.mark.parametrize(
    ("start", "end"),
    [((8, 9), (30, 41)), ((30, 41), (8, 9)), ((12, 5), (12, 44)), ((-6, 10), (25, 60))],
)
def test_stroke_covers_what_lies_within_the_radius_of_its_line(start, end, aspect):
    mask = painted(*brushed(start, end, 4.3, SHAPE, aspect=aspect))

    distance = distance_to_line(start, end, aspect)
    assert mask[distance < 4.29].all()
    assert not mask[distance > 4.31].any()


def test_brush_is_round_on_the_screen_where_pixels_are_not_square():
    mask = painted(*brushed((20, 25), (20, 25), 8, SHAPE, aspect=2.0))

    assert mask.any(axis=0).sum() == 17
    assert mask.any(axis=1).sum() == 9


@given(start=POSITIONS, end=POSITIONS, radius=st.floats(0, 30))
def test_brush_never_leaves_the_film(start, end, radius):
    box, mask = brushed(start, end, radius, SHAPE)

    if not box.isEmpty:
        assert 0 <= box.top < box.bottom <= SHAPE[0]
        assert 0 <= box.left < box.right <= SHAPE[1]
        assert mask.shape == (box.bottom - box.top, box.right - box.left)


def test_polygon_is_filled():
    mask = painted(*filledPolygon([(5, 10), (5, 30), (25, 30), (25, 10)], SHAPE))

    assert mask[6:25, 11:30].all()
    assert mask.sum() <= 21 * 21
    assert boxOf(mask).top >= 5


@given(points=st.lists(POSITIONS, max_size=8))
def test_polygon_never_leaves_the_film(points):
    box, mask = filledPolygon(points, SHAPE)

    assert 0 <= box.top <= box.bottom <= SHAPE[0]
    assert mask.shape == (box.bottom - box.top, box.right - box.left)
    assert len(points) > 2 or box.isEmpty


def test_swapped_sides_come_back_when_swapped_again():
    labels = chest_labels()

    swapped = swappedSides(labels)

    counts = np.bincount(labels.ravel())
    assert np.bincount(swapped.ravel()).tolist() == counts[[0, 1, 3, 2]].tolist()
    assert np.array_equal(swappedSides(swapped), labels)


def test_box_of_a_difference_is_as_small_as_it_can_be():
    other = np.zeros(SHAPE, np.uint8)
    assert boxOfDifference(other, other) is None

    other[7, 12] = other[11, 3] = 1

    assert boxOfDifference(np.zeros(SHAPE, np.uint8), other) == Box(7, 12, 3, 13)
