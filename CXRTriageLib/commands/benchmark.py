"""``cxrtriage benchmark``: times and memory, beside those of the paper's procedure."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from CXRTriageLib.benchmarking.figures import BenchmarkFigures, PipelineFigures
from CXRTriageLib.benchmarking.machine import describe_machine
from CXRTriageLib.benchmarking.measurement import Measurement, Timing
from CXRTriageLib.benchmarking.processes import Answer, Request, Task, measure
from CXRTriageLib.benchmarking.report import report_lines
from CXRTriageLib.commands.run import SAMPLE_FILM, sample_film
from CXRTriageLib.commands.usage import UsageError, positive_number
from CXRTriageLib.errors import MissingDependencyError
from CXRTriageLib.networks import weights
from CXRTriageLib.networks.device import Arithmetic

MOST_SLOW_RUNS = 3
"""Runs of what takes seconds: fresh processes, and the paper's procedure."""

FIRST_RESULT = "first result of a cold process"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of the command.

    Parameters
    ----------
    parser
        Of this command.
    """
    parser.add_argument(
        "--models", type=Path, metavar="DIR", help="networks to use instead of the shipped ones"
    )
    parser.add_argument(
        "--film",
        type=Path,
        metavar="FILE",
        help="a chest film to time as it is (default: the film of the package pydicom-data, as "
        "an uncompressed 16-bit DICOM file of 2500 x 3000 pixels)",
    )
    parser.add_argument(
        "--repeats",
        type=positive_number,
        default=10,
        metavar="N",
        help=f"runs that count; at most {MOST_SLOW_RUNS} of what takes long (%(default)s)",
    )
    parser.add_argument("--skip-paper", action="store_true", help="leave out the paper's procedure")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write all figures to a file as well"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Run the command.

    Parameters
    ----------
    arguments
        As parsed.

    Returns
    -------
    int
        0; a target that is missed is printed as missed.

    Raises
    ------
    UsageError
        If the arguments do not fit what is on disk.
    """
    if arguments.film is not None and not arguments.film.is_file():
        raise UsageError(f"--film: {arguments.film} is no file")
    if arguments.models is not None and not arguments.models.is_dir():
        raise UsageError(f"--models: {arguments.models} is no folder")
    with tempfile.TemporaryDirectory() as folder:
        figures = _measured(arguments, Path(folder))
    for line in report_lines(figures):
        print(line)
    if arguments.json is not None:
        text = json.dumps(figures.to_document(), indent=2) + "\n"
        arguments.json.write_text(text, encoding="utf-8")
    return 0


def _measured(arguments: argparse.Namespace, folder: Path) -> BenchmarkFigures:
    machine = describe_machine()
    manifests = [weights.read_manifest(task, arguments.models) for task in weights.Task]
    film = arguments.film or _sample_as_film(folder)
    chosen = _ours(arguments, film, Arithmetic.AUTO)
    ours = [chosen]
    if chosen.arithmetic is not Arithmetic.F32:
        ours.append(_ours(arguments, film, Arithmetic.F32))
    paper, left_out = _paper(arguments, film)
    return BenchmarkFigures(
        machine=machine,
        film="a film of your own" if arguments.film else f"made of {SAMPLE_FILM} of pydicom-data",
        models=tuple(manifest.identity for manifest in manifests),
        ours=tuple(ours),
        paper=paper,
        paper_left_out=left_out,
    )


def _sample_as_film(folder: Path) -> Path:
    from CXRTriageLib.benchmarking.benchmark_film import write_benchmark_film

    return write_benchmark_film(sample_film(), folder / "film.dcm")


def _ours(arguments: argparse.Namespace, film: Path, arithmetic: Arithmetic) -> PipelineFigures:
    loaded = _ask(arguments, film, Task.PIPELINE, arithmetic, arguments.repeats).measurement
    first = [
        _ask(arguments, film, Task.FIRST_FILM, arithmetic, 1)
        for _ in range(min(arguments.repeats, MOST_SLOW_RUNS))
    ]
    held = [item.measurement.peak_memory_mb for item in first]
    return PipelineFigures(
        arithmetic=Arithmetic.BF16 if loaded.engine.endswith("bf16") else Arithmetic.F32,
        loaded=loaded,
        first_film=Timing(name=FIRST_RESULT, runs_s=tuple(item.elapsed_s for item in first)),
        first_film_memory_mb=max((item for item in held if item is not None), default=None),
    )


def _paper(arguments: argparse.Namespace, film: Path) -> tuple[Measurement | None, str]:
    """Return the paper's figures, or the reason why there are none."""
    if arguments.skip_paper:
        return None, "(--skip-paper)"
    repeats = min(arguments.repeats, MOST_SLOW_RUNS)
    try:
        return _ask(arguments, film, Task.PAPER, Arithmetic.F32, repeats).measurement, ""
    except MissingDependencyError as error:
        return None, str(error)


def _ask(
    arguments: argparse.Namespace, film: Path, task: Task, arithmetic: Arithmetic, repeats: int
) -> Answer:
    return measure(
        Request(
            task=task.value,
            film=str(film),
            models=None if arguments.models is None else str(arguments.models),
            arithmetic=arithmetic.value,
            repeats=repeats,
        )
    )
