"""``cxrtriage average``: make one network of the mean of several trainings' weights."""

from __future__ import annotations

import argparse
from pathlib import Path

from CXRTriageLib.commands.usage import UsageError
from CXRTriageLib.networks.weights import Task
from CXRTriageLib.optional import require


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument("task", choices=[task.value for task in Task], help="which network")
    parser.add_argument(
        "trainings",
        type=Path,
        nargs="+",
        metavar="TRAINING",
        help="two or more output folders of finished trainings that went on from the same "
        "weights or from one another ('cxrtriage train --init')",
    )
    parser.add_argument(
        "--output", type=Path, required=True, help="folder; the network is written to its models"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Write the network, then say how it is used."""
    if len(arguments.trainings) < 2:
        raise UsageError("two or more trainings are needed for a mean")
    for package in ("lightning", "onnxscript"):
        require(package, extra="train", purpose="averaging trainings")
    from CXRTriageLib.training.weight_mean import average_trainings

    manifest = average_trainings(Task(arguments.task), arguments.trainings, arguments.output)
    models = manifest.parent.parent
    print(f"The network is ready: {manifest}")
    print(
        "Whether it is better than each of them, validation films tell: "
        f"cxrtriage measure --manifest FILE --split validation --output DIR --models {models}"
    )
    return 0
