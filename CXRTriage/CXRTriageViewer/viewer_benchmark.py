"""How long a reader waits for the window."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import CXRTriageLib
from CXRTriageLib.benchmarking.benchmark_film import write_benchmark_film
from CXRTriageLib.benchmarking.figures import Target
from CXRTriageLib.benchmarking.machine import Machine, describe_machine
from CXRTriageLib.benchmarking.measurement import Timing
from CXRTriageLib.errors import BenchmarkError
from CXRTriageLib.version import __version__
from CXRTriageViewer.window_timing import BRUSH, FIRST_FRAME, RUN, STROKE_END, VIEW_SIZE, WINDOW

LIMITS_S = {FIRST_FRAME: 3.0, BRUSH: 0.040, STROKE_END: 0.050, WINDOW: 0.050, RUN: 1.5}
"""What a reader should wait at most, medians."""

_CHILD = "CXRTriageViewer.window_timing"


@dataclass(frozen=True, kw_only=True)
class ViewerFigures:
    """All figures of one benchmark of the viewer.

    Attributes
    ----------
    machine
        What it ran on.
    timings
        One for each entry of `LIMITS_S`.
    """

    machine: Machine
    timings: tuple[Timing, ...]

    def targets(self) -> list[Target]:
        """Return the medians beside their limits."""
        return [
            Target(name=timing.name, found=timing.median_s, limit=LIMITS_S[timing.name], unit="s")
            for timing in self.timings
        ]

    def to_document(self) -> dict[str, Any]:
        """Return all figures for JSON."""
        return {
            "software_version": __version__,
            "machine": dataclasses.asdict(self.machine) | {"is_busy": self.machine.is_busy},
            "film": "a phantom made in code, 3000 rows x 2500 columns, uncompressed 16-bit DICOM",
            "view": {"columns": VIEW_SIZE[0], "rows": VIEW_SIZE[1], "rendering": "offscreen"},
            "timings": [timing.to_document() for timing in self.timings],
            "targets": [
                dataclasses.asdict(target) | {"is_met": target.is_met} for target in self.targets()
            ],
        }

    def lines(self) -> Iterator[str]:
        """Yield one line for each timing."""
        for timing, target in zip(self.timings, self.targets(), strict=True):
            values = (timing.median_s, timing.p95_s, target.limit)
            median, late, limit = (1000 * value for value in values)
            answer = "met" if target.is_met else "MISSED"
            yield (
                f"{timing.name:<34} median {median:7.1f} ms   95% {late:7.1f} ms   "
                f"at most {limit:5.0f} ms   {answer}"
            )


def measureViewer(repeats: int) -> ViewerFigures:
    """Time the viewer on this machine.

    Parameters
    ----------
    repeats
        Cold starts, and films that are run.

    Raises
    ------
    BenchmarkError
        If the viewer cannot be started.
    """
    machine = describe_machine()
    with tempfile.TemporaryDirectory() as folder:
        return ViewerFigures(machine=machine, timings=_timings(Path(folder), repeats))


def _timings(folder: Path, repeats: int) -> tuple[Timing, ...]:
    films = [writeFilm(folder, seed) for seed in range(repeats + 1)]
    # The first start of all asks whether OpenGL draws, and the answer is kept.
    cold = [_measured(films[:1], folder)[1] for _ in range(repeats + 1)][1:]
    times = _measured(films, folder)[0] | {FIRST_FRAME: cold}
    return tuple(Timing(name=name, runs_s=tuple(times[name])) for name in LIMITS_S)


def writeFilm(folder: Path, seed: int) -> Path:
    """Write a phantom of 3000 x 2500 pixels.

    Parameters
    ----------
    folder
        Where it goes.
    seed
        Another number gives another film.
    """
    from PIL import Image

    from CXRTriageCase.synthetic_chest import synthetic_chest

    small = folder / f"phantom{seed}.png"
    Image.fromarray(synthetic_chest(seed=seed).pixels).save(small)
    return write_benchmark_film(small, folder / f"film{seed}.dcm")


def _measured(films: Sequence[Path], folder: Path) -> tuple[dict[str, list[float]], float]:
    """Return what a fresh process measured, and the seconds from its start to its answer."""
    begin = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 - this interpreter, and a module of this package
        [sys.executable, "-m", _CHILD, *map(str, films)],
        stdout=subprocess.PIPE,
        env=_environment(folder),
        text=True,
    ) as process:
        answers = process.stdout or ()
        answer = next((line for line in answers if line.startswith("{")), None)
        seconds = time.perf_counter() - begin
    if answer is None or process.returncode:
        raise BenchmarkError(f"The viewer ended with code {process.returncode}.")
    return json.loads(answer), seconds


def _environment(folder: Path) -> dict[str, str]:
    """Return an environment without a screen, whose corrections are nobody's business."""
    parts = [str(Path(file).parents[1]) for file in (CXRTriageLib.__file__, __file__)]
    paths = [*parts, *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(paths),
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_DATA_HOME": str(folder / "data"),
    }
