"""What is remembered is what the network said, and nothing is asked twice."""

from __future__ import annotations

import numpy as np
import pytest

from CXRTriageLib.networks.remembering_engine import RememberingEngine
from support.engines import ClosedFormEngine

IMAGES = np.arange(5 * 4, dtype=np.float32).reshape(5, 1, 2, 2)


def sums(images):
    return images.sum(axis=(1, 2, 3))[:, np.newaxis], 2 * images


@pytest.fixture
def engine():
    return ClosedFormEngine(answer=sums)


def test_answers_are_those_of_the_engine_in_the_order_of_the_images(engine):
    remembering = RememberingEngine(engine)
    remembering.infer(IMAGES[3:])

    found = remembering.infer(IMAGES)

    for mine, its in zip(found, sums(IMAGES), strict=True):
        np.testing.assert_array_equal(mine, its)
    assert remembering.description == engine.description


def test_only_images_that_are_new_are_shown_to_the_engine(engine):
    remembering = RememberingEngine(engine)
    remembering.infer(IMAGES[:3])

    remembering.infer(IMAGES)
    remembering.infer(IMAGES)

    assert [len(batch) for batch in engine.shown] == [3, 2]
    np.testing.assert_array_equal(engine.shown[1], IMAGES[3:])


def test_equal_images_of_one_batch_are_shown_once(engine):
    found = RememberingEngine(engine).infer(IMAGES[[0, 1, 0]])

    assert [len(batch) for batch in engine.shown] == [2]
    np.testing.assert_array_equal(found[1], 2 * IMAGES[[0, 1, 0]])


def test_images_longest_unseen_are_forgotten_first(engine):
    remembering = RememberingEngine(engine, capacity=2)
    for index in (0, 1, 0, 2):
        remembering.infer(IMAGES[[index]])

    remembering.infer(IMAGES[[0]])
    remembering.infer(IMAGES[[1]])

    np.testing.assert_array_equal(np.concatenate(engine.shown), IMAGES[[0, 1, 2, 1]])
