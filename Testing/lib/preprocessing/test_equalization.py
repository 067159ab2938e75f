"""The lookup table is the cumulative histogram, whatever the scale of the gray levels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from skimage.exposure import equalize_hist

from CXRTriageLib.preprocessing.equalization import (
    apply_table,
    equalization_table,
    gray_level_histogram,
    preprocessing_table,
)
from support.phantoms import ellipse_labels, film_of, gray_film

few_levels = npst.arrays(
    np.uint8, npst.array_shapes(min_dims=2, max_dims=2, max_side=12), elements=st.integers(0, 20)
)
histograms = npst.arrays(np.int64, st.integers(1, 60), elements=st.integers(0, 1000))


def noisy_film(levels: int, shape: tuple[int, int] = (90, 70)) -> np.ndarray:
    noise = np.random.default_rng(levels).normal(0.5, 0.15, shape).clip(0, 1)
    return np.rint(noise * (levels - 1)).astype(np.uint8 if levels <= 256 else np.uint16)


def preprocessed(pixels: np.ndarray, **known: object) -> np.ndarray:
    film = film_of(pixels, **known)
    return apply_table(preprocessing_table(film), film.pixels)


def test_small_histogram_has_the_table_of_the_formula():
    table = equalization_table(np.array([0, 2, 0, 3, 5, 0]), gamma=1.0)

    assert table == pytest.approx([0, 0, 0, 255 * 3 / 8, 255, 255])
    assert table.dtype == np.float32


def test_gamma_is_the_square_root_of_the_share():
    table = equalization_table(np.array([7, 1, 2, 1]))

    assert table == pytest.approx([0, 255 * 0.5, 255 * np.sqrt(0.75), 255])


@pytest.mark.parametrize("levels", [256, 4096, 65_536])
def test_table_is_that_of_another_library_once_the_lowest_level_does_not_count(levels):
    pixels = noisy_film(levels)
    lowest_share = np.mean(pixels == pixels.min())
    theirs = equalize_hist(pixels, nbins=256)

    table = equalization_table(gray_level_histogram(pixels, levels), gamma=1.0)

    ours = apply_table(table, pixels)
    assert ours == pytest.approx(255 * (theirs - lowest_share) / (1 - lowest_share), abs=1e-3)


def test_every_gray_level_of_a_16_bit_film_keeps_a_value_of_its_own():
    pixels = gray_film(ellipse_labels(), levels=65_536)

    values = preprocessed(pixels)

    assert len(np.unique(pixels)) > 10_000
    assert len(np.unique(values)) == len(np.unique(pixels))


@given(pixels=few_levels, data=st.data())
def test_any_rising_change_of_the_gray_scale_leaves_the_result_as_it_is(pixels, data):
    changed = st.lists(st.integers(0, 65_535), min_size=21, max_size=21, unique=True)
    levels = np.array(sorted(data.draw(changed)), np.uint16)

    assert np.array_equal(preprocessed(levels[pixels]), preprocessed(pixels))


@given(histogram=histograms, gamma=st.sampled_from([0.5, 1.0, 2.0]))
@example(histogram=np.zeros(3, np.int64), gamma=0.5)
def test_table_rises_from_0_to_255(histogram, gamma):
    table = equalization_table(histogram, gamma)

    assert np.isfinite(table).all()
    assert (np.diff(table) >= 0).all()
    assert table[0] == 0
    assert table[-1] == (255 if np.count_nonzero(histogram) > 1 else 0)


@given(histogram=histograms, border=st.integers(0, 100_000))
def test_more_black_border_changes_nothing(histogram, border):
    bordered = histogram.copy()
    bordered[0] += 1
    table = equalization_table(bordered)
    bordered[0] += border

    assert np.array_equal(equalization_table(bordered), table)


@pytest.mark.parametrize(
    "padding",
    [
        pytest.param((0, 0), id="black"),
        pytest.param((4095, 4095), id="white"),
        pytest.param((1500, 1600), id="a range amid the film's gray levels"),
    ],
)
def test_padding_becomes_0_and_leaves_the_rest_as_if_it_were_not_there(padding):
    content = noisy_film(4096)
    content[(content >= padding[0]) & (content <= padding[1])] = 2000
    content[0, 0], content[0, 1] = 10, 4000
    padded = np.pad(content, 30, constant_values=padding[0])
    padded[0] = padding[1]

    values = preprocessed(padded, padding_levels=padding)

    assert np.array_equal(values[30:-30, 30:-30], preprocessed(content))
    values[30:-30, 30:-30] = 0
    assert not values.any()


def test_film_that_is_all_padding_is_black():
    pixels = np.tile(np.array([0, 0, 7], np.uint8), (4, 1))

    assert not preprocessed(pixels, padding_levels=(0, 0)).any()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_histogram_counts_films_of_any_size(dtype):
    pixels = np.random.default_rng(0).integers(0, 200, (1030, 1050)).astype(dtype)

    counts = gray_level_histogram(pixels, 300)

    assert np.array_equal(counts, np.bincount(pixels.ravel(), minlength=300))
    assert counts.sum() == pixels.size
