"""The network's answer becomes masks by the method that is asked for."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import softmax as scipy_softmax

from CXRTriageLib.domain.segmentation import MaskSource
from CXRTriageLib.domain.settings import MaskMethod
from CXRTriageLib.preprocessing.resampling import resize_gray, resize_nearest
from CXRTriageLib.preprocessing.working_film import PreprocessedFilm
from CXRTriageLib.segmentation.cleanup import clean_labels
from CXRTriageLib.segmentation.segmenter import ChestSegmenter, doubtful_share, softmax
from CXRTriageLib.segmentation.upsampling import labels_from_probabilities
from support.engines import ClosedFormEngine, logits_of_labels
from support.phantoms import chest_phantom, ellipse_labels

SHAPE = (700, 612)
FILM = PreprocessedFilm.of(chest_phantom(SHAPE)[0])


def speckled() -> np.ndarray:
    """Return labels with an island that is no lung and a hole in a lung."""
    labels = ellipse_labels((256, 256))
    labels[2:5, 2:5] = 3
    labels[120:123, 70:73] = 0
    return labels


def segmented(logits: np.ndarray, method: MaskMethod):
    engine = ClosedFormEngine(answer=lambda _: (logits,))
    return engine, ChestSegmenter(engine, side_px=256).segment(FILM, method)


@pytest.mark.parametrize("method", MaskMethod)
def test_network_is_shown_the_film_once_with_nothing_scaled(method):
    engine, found = segmented(logits_of_labels(speckled()), method)

    (shown,) = engine.shown
    assert shown.shape == (1, 1, 256, 256)
    assert np.array_equal(shown[0, 0], resize_gray(FILM.image, (256, 256)))
    assert found.labels.shape == SHAPE
    assert found.source is MaskSource.NETWORK


def test_paper_takes_the_nearest_label_and_leaves_islands_and_holes():
    _, found = segmented(logits_of_labels(speckled()), MaskMethod.LABELS_UPSAMPLED)

    assert np.array_equal(found.labels, resize_nearest(speckled(), SHAPE))


def test_default_brings_probabilities_to_full_size_and_cleans_up():
    logits = logits_of_labels(speckled()) + np.random.default_rng(0).normal(
        0, 1, (1, 4, 256, 256)
    ).astype(np.float32)

    _, found = segmented(logits, MaskMethod.PROBABILITIES_UPSAMPLED)

    probabilities = scipy_softmax(logits, axis=1)[0]
    assert np.array_equal(
        found.labels, clean_labels(labels_from_probabilities(probabilities, SHAPE))
    )
    assert not found.labels[:20, :20].any()


def test_default_has_smoother_borders_than_the_paper():
    logits = logits_of_labels(ellipse_labels((256, 256)))
    truth = ellipse_labels(SHAPE)

    errors = [
        np.mean(segmented(logits, method)[1].labels != truth)
        for method in (MaskMethod.PROBABILITIES_UPSAMPLED, MaskMethod.LABELS_UPSAMPLED)
    ]

    assert errors[0] < errors[1] < 0.01


def test_softmax_is_that_of_another_library_also_for_large_logits():
    logits = np.random.default_rng(0).normal(0, 300, (2, 4, 5, 6)).astype(np.float32)

    assert np.allclose(softmax(logits), scipy_softmax(logits, axis=1), atol=1e-6)


def test_doubt_is_counted_by_what_was_drawn():
    probabilities = np.zeros((4, 10, 10), np.float32)
    probabilities[0] = 1
    probabilities[:, 2:6, 2:6] = np.array([0.05, 0.05, 0.9, 0])[:, None, None]
    probabilities[:, 2, :3] = np.array([0.6, 0, 0.4, 0])[:, None]

    assert doubtful_share(probabilities) == 3 / 15


@pytest.mark.parametrize("method", MaskMethod)
def test_masks_say_how_much_of_them_is_doubtful(method):
    sure = logits_of_labels(ellipse_labels((256, 256)))

    assert segmented(sure, method)[1].doubtful_share == 0
    assert segmented(sure / 1e3, method)[1].doubtful_share == pytest.approx(
        256 * 256 / np.count_nonzero(ellipse_labels((256, 256)))
    )
