"""Figures are computed from runs, and survive the way from one process to another."""

from __future__ import annotations

import json
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from CXRTriageLib.benchmarking.measurement import Measurement, Timing, timings_of_stages
from CXRTriageLib.errors import InvalidValueError

RUNS = st.lists(st.floats(0.001, 100), min_size=1, max_size=30)


@given(RUNS)
def test_median_and_percentile_lie_between_the_shortest_and_the_longest_run(runs):
    timing = Timing(name="a", runs_s=tuple(runs))

    assert timing.median_s == pytest.approx(statistics.median(runs))
    assert timing.shortest_s <= timing.median_s <= timing.p95_s * (1 + 1e-12)
    assert timing.p95_s <= timing.longest_s * (1 + 1e-12)


def test_95th_percentile_of_0_to_100_is_95():
    assert Timing(name="a", runs_s=tuple(range(101))).p95_s == 95


def test_a_timing_without_runs_is_refused():
    with pytest.raises(InvalidValueError, match="at least one run"):
        Timing(name="a", runs_s=())


def test_stages_are_gathered_over_runs_in_their_order():
    runs = [{"reading": 1.0, "masks": 4.0}, {"reading": 2.0, "masks": 5.0}]

    assert timings_of_stages(runs) == (
        Timing(name="reading", runs_s=(1.0, 2.0)),
        Timing(name="masks", runs_s=(4.0, 5.0)),
    )


@pytest.mark.parametrize("masks", [None, Timing(name="masks", runs_s=(0.5,))])
@pytest.mark.parametrize("memory", [None, 512.25])
def test_measurement_survives_json(masks, memory):
    measurement = Measurement(
        engine="OpenVINO CPU bf16",
        film_shape=(3000, 2500),
        patches=33,
        file_to_result=Timing(name="result", runs_s=(1.0, 1.5)),
        file_to_masks=masks,
        stages=(Timing(name="reading", runs_s=(0.1, 0.2)),),
        peak_memory_mb=memory,
    )

    text = json.dumps(measurement.to_document())

    assert Measurement.from_document(json.loads(text)) == measurement
