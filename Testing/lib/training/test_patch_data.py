"""Patches are drawn as often as the recipe says, from inside the lungs."""

from __future__ import annotations

import dataclasses
from collections import Counter

import numpy as np
import pytest
import torch
from scipy.stats import chisquare

from CXRTriageLib.classification.patches import PATCH_SIDE_PX
from CXRTriageLib.domain.anatomy import LUNGS
from CXRTriageLib.networks.weights import Approach
from CXRTriageLib.training.patch_data import PatchChanges, PatchDataset, change_lungs, film_weights
from CXRTriageLib.training.recipes import ClassificationRecipe, read_recipe
from CXRTriageLib.training.segmentation_data import Draw, EpochSampler
from support.lung_films import lung_film
from support.phantoms import ellipse_labels

NAMES = ("normal", "bacterial", "tuberculosis", "viral")
ROTATED_AND_GRAY = PatchChanges(rotation_degrees=10, flip=True, gray=1.0)


def dataset_of(films, *, changes=None, approach=Approach.LOCAL, **options) -> PatchDataset:
    return PatchDataset(films, NAMES, approach=approach, changes=changes, **options)


def cohort() -> list:
    """Return 16 + 4 films of two sources in one class, and 5 of one source in another."""
    return [
        *(lung_film("normal", dataset="large") for _ in range(16)),
        *(lung_film("normal", dataset="small") for _ in range(4)),
        *(lung_film("viral", dataset="other") for _ in range(5)),
    ]


@pytest.mark.parametrize(
    ("balance", "expected"),
    [
        ("class", {"large": 0.4, "small": 0.1, "other": 0.5}),
        ("class_and_source", {"large": 1 / 3, "small": 1 / 6, "other": 0.5}),
    ],
)
def test_classes_and_sources_are_drawn_in_their_shares(balance, expected):
    films = cohort()
    sampler = EpochSampler(
        len(films), weights=film_weights(films, balance), films_per_epoch=20_000, seed=0
    )

    drawn = Counter(films[draw.film].listed.dataset for draw in sampler)

    shares = [expected[name] * 20_000 for name in expected]
    assert chisquare([drawn[name] for name in expected], shares).pvalue > 0.001


@pytest.mark.parametrize("balance", ["class", "class_and_source"])
def test_every_class_weighs_the_same(balance):
    films = cohort()
    weights = film_weights(films, balance)

    assert weights is not None
    assert sum(weights[:20]) == pytest.approx(sum(weights[20:]))


def test_without_balance_every_film_comes_as_often():
    assert film_weights(cohort(), "none") is None


def test_class_index_follows_the_order_of_the_classes():
    films = [lung_film(name) for name in ("viral", "normal", "tuberculosis")]

    dataset = dataset_of(films)

    assert [dataset[index][1:] for index in range(3)] == [(3, 0), (0, 1), (2, 2)]


def test_random_centers_lie_in_the_mask_and_reach_all_of_it():
    film = lung_film("normal")
    generator = np.random.default_rng(0)

    centers = np.concatenate([film.random_center(generator) for _ in range(500)])

    rows, columns = centers.T
    lungs = film.image > 0
    assert lungs[rows, columns].all()
    extent = np.ptp(np.argwhere(lungs), axis=0)
    assert (np.ptp(centers, axis=0) > 0.9 * extent).all()


@pytest.mark.parametrize("shape", [(3, 5), (40, 17), (64, 64), (1, 200)])
@pytest.mark.parametrize("seed", range(8))
def test_random_center_is_the_pixel_that_a_list_of_all_lung_pixels_gives(shape, seed):
    scattered = np.random.default_rng(seed).random(shape) < 0.05 * (seed + 1)
    scattered[-1, -1] = True
    film = dataclasses.replace(lung_film("normal"), image=np.zeros(shape, np.uint8))
    film = dataclasses.replace(film, packed_lungs=np.packbits(scattered))

    found = film.random_center(np.random.default_rng(seed))

    pixels = np.argwhere(scattered)
    drawn = np.random.default_rng(seed).integers(len(pixels))
    assert np.array_equal(found, pixels[drawn : drawn + 1])


