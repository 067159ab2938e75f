"""Masks against label images whose differences are known."""

from __future__ import annotations

import numpy as np
import pytest

from CXRTriageLib.cohort.film_list import LabelKind
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.spacing import PixelSpacing, SpacingSource
from CXRTriageLib.site_evaluation.label_agreement import (
    label_cardiothoracic_ratio,
    label_kind_of,
    organ_agreement,
)
from support.phantoms import box_labels, film_of

SPACING = PixelSpacing.from_mm(0.2, 0.2, SpacingSource.DETECTOR)
SHAPE = (1024, 800)
BOXES = {
    Structure.RIGHT_LUNG: (100, 900, 100, 350),
    Structure.LEFT_LUNG: (100, 900, 450, 700),
    Structure.HEART: (600, 800, 350, 450),
}


def film(spacing=SPACING, shape=SHAPE):
    return film_of(np.full(shape, 100, np.uint8), spacing=spacing)


def moved(labels: np.ndarray, columns: int) -> np.ndarray:
    return np.roll(labels, columns, axis=1)


def test_masks_that_agree_are_perfect():
    labels = box_labels(BOXES, SHAPE)

    found = organ_agreement(film(), labels, labels, LabelKind.LUNGS_AND_HEART)

    assert [item.organ for item in found] == ["heart", "left_lung", "right_lung", "lungs"]
    for item in found:
        assert (item.jaccard, item.dice, item.hd95_px, item.hd95_mm) == (1, 1, 0, 0)


def test_moved_masks_overlap_less_by_the_closed_form():
    labels = box_labels(BOXES, SHAPE)

    heart = organ_agreement(film(), moved(labels, 10), labels, LabelKind.LUNGS_AND_HEART)[0]

    assert heart.jaccard == pytest.approx(90 / 110)
    assert heart.dice == pytest.approx(90 / 100)
    assert heart.hd95_px == pytest.approx(10)
    assert heart.hd95_mm == pytest.approx(2)


def test_distances_do_not_depend_on_the_size_of_the_film():
    labels = box_labels(BOXES, SHAPE)
    double = np.kron(labels, np.ones((2, 2), np.uint8))
    spacing = PixelSpacing.from_mm(0.1, 0.1, SpacingSource.DETECTOR)

    small = organ_agreement(film(), moved(labels, 8), labels, LabelKind.LUNGS)
    large = organ_agreement(film(spacing, double.shape), moved(double, 16), double, LabelKind.LUNGS)

    for one, other in zip(small, large, strict=True):
        assert other.hd95_px == pytest.approx(one.hd95_px, abs=0.5)
        assert other.hd95_mm == pytest.approx(one.hd95_mm, abs=0.1)


def test_unknown_spacing_gives_no_millimeters():
    labels = box_labels(BOXES, SHAPE)

    found = organ_agreement(film(PixelSpacing()), labels, labels, LabelKind.LUNGS)

    assert [item.organ for item in found] == ["left_lung", "right_lung", "lungs"]
    assert all(item.hd95_px is not None and item.hd95_mm is None for item in found)


def test_structure_that_was_not_found_has_no_distance():
    labels = box_labels(BOXES, SHAPE)
    found = np.where(labels == Structure.HEART, 0, labels).astype(np.uint8)

    heart = organ_agreement(film(), found, labels, LabelKind.LUNGS_AND_HEART)[0]

    assert (heart.jaccard, heart.hd95_px, heart.surface_distance_mm) == (0, None, None)


def test_lungs_drawn_behind_the_heart_are_not_compared():
    labels = box_labels(BOXES, SHAPE)

    assert organ_agreement(film(), labels, labels, LabelKind.LUNGS_WITH_RETROCARDIAC) == ()


def test_ratio_of_a_label_is_heart_over_thorax():
    labels = box_labels(BOXES, SHAPE)

    ratio = label_cardiothoracic_ratio(labels, LabelKind.LUNGS_AND_HEART, aspect=1.0)

    assert ratio == pytest.approx(100 / 600)
    assert label_cardiothoracic_ratio(labels, LabelKind.LUNGS, aspect=1.0) is None


def test_what_a_label_draws_is_told_from_its_values():
    labels = box_labels(BOXES, SHAPE)
    without_heart = np.where(labels == Structure.HEART, 0, labels).astype(np.uint8)

    assert label_kind_of(labels, LabelKind.NONE) is LabelKind.LUNGS_AND_HEART
    assert label_kind_of(without_heart, LabelKind.NONE) is LabelKind.LUNGS
    assert label_kind_of(labels, LabelKind.LUNGS) is LabelKind.LUNGS
