"""A teacher narrows what a label image leaves open, where it is certain, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from CXRTriageLib.cohort.film_list import LabelKind
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.training.possible_labels import (
    ANYTHING,
    INSIDE_WHOLE_LUNGS,
    OUTSIDE_WHOLE_LUNGS,
    bits_of,
    possible_labels,
)
from CXRTriageLib.training.teacher import Teacher
from support.engines import ClosedFormEngine, logits_of_labels
from support.phantoms import ellipse_labels

SIDE = 96
LABELS = ellipse_labels((SIDE, SIDE))
IMAGE = np.zeros((SIDE, SIDE), np.uint8)
WHOLE_LUNG_BITS = INSIDE_WHOLE_LUNGS | OUTSIDE_WHOLE_LUNGS


def taught(possible: np.ndarray, certainty: float = 8.0, *, said: np.ndarray = LABELS):
    logits = logits_of_labels(said, certainty=certainty)
    teacher = Teacher(ClosedFormEngine(answer=lambda _: (logits,)), side_px=SIDE)
    return teacher.complete(IMAGE, possible)


def only_lungs() -> np.ndarray:
    return np.where(LABELS == Structure.HEART, Structure.BACKGROUND, LABELS).astype(np.uint8)


def test_film_without_a_label_becomes_what_a_certain_teacher_says():
    found = taught(np.full(LABELS.shape, ANYTHING, np.uint8))

    assert np.array_equal(found & 0b1111, 1 << LABELS)
    assert (found & WHOLE_LUNG_BITS == WHOLE_LUNG_BITS).all()


def test_heart_is_completed_where_only_lungs_are_drawn():
    found = taught(possible_labels(only_lungs(), LabelKind.LUNGS))

    assert np.array_equal(found & 0b1111, 1 << LABELS)


def test_label_wins_where_the_teacher_says_what_it_excludes():
    """A teacher that mixes up left and right cannot change what was drawn."""
    mirrored = np.array([0, 1, 3, 2], np.uint8)[LABELS]
    possible = possible_labels(only_lungs(), LabelKind.LUNGS)

    found = taught(possible, said=mirrored)

    lungs = LABELS > 1
    assert np.array_equal(found[lungs], possible[lungs])


@pytest.mark.parametrize("place", [(LABELS == Structure.HEART), (LABELS == Structure.LEFT_LUNG)])
def test_pixel_of_which_the_teacher_is_not_certain_stays_open(place):
    possible = np.full(LABELS.shape, ANYTHING, np.uint8)
    # A probability of 0.8 for the class that is most likely.
    row, column = np.argwhere(place)[len(np.argwhere(place)) // 2]
    logits = logits_of_labels(LABELS)
    logits[0, :, row, column] *= np.log(0.8 / (0.2 / 3)) / 8
    teacher = Teacher(ClosedFormEngine(answer=lambda _: (logits,)), side_px=SIDE)

    found = teacher.complete(IMAGE, possible)

    assert found[row, column] == ANYTHING
    others = np.ones_like(place)
    others[row - 1 : row + 2, column - 1 : column + 2] = False
    assert (found[others] != ANYTHING).all()


def test_film_whose_masks_the_teacher_doubts_is_left_out():
    assert taught(np.full(LABELS.shape, ANYTHING, np.uint8), certainty=1.0) is None


def test_what_is_drawn_stays_where_the_teacher_doubts_its_masks():
    possible = possible_labels(only_lungs(), LabelKind.LUNGS)

    assert np.array_equal(taught(possible, certainty=1.0), possible)


def test_complete_label_is_left_alone():
    possible = possible_labels(LABELS, LabelKind.LUNGS_AND_HEART)

    assert np.array_equal(taught(possible), possible)
    assert bits_of(Structure) == 0b1111
