"""The heart without tails."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.draw import disk
from skimage.morphology import disk as disc_element
from skimage.morphology import opening

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.segmentation.heart_opening import RADIUS_SHARE, open_heart


def film_with_heart(side: int) -> np.ndarray:
    """Return labels of a round heart between two lungs."""
    labels = np.zeros((side, side), np.uint8)
    labels[:, : side // 4] = Structure.RIGHT_LUNG
    labels[:, -side // 4 :] = Structure.LEFT_LUNG
    labels[disk((side / 2, side / 2), side / 6)] = Structure.HEART
    return labels


@pytest.mark.parametrize("side", [256, 1024, 2100])
def test_round_heart_stays_as_it_is(side):
    labels = film_with_heart(side)

    opened = open_heart(labels)

    assert np.array_equal(opened, labels)
    assert opened is not labels


@pytest.mark.parametrize("side", [256, 1024, 2100])
def test_tail_is_cut_off_and_nothing_else(side):
    plain = film_with_heart(side)
    labels = plain.copy()
    thickness = side // 60
    tail = slice(side // 2, side // 2 + thickness), slice(side // 2, side // 2 + side // 4 - 2)
    labels[tail] = Structure.HEART

    opened = open_heart(labels)

    # What is left of the tail lies in the notch between it and the heart.
    left = (opened == Structure.HEART) & (plain != Structure.HEART)
    assert left.sum() <= thickness * RADIUS_SHARE * side
    assert np.array_equal(opened == Structure.RIGHT_LUNG, labels == Structure.RIGHT_LUNG)
    assert (opened[plain == Structure.HEART] == Structure.HEART).all()


def test_opening_is_that_of_another_library_up_to_a_cell():
    rng = np.random.default_rng(0)
    labels = film_with_heart(500)
    for row, column in rng.integers(150, 350, (12, 2)):
        labels[disk((row, column), rng.integers(3, 25), shape=labels.shape)] = Structure.HEART

    opened = open_heart(labels) == Structure.HEART

    heart = (labels == Structure.HEART).astype(np.uint8)
    theirs = opening(heart, disc_element(round(RADIUS_SHARE * 500))) > 0
    assert not (theirs & ~opened).any()
    assert (opened & ~theirs).sum() < 0.02 * theirs.sum()


@pytest.mark.parametrize("pixels", [0, 3])
def test_heart_too_small_for_a_disc_stays(pixels):
    labels = np.zeros((300, 200), np.uint8)
    labels[10, :pixels] = Structure.HEART

    assert np.array_equal(open_heart(labels), labels)
