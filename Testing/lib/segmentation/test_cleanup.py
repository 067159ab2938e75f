"""Each organ is one piece without holes, and pixels belong to one organ."""

from __future__ import annotations

import time

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy import ndimage

from CXRTriageLib.domain.anatomy import ORGANS, Structure
from CXRTriageLib.segmentation.cleanup import clean_labels, fill_holes, keep_largest_components
from CXRTriageLib.segmentation.upsampling import labels_nearest
from support.phantoms import box_labels, ellipse_labels


def cleaned_by_dense_images(labels):
    """Return the same by SciPy's operations on whole images."""
    kept = np.zeros_like(labels)
    for organ in ORGANS:
        pieces, count = ndimage.label(labels == organ)
        if count:
            kept[pieces == np.bincount(pieces.ravel())[1:].argmax() + 1] = organ
    for organ in ORGANS:
        holes = ndimage.binary_fill_holes(kept == organ) & (kept == 0)
        kept[holes] = organ
    return kept


@given(
    arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=14), elements=st.integers(0, 3))
)
@settings(max_examples=300)
def test_labels_are_cleaned_as_dense_operations_clean_them(labels):
    assert np.array_equal(clean_labels(labels), cleaned_by_dense_images(labels))


@given(
    arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=14), elements=st.integers(0, 3))
)
def test_cleaning_is_dropping_pieces_and_then_filling_holes(labels):
    before = labels.copy()

    assert np.array_equal(fill_holes(keep_largest_components(labels)), clean_labels(labels))
    assert np.array_equal(labels, before)


def test_each_step_leaves_the_work_of_the_other_alone():
    labels = box_labels()
    labels[30:34, 20:24] = Structure.BACKGROUND
    labels[2:4, 2:4] = Structure.RIGHT_LUNG

    filled, largest = fill_holes(labels), keep_largest_components(labels)

    assert (filled[30:34, 20:24] == Structure.RIGHT_LUNG).all()
    assert (filled[2:4, 2:4] == Structure.RIGHT_LUNG).all()
    assert (largest[30:34, 20:24] == Structure.BACKGROUND).all()
    assert (largest[2:4, 2:4] == Structure.BACKGROUND).all()


@given(st.integers(0, 500))
def test_large_blobs_with_islands_and_holes_are_cleaned_the_same_way(seed):
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=(4, 70, 60)), (0, 3, 3))
    labels = noise.argmax(axis=0).astype(np.uint8)

    assert np.array_equal(clean_labels(labels), cleaned_by_dense_images(labels))


@given(st.integers(0, 100))
def test_cleaning_twice_changes_nothing(seed):
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=(4, 50, 50)), (0, 2, 2))
    once = clean_labels(noise.argmax(axis=0).astype(np.uint8))

    assert np.array_equal(clean_labels(once), once)


def test_a_clean_chest_stays_as_it_is():
    labels = ellipse_labels()

    cleaned = clean_labels(labels)

    assert np.array_equal(cleaned, labels)
    assert cleaned is not labels


def test_islands_go_and_holes_close():
    labels = box_labels()
    spoiled = labels.copy()
    spoiled[2:6, 2:9] = Structure.LEFT_LUNG
    spoiled[92:96, 60:70] = Structure.HEART
    spoiled[20:26, 20:30] = Structure.BACKGROUND
    spoiled[60:64, 50:54] = Structure.BACKGROUND

    assert np.array_equal(clean_labels(spoiled), labels)


def test_an_island_inside_the_other_lung_becomes_that_lung():
    labels = box_labels()
    spoiled = labels.copy()
    spoiled[30:34, 20:30] = Structure.LEFT_LUNG

    assert np.array_equal(clean_labels(spoiled), labels)


def test_a_heart_inside_a_lung_stays_heart():
    labels = box_labels({Structure.LEFT_LUNG: (5, 95, 5, 95), Structure.HEART: (30, 60, 30, 60)})

    assert np.array_equal(clean_labels(labels), labels)


def test_background_between_two_organs_is_no_hole():
    labels = box_labels({Structure.LEFT_LUNG: (10, 80, 50, 90), Structure.HEART: (20, 70, 30, 60)})
    labels[40:45, 58:64] = Structure.BACKGROUND

    assert np.array_equal(clean_labels(labels), labels)


def test_a_bay_at_the_border_of_the_film_is_no_hole():
    labels = box_labels({Structure.RIGHT_LUNG: (0, 50, 0, 50)})
    labels[10:20, 0:5] = Structure.BACKGROUND

    assert np.array_equal(clean_labels(labels), labels)


def test_an_empty_film_stays_empty():
    assert not clean_labels(np.zeros((40, 30), np.uint8)).any()


def test_a_large_film_takes_less_than_a_tenth_of_a_second():
    labels = labels_nearest(ellipse_labels((750, 625)), (3000, 2500))

    # Processor time, so that what else the machine does has no part in it.
    start = time.process_time()
    clean_labels(labels)

    assert time.process_time() - start < 0.1