def test_patches_hold_the_film_as_it_is_around_a_pixel_of_the_lungs():
    film = lung_film("normal", shape=(900, 840), masked=False)
    lungs = np.isin(ellipse_labels((900, 840)), LUNGS)
    # Where no patch is moved inward.
    film = dataclasses.replace(film, packed_lungs=np.packbits(lungs & is_deep(lungs.shape)))
    dataset = dataset_of([film], repeats=30)
    beginnings = np.lib.stride_tricks.sliding_window_view(film.image, (1, 12))[:, :, 0]

    centers = []
    for index in range(30):
        patch = dataset[index][0][0].numpy()
        ((row, column),) = np.argwhere((beginnings == patch[0, :12]).all(axis=-1))
        place = np.s_[row : row + PATCH_SIDE_PX, column : column + PATCH_SIDE_PX]
        assert np.array_equal(film.image[place], patch)
        centers.append((row + PATCH_SIDE_PX // 2, column + PATCH_SIDE_PX // 2))

    assert all(lungs[center] for center in centers)
    assert len(set(centers)) == 30


def is_deep(shape: tuple[int, int]) -> np.ndarray:
    """Return the pixels that are at least half a patch away from the border."""
    deep = np.zeros(shape, bool)
    deep[PATCH_SIDE_PX // 2 : -PATCH_SIDE_PX // 2, PATCH_SIDE_PX // 2 : -PATCH_SIDE_PX // 2] = True
    return deep


def test_validation_patches_are_the_same_at_every_epoch():
    films = [lung_film("normal"), lung_film("viral", brightness=60)]

    first, second = ([dataset_of(films, repeats=3)[index] for index in range(6)] for _ in range(2))

    assert [item[1:] for item in first] == [(0, 0)] * 3 + [(3, 1)] * 3
    for (patch, *_), (same, *_) in zip(first, second, strict=True):
        assert torch.equal(patch, same)


def test_same_draw_gives_the_same_patch_and_another_epoch_another():
    dataset = dataset_of([lung_film("normal", shape=(700, 600))], changes=ROTATED_AND_GRAY)

    first, again, later = (dataset[Draw(0, epoch, 4)][0] for epoch in (0, 0, 1))

    assert torch.equal(first, again)
    assert not torch.equal(first, later)
    assert first.shape == (1, PATCH_SIDE_PX, PATCH_SIDE_PX)
    assert first.min() >= 0
    assert first.max() <= 255


@pytest.mark.parametrize("seed", range(40))
def test_gray_changes_leave_the_mask_black(seed):
    patch = torch.from_numpy(lung_film("normal", brightness=40).image.astype(np.float32))

    changed = change_lungs(patch, np.random.default_rng(seed), strength=1.0)

    assert changed[patch == 0].max() == 0
    assert (changed >= 0).all()
    assert (changed <= 255).all()
    assert not torch.equal(changed, patch)


def test_half_of_the_patches_are_mirrored():
    film = lung_film("normal")
    dataset = dataset_of(
        [film],
        changes=PatchChanges(rotation_degrees=0, flip=True, gray=0.0),
        approach=Approach.GLOBAL,
    )
    plain = dataset_of([film], approach=Approach.GLOBAL)[0][0]

    patches = [dataset[Draw(0, 0, position)][0] for position in range(60)]

    mirrored = [torch.allclose(patch, plain.flip(2), atol=0.01) for patch in patches]
    same = [torch.allclose(patch, plain, atol=0.01) for patch in patches]
    assert sum(mirrored) + sum(same) == 60
    assert 18 <= sum(mirrored) <= 42


def test_global_network_sees_the_whole_film():
    film = lung_film("normal", shape=(448, 448))

    patch = dataset_of([film], approach=Approach.GLOBAL)[0][0][0].numpy()

    halved = film.image.reshape(224, 2, 224, 2).mean(axis=(1, 3))
    inside = halved > 0
    assert patch.shape == (PATCH_SIDE_PX, PATCH_SIDE_PX)
    assert np.corrcoef(patch[inside], halved[inside])[0, 1] > 0.9


def test_changes_are_those_of_the_recipe():
    paper = read_recipe(ClassificationRecipe, "paper")

    assert PatchChanges.of(paper) == PatchChanges(rotation_degrees=5, flip=True, gray=0.0)
