"""Peak memory is that of one process."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from CXRTriageLib.benchmarking.memory import peak_memory_mb
from support.source_tree import ROOT

MEASURE = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from CXRTriageLib.benchmarking.memory import peak_memory_mb
held = bytearray(int(sys.argv[1]))
held = None
print(peak_memory_mb())
"""


def peak_of_a_process_that_held(size: int) -> float:
    finished = subprocess.run(
        [sys.executable, "-c", MEASURE, str(size)], capture_output=True, text=True, check=True
    )
    return float(finished.stdout)


@pytest.mark.skipif(peak_memory_mb() is None, reason="This system does not tell.")
def test_memory_that_was_held_and_given_back_counts():
    little, much = (peak_of_a_process_that_held(size) for size in (1, 200_000_000))

    assert much - little == pytest.approx(200, abs=10)


@pytest.mark.skipif(sys.platform != "linux", reason="Elsewhere a child may inherit the figure.")
def test_memory_of_the_parent_does_not_count():
    held = np.ones(300_000_000, np.uint8)

    peak = peak_of_a_process_that_held(1)

    assert held.any()
    assert peak < 100 < peak_memory_mb()
