"""Small pictures: they show the chest and nothing of the film's borders."""

from __future__ import annotations

import dataclasses
from io import BytesIO

import numpy as np
from PIL import Image

from CXRTriageLib.domain.segmentation import ChestSegmentation
from CXRTriageLib.exporting.palette import LINE
from CXRTriageLib.site_evaluation.small_overlay import LONGEST_SIDE_PX, small_overlay
from support.results import chest_film, chest_labels, triage_result


def picture_of(data: bytes | None) -> np.ndarray:
    assert data is not None
    with Image.open(BytesIO(data)) as picture:
        return np.asarray(picture.convert("RGB"))


def test_picture_has_two_halves_of_one_size():
    film = chest_film()

    picture = picture_of(small_overlay(film, triage_result(film)))

    assert picture.shape[0] == LONGEST_SIDE_PX
    assert picture.shape[1] % 2 == 0
    assert (picture.std(axis=2) > 20).any(), "lines and saliency have colors"


def test_film_without_masks_has_no_picture():
    film = chest_film()
    empty = ChestSegmentation(labels=np.zeros(film.shape, np.uint8))
    result = dataclasses.replace(triage_result(film), segmentation=empty)

    assert small_overlay(film, result) is None


def test_what_is_burned_into_the_borders_is_not_shown():
    film = chest_film()
    burned = film.pixels.copy()
    for corner in (np.s_[:40, :60], np.s_[:40, -60:], np.s_[-40:, :60], np.s_[-40:, -60:]):
        burned[corner] = burned.max()

    without = small_overlay(film, triage_result(film))
    picture = small_overlay(dataclasses.replace(film, pixels=burned), triage_result(film))

    assert picture == without


def test_label_image_is_drawn_in_white():
    film = chest_film()
    drawn = np.roll(chest_labels(film.shape), 12, axis=0)

    picture = picture_of(small_overlay(film, triage_result(film), drawn))

    assert (picture[:, : picture.shape[1] // 2] == LINE).all(axis=2).any()
