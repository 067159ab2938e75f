"""Networks that are small enough to be made for the tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def small_models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a folder with networks of random weights: in ``small`` 8 bits, in ``float32`` all.

    They are the same at every run; `support.small_networks.random_network` makes them again.
    """
    from CXRTriageLib.networks.weights import Task
    from support.small_networks import package, small_architecture

    folder = tmp_path_factory.mktemp("networks")
    for task in Task:
        package(task, folder / "small")
        package(task, folder / "float32", quantize=False)
    with small_architecture():
        yield folder
