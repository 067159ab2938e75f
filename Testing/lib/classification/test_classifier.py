"""Each patch gets the network's answer to what lies in it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import softmax

from CXRTriageLib.classification.classifier import PATCHES_AT_ONCE, PatchClassifier
from CXRTriageLib.classification.patches import BorderRule, cut_patches, patch_boxes
from CXRTriageLib.classification.sampling import lattice_centers, random_centers
from CXRTriageLib.domain.settings import Mode, TriageSettings
from CXRTriageLib.networks.weights import Approach, Task
from support.engines import ClosedFormEngine, manifest_of
from support.results import CLASS_NAMES, chest_labels

LUNGS = chest_labels((640, 560)) >= 2
FILM = (np.random.default_rng(0).uniform(1, 255, LUNGS.shape) * LUNGS).astype(np.float32)
DEFAULT, PAPER = (TriageSettings.for_mode(mode) for mode in (Mode.DEFAULT, Mode.PAPER))


def answer(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Answer with sums over quarters of each patch, as maps of 2 x 2 and as logits."""
    quarters = images[:, 0].reshape(-1, 2, 112, 2, 112).mean(axis=(2, 4)) / 30
    maps = np.stack([quarters, quarters[:, ::-1], -quarters, quarters.transpose(0, 2, 1)], axis=1)
    return maps[:, :, 0, 0].astype(np.float32), maps.astype(np.float32)


def examined(settings: TriageSettings, *, approach: Approach = Approach.LOCAL, seed: int = 5):
    engine = ClosedFormEngine(answer=answer)
    manifest = manifest_of(Task.CLASSIFICATION, approach)
    return engine, PatchClassifier(engine, manifest).examine(FILM, LUNGS, settings, seed=seed)


@pytest.mark.parametrize("settings", [DEFAULT, PAPER], ids=["default", "paper"])
def test_every_patch_has_the_answer_to_its_own_pixels(settings):
    engine, evidence = examined(settings)

    patches = cut_patches(FILM, evidence.boxes)
    logits, maps = answer(patches)
    assert np.array_equal(np.concatenate(engine.shown), patches)
    assert np.allclose(evidence.probabilities, softmax(logits, axis=1), atol=1e-6)
    assert np.array_equal(evidence.class_maps, maps)
    assert evidence.class_names == CLASS_NAMES
    assert evidence.working_shape == FILM.shape
    assert max(len(batch) for batch in engine.shown) <= PATCHES_AT_ONCE


def test_default_cuts_whole_patches_on_the_lattice():
    _, evidence = examined(DEFAULT)

    centers = lattice_centers(LUNGS)
    assert np.array_equal(evidence.centers, centers)
    assert np.array_equal(
        evidence.boxes, patch_boxes(centers, LUNGS.shape, border=BorderRule.SHIFTED)
    )


def test_paper_cuts_a_hundred_random_patches_that_end_at_the_border():
    _, evidence = examined(PAPER)

    centers = random_centers(LUNGS, 100, rng=np.random.default_rng(5))
    assert len(evidence.centers) == 100
    assert np.array_equal(evidence.centers, centers)
    assert np.array_equal(
        evidence.boxes, patch_boxes(centers, LUNGS.shape, border=BorderRule.CLIPPED)
    )


def test_seed_moves_random_patches_and_no_others():
    moved = [
        not np.array_equal(
            examined(settings, seed=5)[1].centers, examined(settings, seed=6)[1].centers
        )
        for settings in (DEFAULT, PAPER)
    ]

    assert moved == [False, True]


@pytest.mark.parametrize("settings", [DEFAULT, PAPER], ids=["default", "paper"])
def test_global_network_sees_the_whole_film_as_one_patch(settings):
    engine, evidence = examined(settings, approach=Approach.GLOBAL)

    assert evidence.boxes.tolist() == [[0, 0, 640, 560]]
    assert evidence.centers.tolist() == [[320, 280]]
    assert engine.shown[0].shape == (1, 1, 224, 224)
    assert engine.shown[0].mean() == pytest.approx(FILM.mean(), rel=0.01)
