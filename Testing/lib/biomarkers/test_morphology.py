"""Shape numbers agree with closed forms and with scikit-image, whatever the pixel aspect."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter
from skimage.measure import perimeter_crofton, regionprops

from CXRTriageLib.biomarkers.morphology import eccentricity, perimeter_px, solidity
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.label_runs import LabelRuns
from support.phantoms import ellipse_mask


def region_of(mask):
    return LabelRuns.from_labels(mask.astype(np.uint8)).of(Structure.HEART)


def blob(seed):
    noise = gaussian_filter(np.random.default_rng(seed).normal(size=(90, 70)), 6)
    return noise > np.quantile(noise, 0.7)


def circumference(first, second):
    """Ramanujan's approximation for an ellipse, good to a millionth here."""
    h = ((first - second) / (first + second)) ** 2
    return np.pi * (first + second) * (1 + 3 * h / (10 + np.sqrt(4 - 3 * h)))


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (12, 5)])
def test_rectangles_fill_their_hull(size):
    mask = np.zeros((20, 20), bool)
    mask[3 : 3 + size[0], 4 : 4 + size[1]] = True

    assert solidity(region_of(mask)) == pytest.approx(1)


def test_an_l_shape_fills_six_sevenths_of_its_hull():
    mask = np.zeros((30, 30), bool)
    mask[5:25, 5:15] = True
    mask[15:25, 15:25] = True

    # Three squares of four; the hull cuts half a square off the missing one.
    assert solidity(region_of(mask)) == pytest.approx(3 / 3.5)


@given(st.integers(0, 200))
@settings(max_examples=25)
def test_solidity_of_blobs_is_close_to_that_of_scikit_image(seed):
    mask = blob(seed)
    (expected,) = regionprops(mask.astype(np.uint8))

    # Its hull image counts pixels whose centers lie in the hull, ours is the hull's own area.
    assert solidity(region_of(mask)) == pytest.approx(expected.solidity, abs=0.02)


@pytest.mark.parametrize(
    ("rows", "columns", "aspect"), [(20, 10, 1.0), (10, 20, 1.0), (10, 10, 2.0), (8, 5, 0.4)]
)
def test_eccentricity_of_a_rectangle_follows_from_its_sides(rows, columns, aspect):
    mask = np.zeros((30, 30), bool)
    mask[2 : 2 + rows, 3 : 3 + columns] = True
    small, large = sorted((rows * aspect, columns))

    found = eccentricity(region_of(mask), aspect=aspect)

    assert found == pytest.approx(np.sqrt(1 - (small / large) ** 2), abs=1e-7)


@given(st.integers(0, 200), st.sampled_from([0.5, 1.0, 1.7]))
@settings(max_examples=25)
def test_eccentricity_of_blobs_is_that_of_scikit_image(seed, aspect):
    mask = blob(seed)
    (expected,) = regionprops(mask.astype(np.uint8), spacing=(aspect, 1.0))

    assert eccentricity(region_of(mask), aspect=aspect) == pytest.approx(
        expected.eccentricity, abs=5e-3
    )


@pytest.mark.parametrize(
    ("aspect", "within"), [(0.5, 0.03), (0.8, 0.02), (1.0, 0.02), (1.25, 0.02), (2.0, 0.03)]
)
@pytest.mark.parametrize("radii", [(60.0, 60.0), (120.0, 45.0), (45.0, 120.0)])
def test_perimeter_of_an_ellipse_is_its_circumference(radii, aspect, within):
    mask = ellipse_mask(
        (round(300 / aspect), 300), (149.5 / aspect, 149.5), (radii[0] / aspect, radii[1])
    )

    assert perimeter_px(mask, aspect=aspect) == pytest.approx(circumference(*radii), rel=within)


@given(st.integers(0, 200))
@settings(max_examples=25)
def test_perimeter_of_blobs_is_close_to_that_of_scikit_image(seed):
    mask = blob(seed)

    # Half the directions, so it is good to five percent.
    assert perimeter_px(mask) == pytest.approx(perimeter_crofton(np.pad(mask, 1), 4), rel=0.06)


def test_a_mask_at_the_border_of_the_film_is_closed_there():
    mask = np.ones((40, 30), bool)

    assert perimeter_px(mask) == perimeter_px(np.pad(mask, 5))


@given(st.integers(0, 200))
@settings(max_examples=15)
def test_shape_is_the_same_mirrored_and_shifted(seed):
    mask = blob(seed)
    other = np.pad(mask[::-1, ::-1], ((7, 0), (0, 4)))

    for measure in (solidity, eccentricity):
        assert measure(region_of(other)) == pytest.approx(measure(region_of(mask)), abs=1e-6)
    assert perimeter_px(other) == pytest.approx(perimeter_px(mask))


def test_stretched_pixels_change_no_shape():
    mask = ellipse_mask((200, 200), (100, 100), (80, 50))
    halved = mask[::2]

    assert eccentricity(region_of(halved), aspect=2.0) == pytest.approx(
        eccentricity(region_of(mask)), abs=2e-3
    )
    assert perimeter_px(halved, aspect=2.0) == pytest.approx(perimeter_px(mask), rel=0.03)
    assert solidity(region_of(halved)) == pytest.approx(solidity(region_of(mask)), abs=0.02)
