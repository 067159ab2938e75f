"""The working image keeps the shape of the chest, and only the lungs are in it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from CXRTriageLib.domain.anatomy import LUNGS
from CXRTriageLib.domain.settings import WorkingSize
from CXRTriageLib.domain.spacing import PixelSpacing, SpacingSource
from CXRTriageLib.preprocessing.equalization import apply_table, preprocessing_table
from CXRTriageLib.preprocessing.resampling import resize_gray, resize_nearest
from CXRTriageLib.preprocessing.working_film import PreprocessedFilm, working_shape
from support.phantoms import chest_phantom, film_of

sides = st.integers(128, 4000)


def film(shape: tuple[int, int], spacing: PixelSpacing | None = None) -> object:
    return film_of(np.broadcast_to(np.uint8(0), shape), spacing=spacing)


@given(rows=sides, columns=sides, aspect=st.floats(0.5, 2))
def test_default_keeps_the_aspect_in_millimeters_at_1024_pixels(rows, columns, aspect):
    spacing = PixelSpacing(aspect=aspect)

    shape = working_shape(film((rows, columns), spacing), WorkingSize.LONGEST_SIDE_1024)

    assert max(shape) == 1024
    assert shape[0] == pytest.approx(shape[1] * rows * aspect / columns, abs=1 + rows / columns)


def test_rows_twice_as_far_apart_as_columns_make_the_film_twice_as_tall():
    spacing = PixelSpacing.from_mm(0.4, 0.2, SpacingSource.DETECTOR)

    shape = working_shape(film((500, 1000), spacing), WorkingSize.LONGEST_SIDE_1024)

    assert shape == (1024, 1024)


def test_paper_keeps_the_film_and_journal_squeezes_it():
    spacing = PixelSpacing(aspect=1.3)

    assert working_shape(film((500, 700), spacing), WorkingSize.FILM) == (500, 700)
    assert working_shape(film((500, 700), spacing), WorkingSize.SQUARE_1024) == (1024, 1024)


@pytest.mark.parametrize("size", WorkingSize)
def test_masked_film_is_the_preprocessed_film_in_the_lungs_and_black_elsewhere(size):
    radiograph, segmentation = chest_phantom((480, 420))
    shape = working_shape(radiograph, size)

    image, lungs = PreprocessedFilm.of(radiograph).masked(segmentation.labels, size)

    whole = apply_table(preprocessing_table(radiograph), radiograph.pixels)
    assert image.dtype == np.float32
    assert np.array_equal(lungs, np.isin(resize_nearest(segmentation.labels, shape), LUNGS))
    assert not image[~lungs].any()
    assert np.array_equal(image[lungs], resize_gray(whole, shape)[lungs])


@pytest.mark.parametrize("side", [256, 384])
def test_network_sees_the_whole_film(side):
    radiograph, _ = chest_phantom((480, 420))
    preprocessed = PreprocessedFilm.of(radiograph)

    seen = preprocessed.network_input(side)

    assert seen.shape == (side, side)
    assert seen.min() >= 0
    assert seen.max() <= 255
    assert np.array_equal(seen, resize_gray(preprocessed.image, (side, side)))
