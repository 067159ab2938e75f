"""What every test finds set up, and the films of the team where a machine has them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from CXRTriageLib.pipeline.triage import TriagePipeline

# Set before any of them is imported. Two threads, as on the smallest machine that is supported:
# more of them would let timings and the last digits depend on the machine.
os.environ.setdefault("OMP_NUM_THREADS", "2")
os.environ.setdefault("MPLBACKEND", "Agg")

settings.register_profile("developer", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "developer")


@pytest.fixture(scope="session")
def shared_films() -> Path:
    """Return the folder of real films with masks and classes, ``manifest.csv`` in it."""
    folder = os.environ.get("CXRTRIAGE_FILMS")
    if not folder:
        pytest.skip("Set CXRTRIAGE_FILMS to a folder of films with a manifest.csv to run this.")
    path = Path(folder).resolve()
    if not (path / "manifest.csv").is_file():
        pytest.fail(f"CXRTRIAGE_FILMS names {path}, which holds no manifest.csv.")
    return path


@pytest.fixture(scope="session")
def shipped_pipeline_fixture() -> TriagePipeline:
    """Return the networks that are shipped, loaded once on the CPU."""
    from CXRTriageLib.networks.device import Device
    from CXRTriageLib.networks.weights import MANIFEST_NAME, Task, default_models_folder
    from CXRTriageLib.pipeline.triage import TriagePipeline

    for task in Task:
        if not (default_models_folder() / task.value / MANIFEST_NAME).is_file():
            pytest.skip(f"This checkout ships no {task.value} network.")
    return TriagePipeline.load(device=Device.CPU)
