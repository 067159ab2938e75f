"""``cxrtriage train``: train a network on a manifest of films."""

from __future__ import annotations

import argparse
from pathlib import Path

from CXRTriageLib.cohort.film_list import read_film_list
from CXRTriageLib.networks.weights import Approach, Task
from CXRTriageLib.optional import require

DEFAULT_CLASSES = ("normal", "bacterial", "tuberculosis", "viral")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument("task", choices=[task.value for task in Task], help="which network")
    parser.add_argument(
        "--manifest", type=Path, required=True, help="CSV with one row for each film"
    )
    parser.add_argument(
        "--recipe", default="default", help="paper, default, or a TOML file (default: default)"
    )
    parser.add_argument(
        "--output",
        type=Path,
        required=True,
        help="folder of checkpoints, curves and the trained network; a run that was stopped "
        "goes on from there",
    )
    parser.add_argument(
        "--init",
        type=Path,
        metavar="FILE",
        help="what to start from: ImageNet weights of ResNet-18 (default: torchvision's), or a "
        "checkpoint of an earlier segmentation training",
    )
    parser.add_argument(
        "--models", type=Path, help="folder with the segmentation network that makes the masks"
    )
    parser.add_argument(
        "--classes", nargs="+", default=DEFAULT_CLASSES, help="classes, in the order of outputs"
    )
    parser.add_argument(
        "--approach", choices=[item.value for item in Approach], default=Approach.LOCAL.value
    )
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    parser.add_argument("--seed", type=int, default=0)


def execute(arguments: argparse.Namespace) -> int:
    """Train the network, then write it as ``--models`` of other commands expects it."""
    for package in ("lightning", "onnxscript", "sklearn"):
        require(package, extra="train", purpose="training")
    from CXRTriageLib.training import sessions

    films = [film for film in read_film_list(arguments.manifest) if "exclude" not in film.flags]
    arguments.output.mkdir(parents=True, exist_ok=True)
    session = sessions.TrainingSession(
        films=films,
        recipe_name=arguments.recipe,
        output=arguments.output,
        models=arguments.models,
        seed=arguments.seed,
        device=arguments.device,
    )
    if arguments.task == Task.SEGMENTATION.value:
        manifest = session.segmentation(init=arguments.init)
    else:
        manifest = session.classification(
            tuple(arguments.classes), Approach(arguments.approach), init=arguments.init
        )
    print(f"The network is ready: {manifest}")
    print(f"Use it with: cxrtriage run INPUT --output DIR --models {manifest.parent.parent}")
    return 0
