"""Random changes are those of the geometry and gray scale that they are said to be."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import affine_transform

from CXRTriageLib.training.augmentation import (
    random_affine,
    random_collimation,
    random_gray,
    random_letters,
    random_tails,
    warp,
)
from support.phantoms import ellipse_labels, gray_film

SIDE = 96
seeds = st.integers(0, 2**32 - 1)


def phantom() -> tuple[torch.Tensor, torch.Tensor]:
    """Return a film of 0 to 255 and its labels, both (SIDE, SIDE), float32."""
    labels = ellipse_labels((SIDE, SIDE))
    film = gray_film(labels, levels=256).astype(np.float32)
    return torch.from_numpy(film), torch.from_numpy(labels.astype(np.float32))


def drawn(seed: int, **limits: float) -> torch.Tensor:
    limits = {"degrees": 0, "scale": 0, "shift": 0, "shear": 0} | limits
    return random_affine(np.random.default_rng(seed), **limits)


def rotation(degrees: float) -> torch.Tensor:
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    return torch.tensor([[cos, -sin, 0], [sin, cos, 0]])


@pytest.mark.parametrize("nearest", [True, False])
def test_no_change_gives_the_film(nearest):
    film, _ = phantom()

    same = warp(film, drawn(0), SIDE, nearest=nearest)

    assert torch.allclose(same, film, atol=1e-3)


@pytest.mark.parametrize("nearest", [True, False])
def test_quarter_turn_is_a_quarter_turn(nearest):
    film, _ = phantom()

    turned = warp(film, rotation(90), SIDE, nearest=nearest)

    assert torch.allclose(turned, torch.rot90(film), atol=0.05)


@given(seed=seeds)
@settings(max_examples=25)
def test_film_is_sampled_where_the_map_says(seed):
    film, _ = phantom()
    affine = drawn(seed, degrees=30, scale=0.3, shift=0.2, shear=0.1).double().numpy()

    ours = warp(film, torch.from_numpy(affine).float(), SIDE, nearest=False).numpy()

    # Columns come first in the map and rows in SciPy; both count pixels from -1 to 1.
    matrix, shift = affine[::-1, 1::-1], affine[::-1, 2]
    middle = (SIDE - 1) / 2
    offset = middle + shift * SIDE / 2 - matrix @ [middle, middle]
    theirs = affine_transform(film.numpy(), matrix, offset, order=1, mode="grid-constant")
    assert np.abs(ours - theirs).max() < 0.5


@given(seed=seeds, degrees=st.floats(0, 45), scale=st.floats(0, 0.5), shift=st.floats(0, 0.3))
def test_map_stays_within_its_limits(seed, degrees, scale, shift):
    affine = drawn(seed, degrees=degrees, scale=scale, shift=shift).double()
    linear = affine[:, :2]

    size = math.sqrt(torch.linalg.det(linear).item())
    angle = math.degrees(math.atan2(linear[1, 0], linear[0, 0]))
    assert 1 / (1 + scale) - 1e-6 <= size <= 1 + scale + 1e-6
    assert abs(angle) <= degrees + 1e-4
    assert affine[:, 2].abs().max() <= shift + 1e-6


@given(seed=seeds)
@settings(max_examples=25)
def test_labels_move_with_the_film(seed):
    _, labels = phantom()
    affine = drawn(seed, degrees=15, scale=0.25, shift=0.1, shear=0.1)

    moved = warp(labels, affine, SIDE, nearest=True)

    assert set(moved.unique().tolist()) <= {0, 1, 2, 3}
    for value in range(1, 4):
        as_film = warp((labels == value).float(), affine, SIDE, nearest=False)
        assert torch.equal(
            moved[as_film > 0.999] == value, torch.ones_like(moved[as_film > 0.999]).bool()
        )
        assert not (moved[as_film < 0.001] == value).any()


def test_smaller_output_covers_the_same_field():
    film = torch.zeros(SIDE, SIDE)
    film[: SIDE // 2, : SIDE // 4] = 255

    small = warp(film, drawn(0), SIDE // 2, nearest=True)

    assert torch.equal(small, film[::2, ::2])


@given(seed=seeds)
@settings(max_examples=40)
def test_gray_changes_stay_within_0_and_255(seed):
    film, _ = phantom()

    changed = random_gray(film * 1.1 - 5, np.random.default_rng(seed))

    assert changed.shape == film.shape
    assert changed.dtype == torch.float32
    assert changed.min() >= 0
    assert changed.max() <= 255


def test_gray_changes_leave_what_is_dark_darker():
    film, labels = phantom()

    for seed in range(30):
        changed = random_gray(film, np.random.default_rng(seed))
        assert changed[labels >= 2].mean() < changed[labels == 1].mean()


def test_same_generator_gives_the_same_changes():
    film, _ = phantom()

    first, again, other = (random_gray(film, np.random.default_rng(seed)) for seed in (5, 5, 6))

    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert torch.equal(drawn(5, degrees=9, scale=0.1), drawn(5, degrees=9, scale=0.1))
    assert not torch.equal(drawn(5, degrees=9), drawn(6, degrees=9))


@given(seed=seeds)
def test_collimation_blackens_at_most_a_twelfth_at_each_border(seed):
    film, labels = torch.ones(60, 120), torch.full((60, 120), 2)

    framed, drawn = random_collimation(film, labels, np.random.default_rng(seed))

    assert framed[5:55, 10:110].all()
    assert torch.equal(framed, framed.any(1)[:, None].float() * framed.any(0)[None].float())
    assert film.all()
    # No organ is drawn where nothing can be seen.
    assert torch.equal(drawn, labels * framed.long())
    assert drawn.dtype == labels.dtype


@given(seed=seeds)
def test_tails_are_cut_by_3_percent_at_most_and_the_rest_keeps_its_order(seed):
    film = torch.from_numpy(np.random.default_rng(seed).permutation(10_000).reshape(100, 100))
    film = film.float() / 10_000 * 255

    cut = random_tails(film, np.random.default_rng(seed))

    assert (cut <= 0).float().mean() <= 0.031
    assert (cut >= 255).float().mean() <= 0.031
    assert cut.min() >= 0
    assert cut.max() <= 255
    order = film.ravel().argsort()
    assert (cut.ravel()[order].diff() >= 0).all()


def test_film_of_one_gray_has_no_tails():
    film = torch.full((20, 20), 7.0)

    assert torch.equal(random_tails(film, np.random.default_rng(0)), film)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("shape", [(96, 120), (256, 256)])
def test_letters_are_burnt_in_and_all_else_stays(seed, shape):
    film = torch.full(shape, 90.0)

    marked = random_letters(film, np.random.default_rng(seed))

    changed = marked != film
    assert 0 < changed.float().mean() < 0.4
    assert 0 <= marked.min() <= 90 <= marked.max() <= 255
    # One ink, white or black.
    assert (marked >= 90).all() or (marked <= 90).all()
    assert torch.equal(film, torch.full(shape, 90.0))


def test_letters_are_white_or_black_and_come_anywhere():
    film = torch.full((64, 64), 90.0)

    marked = torch.stack([random_letters(film, np.random.default_rng(seed)) for seed in range(150)])

    # Small letters are too thin for their ink to cover a pixel.
    assert marked.min() < 30
    assert marked.max() > 240
    reached = (marked != 90).any(dim=0)
    assert reached.float().mean() > 0.8


def test_same_generator_gives_the_same_letters_and_tails():
    film, _ = phantom()

    for change in (random_letters, random_tails):
        first, again = (change(film, np.random.default_rng(4)) for _ in range(2))
        assert torch.equal(first, again)
