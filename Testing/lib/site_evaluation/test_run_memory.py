"""Memory of the main process, from the list of films to the report."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from CXRTriageLib.benchmarking.memory import peak_memory_mb
from CXRTriageLib.site_evaluation.film_record import FilmState
from CXRTriageLib.site_evaluation.store import EvaluationStore
from support.source_tree import ROOT

FEW, MANY = 100, 300
MOST_GROWTH_MB = 25


@pytest.mark.skipif(peak_memory_mb() is None, reason="The system does not tell")
def test_memory_of_many_films_is_about_that_of_few(small_models, tmp_path):
    few, many = (_peak(small_models / "small", tmp_path / str(n), n) for n in (FEW, MANY))

    assert many - few < MOST_GROWTH_MB
    with EvaluationStore.open(tmp_path / str(MANY) / "results", read_only=True) as store:
        assert store.counts() == {FilmState.DONE: MANY}


def _peak(models: Path, folder: Path, films: int) -> float:
    """Evaluate in a process of its own: a peak does not go down again."""
    command = [sys.executable, "-m", "support.memory_runs", str(folder), str(films), str(models)]
    paths = os.pathsep.join(str(ROOT / name) for name in (".", "CXRTriage", "Testing"))
    said = subprocess.run(
        command, env=os.environ | {"PYTHONPATH": paths}, capture_output=True, check=True
    ).stdout
    document = json.loads(said)
    assert document["films"] == films
    return float(document["with_report"])
