"""Whole lungs hold the lungs' masks and what the network adds to them in one piece."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import logit

from CXRTriageLib.domain.segmentation import ChestSegmentation
from CXRTriageLib.domain.settings import MaskMethod
from CXRTriageLib.errors import InvalidValueError
from CXRTriageLib.preprocessing.resampling import resize_nearest
from CXRTriageLib.preprocessing.working_film import PreprocessedFilm
from CXRTriageLib.segmentation.segmenter import ChestSegmenter
from CXRTriageLib.segmentation.whole_lungs import whole_lungs
from support.engines import ClosedFormEngine, logits_of_labels
from support.phantoms import chest_phantom, ellipse_labels

SIDE = 128
LABELS = ellipse_labels((SIDE, SIDE))
LUNGS_AND_HEART = LABELS > 0


def logits_of_mask(mask: np.ndarray) -> np.ndarray:
    return logit(np.where(mask, 0.99, 0.01))[None].astype(np.float32)


def test_network_that_does_not_tell_has_no_whole_lungs():
    assert whole_lungs(np.zeros((0, SIDE, SIDE), np.float32), LABELS) is None


def test_whole_lungs_are_what_the_network_says_at_the_size_of_the_film():
    labels = ellipse_labels((500, 450))

    found = whole_lungs(logits_of_mask(LUNGS_AND_HEART), labels)

    assert found.shape == labels.shape
    assert np.mean(found == (labels > 0)) > 0.99


def test_lungs_of_the_masks_are_never_left_out():
    nowhere = np.zeros_like(LUNGS_AND_HEART)

    assert np.array_equal(whole_lungs(logits_of_mask(nowhere), LABELS), LABELS > 1)


def test_piece_that_touches_no_lung_is_dropped():
    stray = LUNGS_AND_HEART.copy()
    stray[2:8, 2:8] = True

    found = whole_lungs(logits_of_mask(stray), LABELS)

    assert not found[:10, :10].any()
    assert np.array_equal(found, whole_lungs(logits_of_mask(LUNGS_AND_HEART), LABELS))


def test_small_hole_is_filled_and_what_lies_between_touching_lungs_is_not():
    solid = np.zeros((SIDE, SIDE), bool)
    solid[20:110, 10:118] = True
    between = (slice(40, 90), slice(50, 78))
    solid[between] = False
    labels = np.zeros((SIDE, SIDE), np.uint8)
    labels[30:100, 12:40], labels[30:100, 88:116] = 3, 2
    holed = solid.copy()
    holed[95:102, 60:68] = False

    found = whole_lungs(logits_of_mask(holed), labels)

    assert found[95:102, 60:68].all()
    assert not found[45:85, 55:73].any()
    assert np.array_equal(found, whole_lungs(logits_of_mask(solid), labels))


@pytest.mark.parametrize("method", MaskMethod)
def test_segmenter_gives_them_where_its_network_tells(method):
    film = PreprocessedFilm.of(chest_phantom((300, 260))[0])
    structures = logits_of_labels(LABELS)
    logits = np.concatenate([structures, logits_of_mask(LUNGS_AND_HEART)[None]], axis=1)

    found, without = (
        ChestSegmenter(ClosedFormEngine(answer=lambda _, out=out: (out,)), side_px=SIDE).segment(
            film, method
        )
        for out in (logits, structures)
    )

    assert without.whole_lungs is None
    assert np.array_equal(found.labels, without.labels)
    expected = resize_nearest(LUNGS_AND_HEART, film.radiograph.shape)
    assert np.mean(found.whole_lungs == expected) > 0.98
    assert (found.whole_lungs >= found.lung_fields).all()


def test_whole_lungs_of_another_size_are_refused():
    with pytest.raises(InvalidValueError, match=r"\(3, 4\) pixels, the labels \(4, 4\)"):
        ChestSegmentation(labels=np.zeros((4, 4), np.uint8), whole_lungs=np.zeros((3, 4), np.bool_))
