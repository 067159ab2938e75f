"""Distances between borders against closed forms, all pairs of pixels, and SimpleITK."""

from __future__ import annotations

import numpy as np
import pytest
import SimpleITK
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.distance import cdist

from CXRTriageLib.errors import InvalidValueError, UndefinedMetricError
from CXRTriageLib.metrics.surface_distance import surface_distance
from support.phantoms import ellipse_mask

masks = arrays(np.bool_, (12, 9), elements=st.booleans()).filter(lambda mask: mask.any())


def border_pixels(mask: np.ndarray) -> np.ndarray:
    """Return pixels of a mask with a neighbor outside of it."""
    padded = np.pad(mask, 1)
    inside = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return np.argwhere(mask & ~inside)


def test_masks_that_agree_have_no_distance():
    mask = ellipse_mask((40, 40), (20, 20), (10, 8))

    found = surface_distance(mask, mask)

    assert (found.hausdorff_95, found.average) == (0, 0)


def test_parallel_lines_are_as_far_apart_as_their_rows():
    first, second = np.zeros((2, 20, 20), bool)
    first[4], second[11] = True, True

    found = surface_distance(first, second)

    assert (found.hausdorff_95, found.average) == (7, 7)


def test_single_stray_pixel_does_not_move_the_95th_percentile():
    reference = ellipse_mask((200, 200), (100, 100), (60, 60))
    stray = reference.copy()
    stray[2, 2] = True

    assert surface_distance(stray, reference).hausdorff_95 == 0
    assert surface_distance(stray, reference).average > 0


@given(masks, masks)
def test_distances_are_those_of_all_pairs_of_border_pixels(predicted, reference):
    pairs = cdist(border_pixels(predicted), border_pixels(reference))
    there, back = pairs.min(axis=1), pairs.min(axis=0)

    found = surface_distance(predicted, reference)

    expected = max(np.percentile(there, 95), np.percentile(back, 95))
    assert found.hausdorff_95 == pytest.approx(expected)
    assert found.average == pytest.approx(np.concatenate([there, back]).mean())


def test_empty_mask_has_no_distance():
    with pytest.raises(UndefinedMetricError, match="a mask is empty"):
        surface_distance(np.zeros((4, 4), bool), np.ones((4, 4), bool))


def test_masks_of_different_shape_are_refused():
    with pytest.raises(InvalidValueError, match=r"\(4, 4\) and \(4, 5\)"):
        surface_distance(np.ones((4, 4), bool), np.ones((4, 5), bool))


@pytest.mark.parametrize("shift", [(0, 3), (-6, 2), (11, -9)])
def test_distances_are_those_of_the_contours_and_distance_maps_of_simpleitk(shift):
    reference = ellipse_mask((160, 140), (80, 70), (50, 35))
    predicted = ellipse_mask((160, 140), (80 + shift[0], 70 + shift[1]), (47, 41))
    images = [SimpleITK.GetImageFromArray(mask.astype(np.uint8)) for mask in (predicted, reference)]
    contours = [SimpleITK.LabelContour(image, fullyConnected=False) for image in images]
    # As in the example "Segmentation Evaluation" of the SimpleITK notebooks.
    ways = [
        np.abs(
            SimpleITK.GetArrayFromImage(
                SimpleITK.SignedMaurerDistanceMap(
                    other, squaredDistance=False, useImageSpacing=True
                )
            )
        )[SimpleITK.GetArrayFromImage(one) == 1]
        for one, other in (contours, contours[::-1])
    ]
    largest = SimpleITK.HausdorffDistanceImageFilter()
    largest.Execute(*contours)

    found = surface_distance(predicted, reference)

    assert found.hausdorff_95 == pytest.approx(
        max(np.percentile(way, 95) for way in ways), abs=1e-4
    )
    assert found.average == pytest.approx(np.concatenate(ways).mean(), abs=1e-4)
    assert (
        found.hausdorff_95
        <= largest.GetHausdorffDistance()
        == pytest.approx(max(way.max() for way in ways), abs=1e-4)
    )
