"""``cxrtriage controls``: what the classifier could lean on, and how steady it is."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

from CXRTriageLib.cohort.film_list import Split, read_film_list
from CXRTriageLib.commands.spoken_estimate import spoken_estimate
from CXRTriageLib.controls.film_sample import (
    REPEATED_FILMS,
    TRAINING_FILMS,
    few_of_each,
    films_by_split,
)
from CXRTriageLib.networks.weights import Task, default_models_folder, read_manifest
from CXRTriageLib.optional import require
from CXRTriageLib.version import __version__

if TYPE_CHECKING:
    from CXRTriageLib.controls.control_tables import ControlTables


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of the command.

    Parameters
    ----------
    parser
        Of this command.
    """
    parser.add_argument(
        "--manifest",
        type=Path,
        required=True,
        metavar="FILE",
        help="CSV with the columns 'split', 'class', 'dataset' and 'patient'",
    )
    parser.add_argument(
        "--output",
        type=Path,
        required=True,
        metavar="DIR",
        help="controls-test.json, and film-by-film values so that a stopped run goes on",
    )
    parser.add_argument(
        "--models", type=Path, metavar="DIR", help="networks to examine (default: the shipped ones)"
    )
    parser.add_argument(
        "--training-films",
        type=int,
        default=TRAINING_FILMS,
        metavar="N",
        help="small models learn from so many films of each source and class (%(default)s)",
    )
    parser.add_argument(
        "--repeated-films",
        type=int,
        default=REPEATED_FILMS,
        metavar="N",
        help="so many test films of each source and class are voted on again and again, and have "
        "their saliency checked (%(default)s)",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Run the command.

    Parameters
    ----------
    arguments
        Parsed arguments.

    Returns
    -------
    int
        0.
    """
    require("torch", extra="train", purpose="randomizing weights")
    require("sklearn", extra="train", purpose="training small models")
    from CXRTriageLib.controls.control_run import ControlRun
    from CXRTriageLib.evaluation.test_split_log import log_test_use

    class_names = read_manifest(Task.CLASSIFICATION, arguments.models).class_names
    listed = read_film_list(arguments.manifest)
    films = films_by_split(listed, class_names, arguments.manifest.name)
    run = ControlRun.load(arguments.models, arguments.output)
    tested = films[Split.TEST]
    folder = arguments.models or default_models_folder()
    log = log_test_use(folder, run.networks.pipeline.models, len(tested))
    print(f"The test split is opened; noted in {log}")
    tables = run.tables(films, training_films=arguments.training_films)
    repeated = run.repeated(few_of_each(tested, arguments.repeated_films))
    document = {
        "software_version": __version__,
        "split": Split.TEST.value,
        "models": [dataclasses.asdict(model) for model in run.networks.pipeline.models],
        **dataclasses.asdict(tables),
        **dataclasses.asdict(repeated),
    }
    path = arguments.output / f"controls-{Split.TEST.value}.json"
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    _print_tables(tables)
    print(f"All figures: {path}")
    return 0


def _print_tables(tables: ControlTables) -> None:
    for score in tables.scores:
        print(f"{score.control}, balanced accuracy: {spoken_estimate(score.balanced_accuracy)}")
    for probe in tables.source_probes:
        named = spoken_estimate(probe.balanced_accuracy)
        print(f"{probe.features}, source, balanced accuracy: {named}")
    if (test := tables.calibration) is not None:
        print(f"Temperature: {test.temperature:.2f}")
        for name, found in (("before", test.before), ("after", test.after)):
            print(f"Expected calibration error {name}: {spoken_estimate(found.expected_error)}")
    print(tables.verdict.sentence)
