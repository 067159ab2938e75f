"""Every measurement in a process of its own, so that memory and warm state are its own."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import IO

import CXRTriageLib
from CXRTriageLib.benchmarking.measurement import Measurement
from CXRTriageLib.errors import BenchmarkError, MissingDependencyError
from CXRTriageLib.networks.device import Arithmetic

CHILD = "CXRTriageLib.benchmarking.child"


class Task(Enum):
    """What a process measures."""

    PIPELINE = "pipeline"
    """A film with the networks loaded, several times."""
    FIRST_FILM = "first_film"
    """Loading the networks and one film, once."""
    PAPER = "paper"
    """The paper's procedure."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a process is asked to measure.

    Attributes
    ----------
    task
        Value of a `Task`.
    film
        Path of the film.
    models
        Folder of networks, or None for the shipped ones.
    arithmetic
        Value of an `Arithmetic`; the paper's procedure knows only f32.
    repeats
        Runs that count.
    """

    task: str
    film: str
    models: str | None = None
    arithmetic: str = Arithmetic.AUTO.value
    repeats: int = 1

    def to_text(self) -> str:
        """Return the request as one argument of a command line."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_text(cls, text: str) -> Request:
        """Return the request that `to_text` wrote."""
        return cls(**json.loads(text))


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back.

    Attributes
    ----------
    measurement
        What the process measured.
    elapsed_s
        Seconds from the start of the process to its answer.
    """

    measurement: Measurement
    elapsed_s: float


def measure(request: Request) -> Answer:
    """Start a fresh interpreter, let it measure, and wait for its answer.

    Parameters
    ----------
    request
        What to measure.

    Returns
    -------
    Answer
        Figures, and how long it took from the start of the process.

    Raises
    ------
    MissingDependencyError
        If the measurement needs packages that are not installed.
    BenchmarkError
        If the process failed.
    """
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        with subprocess.Popen(  # noqa: S603 - this interpreter, and a module of this library
            [sys.executable, "-m", CHILD, request.to_text()],
            stdout=subprocess.PIPE,
            stderr=errors,
            env=_environment(),
            text=True,
        ) as process:
            line = _first_answer(process)
            elapsed_s = time.perf_counter() - start
        if line is None:
            raise BenchmarkError(
                f"The measurement '{request.task}' ended with code {process.returncode} and "
                f"without figures: {_last_line(errors)}"
            )
    document = json.loads(line)
    if "missing" in document:
        raise MissingDependencyError(document["missing"])
    if "error" in document:
        raise BenchmarkError(document["error"])
    return Answer(measurement=Measurement.from_document(document), elapsed_s=elapsed_s)


def _environment() -> dict[str, str]:
    # The child must find this library where this process found it, installed or not.
    library = str(Path(CXRTriageLib.__file__).parents[1])
    paths = [library, os.environ.get("PYTHONPATH", "")]
    return os.environ | {"PYTHONPATH": os.pathsep.join(path for path in paths if path)}


def _first_answer(process: subprocess.Popen[str]) -> str | None:
    """Return the first line of JSON; packages may print lines of their own before it."""
    answer = None
    for line in process.stdout or ():
        if line.startswith("{"):
            answer = line
            break
    return answer


def _last_line(errors: IO[bytes]) -> str:
    errors.seek(0)
    lines = errors.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing."
