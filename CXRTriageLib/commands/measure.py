"""``cxrtriage measure``: what the networks reach on one split of a manifest."""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from CXRTriageLib.cohort.film_list import ListedFilm, Split, read_film_list
from CXRTriageLib.commands.spoken_estimate import spoken_estimate
from CXRTriageLib.domain.settings import Mode, TriageSettings
from CXRTriageLib.errors import ManifestError
from CXRTriageLib.networks.device import Device
from CXRTriageLib.networks.weights import Task, default_models_folder, read_manifest
from CXRTriageLib.optional import require
from CXRTriageLib.version import __version__

if TYPE_CHECKING:
    from CXRTriageLib.evaluation.network_results import NetworkTables


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of the command.

    Parameters
    ----------
    parser
        Of this command.
    """
    parser.add_argument(
        "--manifest", type=Path, required=True, metavar="FILE", help="CSV with a column 'split'"
    )
    parser.add_argument(
        "--output",
        type=Path,
        required=True,
        metavar="DIR",
        help="tables, and film-by-film values so that a stopped run goes on",
    )
    parser.add_argument(
        "--models", type=Path, metavar="DIR", help="networks to measure (default: the shipped ones)"
    )
    parser.add_argument(
        "--split",
        choices=[split.value for split in (Split.VALIDATION, Split.TEST)],
        default=Split.VALIDATION.value,
        help="each use of the test split is logged beside the networks (%(default)s)",
    )
    parser.add_argument("--device", choices=[item.value for item in Device], default="auto")


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
    require("sklearn", extra="train", purpose="measuring networks")
    from CXRTriageLib.evaluation.film_outcomes import collect_outcomes
    from CXRTriageLib.evaluation.measured_films import MeasuredFilms
    from CXRTriageLib.evaluation.network_results import network_tables
    from CXRTriageLib.evaluation.test_split_log import log_test_use
    from CXRTriageLib.pipeline.triage import TriagePipeline

    split = Split(arguments.split)
    listed = read_film_list(arguments.manifest)
    films = _measurable(listed, split, arguments.manifest.name)
    pipeline = TriagePipeline.load(arguments.models, device=Device(arguments.device))
    if split is Split.TEST:
        folder = arguments.models or default_models_folder()
        log = log_test_use(folder, pipeline.models, len(films))
        print(f"The test split is opened; noted in {log}")
    settings = TriageSettings.for_mode(Mode.DEFAULT)
    training = [film for film in listed if film.split is Split.TRAIN and film.may_be_classified]
    outcomes = collect_outcomes(films, pipeline, arguments.output, settings=settings)
    for_baseline = collect_outcomes(
        training, pipeline, arguments.output, settings=settings, classify=False
    )
    tables = network_tables(
        MeasuredFilms(films, outcomes),
        MeasuredFilms(training, for_baseline),
        read_manifest(Task.CLASSIFICATION, arguments.models).class_names,
    )
    document = {
        "software_version": __version__,
        "split": split.value,
        "models": [dataclasses.asdict(model) for model in pipeline.models],
        **dataclasses.asdict(tables),
    }
    path = arguments.output / f"measurements-{split.value}.json"
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    _print_tables(tables)
    print(f"All figures: {path}")
    return 0


def _measurable(listed: Sequence[ListedFilm], split: Split, manifest: str) -> list[ListedFilm]:
    films = [
        film for film in listed if film.split is split and (film.label or film.may_be_classified)
    ]
    if not films:
        raise ManifestError(
            f"{manifest}: the split '{split.value}' has no film with a mask or a class, so there "
            "is nothing to measure. Fill in the columns 'split', 'label' and 'class'."
        )
    return films


def _print_tables(tables: NetworkTables) -> None:
    for row in tables.segmentation:
        print(f"Masks, {row.dataset}, {row.measure}: {spoken_estimate(row.mean)}")
    if (ratio := tables.ratio_agreement) is not None:
        print(f"Cardiothoracic ratio, bias: {spoken_estimate(ratio.bias)}")
        print(
            f"Cardiothoracic ratio, lower limit of agreement: {spoken_estimate(ratio.lower_limit)}"
        )
        print(
            f"Cardiothoracic ratio, upper limit of agreement: {spoken_estimate(ratio.upper_limit)}"
        )
    for scores in tables.classification:
        print(f"{scores.classifier}, accuracy: {spoken_estimate(scores.accuracy)}")
        print(f"{scores.classifier}, macro F1: {spoken_estimate(scores.macro_f1)}")
        print(
            f"{scores.classifier}, balanced accuracy: {spoken_estimate(scores.balanced_accuracy)}"
        )
    for area in tables.roc_areas:
        print(f"Area under the ROC curve, {area.class_name}: {spoken_estimate(area.area)}")
