"""Masks of a chest pass, and masks that no chest can have are named and block the vote."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from PIL import Image

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.film_warning import WarningCode
from CXRTriageLib.domain.segmentation import ChestSegmentation
from CXRTriageLib.eligibility.image_checks import check_heart, check_lungs
from support.phantoms import box_labels, ellipse_labels
from support.synthetic_chest import synthetic_chest

SIZE = WarningCode.IMPLAUSIBLE_LUNG_SIZE
SHAPE = WarningCode.IMPLAUSIBLE_LUNG_SHAPE
MISSING = WarningCode.LUNGS_MISSING


def findings(labels, *, aspect=1.0):
    segmentation = ChestSegmentation(labels=np.ascontiguousarray(labels))
    return list(check_lungs(segmentation, aspect=aspect))


def without(labels, *structures):
    return np.where(np.isin(labels, structures), 0, labels).astype(np.uint8)


def swapped(labels):
    return np.array([0, 1, 3, 2], np.uint8)[labels]


def shrunken(labels):
    rows, columns = labels.shape
    return np.pad(labels, ((rows, 3 * rows), (columns, 3 * columns)))


def with_little_left_lung(labels):
    small = labels.copy()
    small[150:][small[150:] == Structure.LEFT_LUNG] = 0
    return small


def ragged(labels):
    torn = labels.copy()
    torn[(np.arange(len(torn)) % 10 < 6)] = 0
    return torn


def in_front_of_each_other(_labels):
    return box_labels(
        {Structure.RIGHT_LUNG: (10, 90, 30, 90), Structure.LEFT_LUNG: (12, 88, 50, 72)}
    )


def filling_the_film(_labels):
    return box_labels(
        {Structure.RIGHT_LUNG: (0, 100, 0, 60), Structure.LEFT_LUNG: (0, 100, 60, 120)}
    )


def cut_off(_labels):
    return box_labels({Structure.RIGHT_LUNG: (0, 40, 0, 45), Structure.LEFT_LUNG: (5, 60, 70, 105)})


def test_plausible_lungs_pass():
    assert findings(ellipse_labels()) == []
    assert findings(synthetic_chest((256, 225)).labels) == []


def test_plausible_lungs_pass_where_pixels_are_not_square():
    assert findings(ellipse_labels((160, 420)), aspect=3.0) == []
    assert findings(ellipse_labels((480, 140)), aspect=1 / 3) == []


@pytest.mark.parametrize(
    ("spoil", "code", "words"),
    [
        pytest.param(lambda x: without(x, 2, 3), MISSING, "No left lung and no right", id="both"),
        pytest.param(lambda x: without(x, 2), MISSING, "No left lung was", id="left"),
        pytest.param(lambda x: without(x, 3), MISSING, "No right lung was", id="right"),
        pytest.param(shrunken, SIZE, "covers 0.8%", id="tiny"),
        pytest.param(filling_the_film, SIZE, "covers 50.0%", id="filling"),
        pytest.param(with_little_left_lung, SIZE, "times as large as the right", id="unequal"),
        pytest.param(ragged, SHAPE, "ragged", id="ragged"),
        pytest.param(np.rot90, SHAPE, "wider than tall", id="on-its-side"),
        pytest.param(lambda x: np.rot90(x, 3), SHAPE, "wider than tall", id="on-its-other-side"),
        pytest.param(np.rot90, SHAPE, "do not lie side by side", id="one-below-the-other"),
        pytest.param(np.fliplr, SHAPE, "changed sides", id="mirrored"),
        pytest.param(swapped, SHAPE, "changed sides", id="swapped"),
        pytest.param(lambda x: np.rot90(x, 2), SHAPE, "changed sides", id="upside-down"),
        pytest.param(in_front_of_each_other, SHAPE, "in front of the other", id="in-front"),
        pytest.param(cut_off, SHAPE, "cut off by the border", id="cut-off"),
    ],
)
def test_implausible_lungs_are_named_and_get_no_class(spoil, code, words):
    found = findings(spoil(ellipse_labels()))

    assert any(warning.code is code and words in warning.message for warning in found)
    assert all(warning.blocks_classification for warning in found)
    assert all(warning.message.endswith("so the film gets no class.") for warning in found)


def test_scattered_pixels_are_no_lungs():
    noise = np.random.default_rng(0).integers(0, 4, (300, 250)).astype(np.uint8)

    assert findings(noise)


def test_a_missing_heart_is_said_and_blocks_nothing():
    labels = ellipse_labels()
    (warning,) = check_heart(ChestSegmentation(labels=without(labels, 1)))

    assert warning.code is WarningCode.HEART_MISSING
    assert not warning.blocks_classification
    assert not list(check_heart(ChestSegmentation(labels=labels)))


@pytest.mark.parametrize(("rows_below", "is_told"), [(-5, False), (20, False), (21, True)])
def test_heart_far_below_both_lungs_is_pointed_at(rows_below, is_told):
    """The lungs span rows 20 to 119, so that a row below them is a percent of their height."""
    labels = box_labels(
        {
            Structure.RIGHT_LUNG: (20, 120, 10, 60),
            Structure.LEFT_LUNG: (20, 100, 80, 130),
            Structure.HEART: (70, 120 + rows_below, 60, 80),
        },
        (200, 140),
    )

    found = list(check_heart(ChestSegmentation(labels=labels)))

    assert [warning.code for warning in found] == [WarningCode.HEART_BELOW_LUNGS] * is_told
    assert all("by 21 % of their height" in warning.message for warning in found)
    assert not any(warning.blocks_classification for warning in found)


def test_heart_without_lungs_is_compared_with_nothing():
    heart = box_labels({Structure.HEART: (70, 190, 60, 80)}, (200, 140))

    assert not list(check_heart(ChestSegmentation(labels=heart)))


def test_label_images_of_the_validation_split_pass(shared_films):
    with (shared_films / "manifest.csv").open(encoding="utf-8", newline="") as file:
        names = [
            row["label"]
            for row in csv.DictReader(file)
            if row["label"] and row["split"] == "validation"
        ]
    flagged = [name for name in names if findings(np.asarray(Image.open(shared_films / name)))]

    assert len(names) > 100
    assert len(flagged) <= len(names) // 100
