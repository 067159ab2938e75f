"""Patch centers lie in the lungs, and the patches of the lattice cover them."""

from __future__ import annotations

import csv
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from PIL import Image
from scipy.stats import chisquare

from CXRTriageLib.classification.patches import BorderRule, patch_boxes
from CXRTriageLib.classification.sampling import lattice_centers, random_centers
from CXRTriageLib.domain.anatomy import LUNGS
from CXRTriageLib.errors import InvalidValueError
from support.results import chest_labels

FILMS = Path(__file__).resolve().parents[4] / "shared" / "data" / "cxr"

few_pixels = st.just(value=False)
masks = npst.arrays(
    np.bool_, npst.array_shapes(min_dims=2, max_dims=2, max_side=60), fill=few_pixels
).filter(np.any)


def unequal_lungs(shape=(1024, 1024)):
    return chest_labels(shape) >= min(LUNGS)


def coverage(mask, centers, border, side):
    count = np.zeros(mask.shape, int)
    for top, left, bottom, right in patch_boxes(centers, mask.shape, border=border, side=side):
        count[top:bottom, left:right] += 1
    return count


def test_random_centers_are_uniform_over_lung_pixels():
    mask = np.zeros((5, 6), bool)
    mask[1, 1:3] = mask[3, 4:] = mask[4, 0] = True

    centers = random_centers(mask, 20_000, rng=np.random.default_rng(0))

    drawn = np.zeros(mask.shape, int)
    np.add.at(drawn, tuple(centers.T), 1)
    assert not drawn[~mask].any()
    assert chisquare(drawn[mask]).pvalue > 0.001


def test_same_generator_draws_the_same_centers():
    mask = unequal_lungs((64, 80))

    first, again = (random_centers(mask, 50, rng=np.random.default_rng(7)) for _ in range(2))
    other = random_centers(mask, 50, rng=np.random.default_rng(8))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.shape == (50, 2)
    assert first.dtype == np.int64


@pytest.mark.parametrize("border", BorderRule)
@given(mask=masks, side=st.integers(1, 40))
@example(mask=np.ones((1, 1), bool), side=1)
@example(mask=np.ones((3, 50), bool), side=32)
@settings(deadline=None, max_examples=60)
def test_lattice_covers_every_pixel_of_any_mask_from_inside(border, mask, side):
    centers = lattice_centers(mask, side=side)

    assert mask[tuple(centers.T)].all()
    assert coverage(mask, centers, border, side)[mask].min() >= 1
    assert len(np.unique(centers, axis=0)) == len(centers)


def test_normal_chest_needs_a_third_of_a_hundred_patches():
    lungs = unequal_lungs()

    centers = lattice_centers(lungs)

    covered = coverage(lungs, centers, BorderRule.SHIFTED, 224)[lungs]
    assert 25 <= len(centers) <= 40
    assert covered.min() >= 1
    assert covered.std() / covered.mean() < 0.4


def test_lattice_moves_only_near_a_correction():
    lungs = unequal_lungs()
    corrected = lungs.copy()
    corrected[400:460, 560:640] = True

    before = {tuple(center) for center in lattice_centers(lungs).tolist()}
    after = {tuple(center) for center in lattice_centers(corrected).tolist()}

    assert all(288 <= row < 572 and 448 <= column < 752 for row, column in before ^ after)


def test_image_smaller_than_a_patch_gets_one_patch():
    assert len(lattice_centers(unequal_lungs((100, 90)))) <= 2


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(lattice_centers, id="lattice"),
        pytest.param(partial(random_centers, count=3, rng=np.random.default_rng(0)), id="random"),
    ],
)
def test_empty_mask_is_refused(place):
    with pytest.raises(InvalidValueError, match="lungs is empty"):
        place(np.zeros((30, 30), bool))


@pytest.mark.skipif(not FILMS.is_dir(), reason="needs the working data beside the repository")
def test_real_lungs_need_a_third_of_a_hundred_patches_on_average():
    with (FILMS / "manifest.csv").open(encoding="utf-8") as file:
        paths = [row["label"] for row in csv.DictReader(file) if row["dataset"] == "jsrt"]
    lungs = [np.asarray(Image.open(FILMS / path)) >= min(LUNGS) for path in paths[::12]]

    counts = [len(lattice_centers(mask)) for mask in lungs]

    assert 30 <= np.mean(counts) <= 40
