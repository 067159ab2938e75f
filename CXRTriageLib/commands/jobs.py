"""``cxrtriage jobs``: work through a ranked list of trainings and their measurement."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from CXRTriageLib.commands.train import DEFAULT_CLASSES
from CXRTriageLib.commands.usage import UsageError
from CXRTriageLib.networks.device import Device
from CXRTriageLib.networks.weights import Task
from CXRTriageLib.optional import require

if TYPE_CHECKING:
    from collections.abc import Sequence

    from CXRTriageLib.jobs.job import Job, TrainingChoices, Workplace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of the command.

    Parameters
    ----------
    parser
        Of this command.
    """
    parser.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="folder of films with manifest.csv"
    )
    parser.add_argument(
        "--output",
        type=Path,
        required=True,
        metavar="DIR",
        help="trainings and results; the same folder for 'cxrtriage reproduce' prints them",
    )
    parser.add_argument(
        "--list",
        action="store_true",
        help="only show all jobs: rank, name, state, expected time on one core, purpose",
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        help="work on this job alone (may be given several times)",
    )
    parser.add_argument(
        "--recipe", default="quick", help="of classification: quick, default, paper, or a TOML file"
    )
    parser.add_argument(
        "--segmentation-recipe", default="default", metavar="RECIPE", help="of segmentation"
    )
    parser.add_argument(
        "--init", type=Path, metavar="WEIGHTS", help="what trainings start from, as for train"
    )
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    parser.add_argument(
        "--classes", nargs="+", default=DEFAULT_CLASSES, help="classes, in the order of outputs"
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
        0, or the exit code of the training that went wrong.

    Raises
    ------
    UsageError
        If a folder or a job is not known.
    """
    for package in ("lightning", "sklearn"):
        require(package, extra="train", purpose="training networks")
    from CXRTriageLib.jobs.job import TrainingChoices, Workplace
    from CXRTriageLib.jobs.ranked_jobs import ranked_jobs

    if not arguments.data.is_dir():
        raise UsageError(f"--data: {arguments.data} is no folder")
    choices = TrainingChoices(
        class_names=tuple(arguments.classes),
        recipes=(
            (Task.CLASSIFICATION, arguments.recipe),
            (Task.SEGMENTATION, arguments.segmentation_recipe),
        ),
        init=arguments.init,
        device=arguments.device,
    )
    place = Workplace(data=arguments.data, output=arguments.output)
    jobs = ranked_jobs(place.manifest, choices.class_names)
    if unknown := set(arguments.only) - {job.name for job in jobs}:
        raise UsageError(
            f"--only: {', '.join(sorted(unknown))} is none of {', '.join(job.name for job in jobs)}"
        )
    if arguments.list:
        _show(jobs, place, choices)
        return 0
    chosen = [job for job in jobs if not arguments.only or job.name in arguments.only]
    return _work_through(chosen, place, choices)


def _show(jobs: Sequence[Job], place: Workplace, choices: TrainingChoices) -> None:
    from CXRTriageLib.jobs.expected_duration import expected_seconds
    from CXRTriageLib.jobs.job import JobState
    from CXRTriageLib.training.duration import spoken_duration

    for rank, job in enumerate(jobs, start=1):
        state = place.state(job)
        is_done = state is JobState.DONE
        expected = "" if is_done else spoken_duration(expected_seconds(job, place, choices))
        print(f"{rank:>2}  {job.name:<26} {state.value:<22} {expected:<11} {job.purpose}")


def _work_through(jobs: Sequence[Job], place: Workplace, choices: TrainingChoices) -> int:
    """Do what is not done yet; return the exit code of a training that went wrong, else 0."""
    from CXRTriageLib.commands.main import main
    from CXRTriageLib.jobs.job import JobState
    from CXRTriageLib.jobs.measuring import measure_job

    for job in jobs:
        state = place.state(job)
        if state is JobState.DONE:
            continue
        print(f"{job.name}: {job.purpose}", flush=True)
        if state is not JobState.TRAINED and (
            code := main(["train", *choices.arguments(job, place)])
        ):
            return code
        device = Device.CPU if choices.device == "cpu" else Device.AUTO
        result = measure_job(job, place, choices.class_names, device=device)
        result.write(place.result(job))
        print(f"Result: {place.result(job)}", flush=True)
    return 0
