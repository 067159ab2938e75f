"""A label image says what it draws, and nothing about what it leaves out."""

from __future__ import annotations

import numpy as np
import pytest

from CXRTriageLib.cohort.film_list import LabelKind
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.training.possible_labels import (
    INSIDE_WHOLE_LUNGS,
    OUTSIDE_WHOLE_LUNGS,
    bits_of,
    possible_labels,
)

BACKGROUND, HEART, LEFT, RIGHT = Structure
INSIDE, OUTSIDE = INSIDE_WHOLE_LUNGS, OUTSIDE_WHOLE_LUNGS
EVERY_LABEL = np.arange(4, dtype=np.uint8)


@pytest.mark.parametrize(
    ("kind", "structures"),
    [
        (LabelKind.LUNGS_AND_HEART, [{BACKGROUND}, {HEART}, {LEFT}, {RIGHT}]),
        (LabelKind.LUNGS, [{BACKGROUND, HEART}, {HEART}, {LEFT}, {RIGHT}]),
        (
            LabelKind.LUNGS_WITH_RETROCARDIAC,
            [
                {BACKGROUND, HEART},
                {HEART},
                {BACKGROUND, HEART, LEFT},
                {BACKGROUND, HEART, RIGHT},
            ],
        ),
    ],
)
def test_structures_are_those_that_the_label_leaves_possible(kind, structures):
    possible = possible_labels(EVERY_LABEL, kind)

    assert (possible & 0b1111).tolist() == [bits_of(items) for items in structures]


@pytest.mark.parametrize(
    ("kind", "background"),
    [
        (LabelKind.LUNGS_AND_HEART, INSIDE | OUTSIDE),
        (LabelKind.LUNGS, INSIDE | OUTSIDE),
        (LabelKind.LUNGS_WITH_RETROCARDIAC, OUTSIDE),
    ],
)
def test_whole_lungs_hold_every_lung_and_end_only_where_they_are_drawn_whole(kind, background):
    whole = possible_labels(EVERY_LABEL, kind) & (INSIDE | OUTSIDE)

    assert whole.tolist() == [background, INSIDE | OUTSIDE, INSIDE, INSIDE]
