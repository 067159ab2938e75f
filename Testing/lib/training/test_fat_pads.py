"""What is painted beside the heart lies there, looks like it, and is no part of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from CXRTriageLib import read_radiograph
from CXRTriageLib.cohort.film_list import LabelKind
from CXRTriageLib.commands.run import sample_film
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.networks.engine import load_engine
from CXRTriageLib.networks.weights import Task, read_manifest
from CXRTriageLib.preprocessing.working_film import PreprocessedFilm
from CXRTriageLib.segmentation.cleanup import clean_labels
from CXRTriageLib.training.fat_pads import random_fat_pad
from CXRTriageLib.training.possible_labels import possible_labels

SIDE = 192
HEART_GRAY, LUNG_GRAY = 200, 60


def chest(*, seam: int = 0) -> np.ndarray:
    """Return labels of two lungs with a heart between them, the left lung on the right."""
    labels = np.zeros((SIDE, SIDE), np.uint8)
    labels[30:150, 20:85] = Structure.RIGHT_LUNG
    labels[30:150, 110:175] = Structure.LEFT_LUNG
    labels[90:155, 75:125] = Structure.HEART
    labels[90:155, 125 : 125 + seam] = Structure.BACKGROUND
    return labels


def film(labels: np.ndarray) -> np.ndarray:
    """Return a film of dark lungs and a bright heart."""
    image = np.full(labels.shape, 120, np.uint8)
    image[np.isin(labels, (Structure.LEFT_LUNG, Structure.RIGHT_LUNG))] = LUNG_GRAY
    image[labels == Structure.HEART] = HEART_GRAY
    return image


@given(seed=st.integers(0, 2**32 - 1), seam=st.integers(0, 3))
def test_pad_is_no_darker_than_lung_no_brighter_than_heart_and_lies_in_the_angle(seed, seam):
    labels = chest(seam=seam)
    image = film(labels)

    painted = random_fat_pad(
        image, possible_labels(labels, LabelKind.LUNGS_AND_HEART), np.random.default_rng(seed)
    )

    changed = painted != image
    assert painted.dtype == np.uint8
    assert (painted >= image).all()
    assert painted[changed].max() <= HEART_GRAY
    assert (
        changed[labels == Structure.LEFT_LUNG].any()
        or changed[labels == Structure.RIGHT_LUNG].any()
    )
    # Pads end in the lower half of a lung that is 120 pixels high.
    assert not changed[:80].any()


def test_pads_lie_on_either_side_and_more_often_on_the_left():
    labels = chest()
    image, possible = film(labels), possible_labels(labels, LabelKind.LUNGS_AND_HEART)
    left = 0
    for seed in range(60):
        changed = random_fat_pad(image, possible, np.random.default_rng(seed)) != image
        on = {
            lung: int(changed[labels == lung].sum())
            for lung in (Structure.LEFT_LUNG, Structure.RIGHT_LUNG)
        }
        assert min(on.values()) == 0
        left += on[Structure.LEFT_LUNG] > 0
    assert 30 < left < 55


@pytest.mark.parametrize("kind", [LabelKind.LUNGS, LabelKind.LUNGS_WITH_RETROCARDIAC])
def test_film_without_a_drawn_heart_stays_as_it_is(kind):
    labels = chest()
    labels[labels == Structure.HEART] = Structure.BACKGROUND
    image = film(labels)

    painted = random_fat_pad(image, possible_labels(labels, kind), np.random.default_rng(0))

    assert np.array_equal(painted, image)


def test_heart_that_touches_no_lung_gets_none():
    labels = np.zeros((SIDE, SIDE), np.uint8)
    labels[30:90, 20:60] = Structure.RIGHT_LUNG
    labels[30:90, 130:170] = Structure.LEFT_LUNG
    labels[110:150, 80:110] = Structure.HEART
    image = film(labels)

    painted = random_fat_pad(
        image, possible_labels(labels, LabelKind.LUNGS_AND_HEART), np.random.default_rng(0)
    )

    assert np.array_equal(painted, image)


def test_same_seed_paints_the_same_pad():
    labels = chest()
    possible = possible_labels(labels, LabelKind.LUNGS_AND_HEART)
    first, second = (
        random_fat_pad(film(labels), possible, np.random.default_rng(3)) for _ in range(2)
    )

    assert np.array_equal(first, second)


def test_shipped_network_hardly_takes_a_painted_pad_for_heart():
    manifest = read_manifest(Task.SEGMENTATION)
    engine = load_engine(manifest)
    preprocessed = PreprocessedFilm.of(read_radiograph(sample_film()))
    image = preprocessed.network_input(manifest.side_px).round().astype(np.uint8)

    def masks(gray: np.ndarray) -> np.ndarray:
        logits = engine.infer(gray[np.newaxis, np.newaxis].astype(np.float32))[0][0]
        return clean_labels(logits[: len(Structure)].argmax(axis=0).astype(np.uint8))

    def heart_columns(labels: np.ndarray) -> int:
        return int(np.ptp(np.flatnonzero((labels == Structure.HEART).any(axis=0))))

    plain = masks(image)
    possible = possible_labels(plain, LabelKind.LUNGS_AND_HEART)
    wider = [
        heart_columns(masks(random_fat_pad(image, possible, np.random.default_rng(seed))))
        - heart_columns(plain)
        for seed in range(40)
    ]

    thorax = np.ptp(np.flatnonzero((plain > 0).any(axis=0)))
    assert np.median(np.abs(wider)) < 0.02 * thorax
    # A network that has met no pads takes some of them for heart.
    assert max(wider) < 0.1 * thorax
