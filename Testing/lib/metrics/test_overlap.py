"""Overlap agrees with scikit-learn and SimpleITK, and is undefined where nothing is there."""

from __future__ import annotations

import numpy as np
import pytest
import SimpleITK
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from sklearn.metrics import f1_score, jaccard_score

from CXRTriageLib.errors import InvalidValueError, UndefinedMetricError
from CXRTriageLib.metrics.overlap import dice, jaccard, lung_jaccard, lung_union_jaccard

SHAPE = (9, 11)
masks = npst.arrays(np.bool_, SHAPE)
films = npst.arrays(np.uint8, SHAPE, elements=st.integers(0, 3))


@given(predicted=masks, reference=masks)
def test_overlap_agrees_with_scikit_learn(predicted, reference):
    assume((predicted | reference).any())

    flat = reference.ravel(), predicted.ravel()

    assert jaccard(predicted, reference) == pytest.approx(jaccard_score(*flat))
    assert dice(predicted, reference) == pytest.approx(f1_score(*flat))


@given(predicted=films, reference=films)
def test_overlap_of_each_structure_agrees_with_simpleitk(predicted, reference):
    assume(all((predicted == value).any() and (reference == value).any() for value in (1, 2, 3)))
    theirs = SimpleITK.LabelOverlapMeasuresImageFilter()
    theirs.Execute(*(SimpleITK.GetImageFromArray(labels) for labels in (reference, predicted)))

    for value in (1, 2, 3):
        pair = predicted == value, reference == value
        assert jaccard(*pair) == pytest.approx(theirs.GetJaccardCoefficient(value))
        assert dice(*pair) == pytest.approx(theirs.GetDiceCoefficient(value))


@given(predicted=films, reference=films)
def test_lung_jaccard_is_the_mean_of_left_and_right(predicted, reference):
    assume(all(((predicted == lung) | (reference == lung)).any() for lung in (2, 3)))

    flat = reference.ravel(), predicted.ravel()

    assert lung_jaccard(predicted, reference) == pytest.approx(
        jaccard_score(*flat, labels=[2, 3], average="macro")
    )
    assert lung_union_jaccard(predicted, reference) == pytest.approx(
        jaccard_score(flat[0] >= 2, flat[1] >= 2)
    )


def test_swapped_sides_lower_the_mean_and_not_the_union():
    reference = np.repeat(np.array([[3, 3, 0, 1, 2]], np.uint8), 4, axis=0)
    swapped = np.array([0, 1, 3, 2], np.uint8)[reference]

    assert lung_jaccard(swapped, reference) == 0
    assert lung_union_jaccard(swapped, reference) == 1


def test_structure_that_only_one_mask_holds_has_no_overlap():
    empty, some = np.zeros(SHAPE, bool), np.eye(*SHAPE, dtype=bool)

    assert jaccard(empty, some) == dice(some, empty) == 0


@pytest.mark.parametrize("measure", [jaccard, dice])
def test_overlap_of_two_empty_masks_is_undefined(measure):
    empty = np.zeros(SHAPE, bool)

    with pytest.raises(UndefinedMetricError, match="both masks are empty"):
        measure(empty, empty)


@pytest.mark.parametrize("measure", [lung_jaccard, lung_union_jaccard])
def test_lungs_that_neither_film_holds_are_undefined(measure):
    heart_only = np.ones(SHAPE, np.uint8)

    with pytest.raises(UndefinedMetricError, match="both masks are empty"):
        measure(heart_only, heart_only)


@pytest.mark.parametrize("measure", [jaccard, dice])
def test_masks_of_different_shape_are_refused(measure):
    with pytest.raises(InvalidValueError, match=r"\(9, 11\) and \(1, 11\)"):
        measure(np.ones(SHAPE, bool), np.ones((1, 11), bool))
