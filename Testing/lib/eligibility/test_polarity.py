"""A film with bright air is noticed, by its masks or without them."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from CXRTriageLib.domain.film_warning import WarningCode
from CXRTriageLib.domain.segmentation import ChestSegmentation
from CXRTriageLib.eligibility.polarity import check_polarity
from support.phantoms import film_of
from support.synthetic_chest import synthetic_chest

CHEST = synthetic_chest((320, 280))
NO_MASKS = np.zeros_like(CHEST.labels)


def is_flagged(pixels, labels, **film):
    found = list(check_polarity(film_of(pixels, **film), ChestSegmentation(labels=labels)))
    assert all(item.code is WarningCode.INVERTED_POLARITY for item in found)
    assert not any(item.blocks_classification for item in found)
    return bool(found)


def inverted(pixels):
    return (pixels.max() - pixels).astype(pixels.dtype)


@pytest.mark.parametrize("labels", [CHEST.labels, NO_MASKS], ids=["masks", "no-masks"])
def test_only_the_inverted_film_is_flagged(labels):
    assert not is_flagged(CHEST.pixels, labels)
    assert is_flagged(inverted(CHEST.pixels), labels)


def test_bright_lungs_are_enough_where_the_corners_are_collimated():
    pixels = inverted(CHEST.pixels)
    pixels[:40] = 0

    assert is_flagged(pixels, CHEST.labels)
    assert not is_flagged(pixels, NO_MASKS)


@given(st.floats(0.2, 5.0))
@settings(max_examples=15)
def test_exposure_does_not_change_the_answer(gamma):
    pixels = (65535 * (CHEST.pixels / 4095) ** gamma).astype(np.uint16)

    assert not is_flagged(pixels, CHEST.labels)
    assert is_flagged(inverted(pixels), CHEST.labels)


def test_bright_padding_is_not_taken_for_bright_air():
    pixels = CHEST.pixels.copy()
    pixels[:40], pixels[:, :20], pixels[:, -20:] = 4095, 4095, 4095

    assert not is_flagged(pixels, NO_MASKS, padding_levels=(4095, 4095))


def test_a_film_that_is_all_padding_is_not_judged():
    pixels = np.full((200, 200), 7, np.uint16)

    assert not is_flagged(
        pixels,
        ChestSegmentation(labels=np.full((200, 200), 2, np.uint8)).labels,
        padding_levels=(7, 7),
    )


def test_validation_films_are_told_from_their_inverted_copies(shared_films):
    with (shared_films / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == "validation"][::4]
    flagged = []
    for row in rows:
        pixels = np.asarray(Image.open(shared_films / row["image"]).convert("L"))
        labels = np.zeros_like(pixels)
        if row["label"]:
            labels = np.asarray(Image.open(shared_films / row["label"]))
        flagged.append((is_flagged(pixels, labels), is_flagged(255 - pixels, labels)))
    upright, turned = np.mean(flagged, axis=0)

    assert upright <= 0.02
    assert turned >= 0.95
