"""``cxrtriage train``: train a network on a manifest of films."""

from __future__ import annotations

import argparse
import logging
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from CXRTriageLib.cohort.film_list import CLASS_COLUMN
from CXRTriageLib.cohort.film_selection import FilmSelection
from CXRTriageLib.commands.usage import UsageError
from CXRTriageLib.networks.weights import Approach, Task
from CXRTriageLib.optional import require

if TYPE_CHECKING:
    from CXRTriageLib.training.sessions import TrainingSession

DEFAULT_CLASSES = ("normal", "bacterial", "tuberculosis", "viral")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument("task", choices=[task.value for task in Task], help="which network")
    parser.add_argument(
        "--output",
        type=Path,
        required=True,
        help="folder of checkpoints, curves and the trained network; a run that was stopped "
        "goes on from there",
    )
    parser.add_argument(
        "--recipe",
        default="default",
        help="paper, default, for classification quick, for segmentation whole_lungs, or a TOML "
        "file (default: default)",
    )
    parser.add_argument(
        "--init",
        type=Path,
        metavar="WEIGHTS",
        help="what to start from: 'shipped' for the shipped network, a folder of networks, a "
        "checkpoint, or ImageNet weights of ResNet-18 (default: torchvision's; random ones for "
        "FC-DenseNet)",
    )
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    parser.add_argument("--seed", type=int, default=0)
    _add_film_arguments(parser.add_argument_group("films"))
    _add_classification_arguments(parser.add_argument_group("classification"))


def _add_film_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--manifest", type=Path, required=True, help="CSV with one row for each film"
    )
    group.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="DATASET",
        help="leave a dataset of the manifest out; may be given several times",
    )
    group.add_argument(
        "--class-column",
        default=CLASS_COLUMN,
        metavar="NAME",
        help="column of the manifest that holds the class (default: class)",
    )
    group.add_argument(
        "--split-by-image",
        type=int,
        metavar="SEED",
        help="split at random by image, 0.7 / 0.1 / 0.2 of each class, as the paper did, instead "
        "of by the manifest's column 'split'; films of one patient may fall on both sides",
    )


def _add_classification_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--classes", nargs="+", default=DEFAULT_CLASSES, help="classes, in the order of outputs"
    )
    group.add_argument(
        "--leave-out",
        nargs="+",
        default=(),
        metavar="CLASS",
        help="classes of the manifest that are not to be learned",
    )
    group.add_argument(
        "--approach", choices=[item.value for item in Approach], default=Approach.LOCAL.value
    )
    group.add_argument(
        "--models", type=Path, help="folder with the segmentation network that makes the masks"
    )
    group.add_argument(
        "--masked-films",
        type=Path,
        metavar="DIR",
        help="folder where masked films are kept, which trainings may share (default: in the "
        "output folder)",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Train the network, then write it as ``--models`` of other commands expects it."""
    for package in ("lightning", "matplotlib", "onnxscript", "sklearn"):
        require(package, extra="train", purpose="training")
    classes = tuple(arguments.classes)
    if len(set(classes)) != len(classes) or len(classes) < 2:
        raise UsageError("--classes needs two or more names, and each of them once")
    from CXRTriageLib.training import classification_training

    _silence_advice()
    session = _session(arguments)
    if arguments.task == Task.SEGMENTATION.value:
        manifest = session.segmentation(init=arguments.init)
    else:
        plan = classification_training.ClassificationPlan(
            class_names=classes,
            approach=Approach(arguments.approach),
            models=arguments.models,
            init=arguments.init,
            masked_films=arguments.masked_films,
        )
        manifest = session.classification(plan, left_out=arguments.leave_out)
    session.run.tell(f"The network is ready: {manifest}")
    session.run.tell(
        f"Use it with: cxrtriage run INPUT --output DIR --models {manifest.parent.parent}"
    )
    session.run.processes.leave()
    return 0


def _session(arguments: argparse.Namespace) -> TrainingSession:
    from CXRTriageLib.training import fitting, sessions

    selection = FilmSelection(
        without=tuple(arguments.without),
        class_column=arguments.class_column,
        split_seed=arguments.split_by_image,
    )
    run = fitting.TrainingRun(
        output=arguments.output, seed=arguments.seed, device=arguments.device, say=_print
    )
    if selection.split_seed is not None:
        run.tell(
            "Films are split by image: those of one patient may fall on both sides, and scores "
            "come out too high."
        )
    return sessions.TrainingSession(
        films=selection.films_of(arguments.manifest),
        recipe_name=arguments.recipe,
        run=run,
        selection=selection,
    )


def _silence_advice() -> None:
    """Keep back what Lightning says to people who write trainings, not to those who run one."""
    logging.getLogger("lightning.pytorch").setLevel(logging.WARNING)
    warnings.filterwarnings("ignore", module=r"lightning\.")


def _print(sentence: str) -> None:
    # A training takes hours; whoever reads a log of it wants to read it now.
    print(sentence, flush=True)
