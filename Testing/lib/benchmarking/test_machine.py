"""The machine is described by what makes it fast or slow."""

from __future__ import annotations

import dataclasses
import os
import platform
from importlib.metadata import version

from CXRTriageLib.benchmarking.machine import FAST_ARITHMETIC, describe_machine


def test_machine_is_described_without_its_name():
    machine = describe_machine()
    text = str(dataclasses.asdict(machine))

    assert machine.processor
    assert 1 <= machine.cores <= (os.cpu_count() or 1)
    assert set(machine.flags or ()) <= set(FAST_ARITHMETIC)
    assert dict(machine.versions)["openvino"] == version("openvino")
    assert platform.node() not in text


def test_machine_is_busy_when_others_want_more_than_half_of_its_cores():
    machine = dataclasses.replace(describe_machine(), cores=4)

    assert dataclasses.replace(machine, waiting_processes=2.5).is_busy
    assert not dataclasses.replace(machine, waiting_processes=1.5).is_busy
    assert not dataclasses.replace(machine, waiting_processes=None).is_busy
