"""Numbers that follow a brush are those of the library, bit by bit."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from CXRTriageEditing.live_numbers import LiveNumbers
from CXRTriageEditing.mask_tools import brushed
from CXRTriageLib.biomarkers.measurement import measure_biomarkers
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.segmentation import ChestSegmentation
from CXRTriageLib.domain.spacing import PixelSpacing
from CXRTriageLib.preprocessing.equalization import preprocessing_table
from support.results import chest_film, chest_labels

FOLLOWING = {
    "mean_lung_intensity", "sd_lung_intensity", "cardiothoracic_ratio", "left_right_area_ratio",
    "lungs_area_px2", "lungs_area_cm2", "left_lung_area_px2", "right_lung_area_cm2",
}  # fmt: skip


def of_library(radiograph, labels):
    """Return what the library measures on the whole film."""
    table = preprocessing_table(radiograph)
    return measure_biomarkers(radiograph, ChestSegmentation(labels=labels.copy()), table)


def assert_follows(live, radiograph, labels):
    """Fail unless the fast numbers are among those of the library."""
    fast, full = live.fast(labels), of_library(radiograph, labels)
    by_name = {item.name: item for item in full.biomarkers}
    assert {item.name for item in fast.biomarkers} >= FOLLOWING
    assert all(by_name[item.name] == item for item in fast.biomarkers)
    assert fast.calipers == full.calipers


@pytest.mark.parametrize("padding", [None, (700, 800)], ids=["no padding", "padding"])
@pytest.mark.parametrize("spacing", [chest_film().spacing, PixelSpacing()], ids=["mm", "no mm"])
def test_numbers_follow_every_stroke_of_a_long_correction(padding, spacing):
    radiograph = dataclasses.replace(chest_film(spacing=spacing), padding_levels=padding)
    live, labels, rng = LiveNumbers(radiograph), chest_labels(), np.random.default_rng(3)

    for _ in range(40):
        start = rng.integers(-10, 410), rng.integers(-10, 330)
        end = start + rng.integers(-60, 60, 2)
        box, mask = brushed(start, tuple(end), rng.uniform(0, 25), labels.shape)
        labels[box.slices][mask] = rng.integers(0, 4)
        assert_follows(live, radiograph, labels)


def test_numbers_follow_when_everything_goes_and_comes_back():
    radiograph, labels = chest_film(), chest_labels()
    live = LiveNumbers(radiograph)

    for masks in (labels, np.zeros_like(labels), labels[:, ::-1], labels[::-1], labels):
        assert_follows(live, radiograph, np.ascontiguousarray(masks))


def test_missing_heart_gives_its_reason():
    labels = chest_labels()
    labels[labels == Structure.HEART] = 0

    fast = {item.name: item for item in LiveNumbers(chest_film()).fast(labels).biomarkers}

    assert fast["cardiothoracic_ratio"].value is None
    assert "heart" in fast["cardiothoracic_ratio"].reason
    assert fast["mean_lung_intensity"].value is not None


def test_complete_numbers_are_those_of_a_full_run():
    radiograph, labels = chest_film(), chest_labels()

    assert LiveNumbers(radiograph).complete(labels) == of_library(radiograph, labels)


def test_measuring_leaves_the_masks_alone():
    labels = chest_labels()
    live = LiveNumbers(chest_film())

    live.fast(labels)
    live.complete(labels)

    assert np.array_equal(labels, chest_labels())
    labels[0, 0] = 1
