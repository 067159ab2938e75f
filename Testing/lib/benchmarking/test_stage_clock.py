"""Stages follow each other without gaps."""

from __future__ import annotations

import time

import numpy as np
import pytest

from CXRTriageLib.benchmarking.stage_clock import ClockedEngine, StageClock


class SleepingEngine:
    """Takes its time and doubles what it is given."""

    description = "sleeping"

    def infer(self, images: np.ndarray) -> tuple[np.ndarray, ...]:
        """Return what a network would."""
        time.sleep(0.02)
        return (2 * images,)


def test_stages_fill_the_time_from_first_to_last():
    clock = StageClock("first")
    time.sleep(0.02)
    clock.begin("second", 0.5)
    clock.begin("end")

    stages = clock.stages_s()

    assert list(stages) == ["first", "second"]
    assert stages["first"] >= 0.019
    assert sum(stages.values()) == pytest.approx(clock.elapsed_s)


def test_engine_counts_its_seconds_and_changes_nothing():
    engine = ClockedEngine(SleepingEngine())

    (found,) = engine.infer(np.ones((1, 1, 2, 2), np.float32))
    engine.infer(found)

    assert (found == 2).all()
    assert engine.description == "sleeping"
    assert engine.take_elapsed_s() >= 0.038
    assert engine.take_elapsed_s() == 0
