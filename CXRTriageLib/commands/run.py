"""``cxrtriage run``: films in, a folder of results for each out."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from CXRTriageLib.commands.usage import UsageError
from CXRTriageLib.domain.settings import Mode, TriageSettings
from CXRTriageLib.networks.device import Device
from CXRTriageLib.optional import require

if TYPE_CHECKING:
    from CXRTriageLib.pipeline.films import Film

SAMPLE_FILM = "RG1_UNCR.dcm"
"""A chest film of the package pydicom-data: computed radiography, MONOCHROME1."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of the command.

    Parameters
    ----------
    parser
        Of this command.
    """
    parser.add_argument(
        "inputs", nargs="*", type=Path, metavar="INPUT", help="a film, or a folder with films"
    )
    parser.add_argument(
        "--output", type=Path, required=True, metavar="DIR", help="where the results go"
    )
    parser.add_argument(
        "--sample",
        action="store_true",
        help="run on the chest film of the package pydicom-data",
    )
    parser.add_argument(
        "--mode",
        choices=[mode.value for mode in Mode],
        default=Mode.DEFAULT.value,
        help="what works best, the paper's text of 2020, or its journal version (%(default)s)",
    )
    parser.add_argument(
        "--device",
        choices=[device.value for device in Device],
        default=Device.AUTO.value,
        help="where the networks run (%(default)s)",
    )
    parser.add_argument(
        "--models", type=Path, metavar="DIR", help="networks to use instead of the shipped ones"
    )
    parser.add_argument(
        "--masks",
        type=Path,
        metavar="PATH",
        help="a corrected mask for one film, or a folder of them named like the films",
    )
    parser.add_argument(
        "--seed", type=_seed, metavar="N", help="of random patches; follows from the film if absent"
    )
    parser.add_argument(
        "--json", action="store_true", help="print progress and results as JSON, an object a line"
    )


def _seed(text: str) -> int:
    seed = int(text)
    if seed < 0:
        raise ValueError(text)
    return seed


def execute(arguments: argparse.Namespace) -> int:
    """Run the command.

    Parameters
    ----------
    arguments
        As parsed.

    Returns
    -------
    int
        0 where every film has a result, else 1.

    Raises
    ------
    UsageError
        If the arguments do not fit each other or what is on disk.
    """
    _check(arguments)
    films = _films(arguments)

    # Only now, when there is something to do, the heavy packages.
    from CXRTriageLib.commands.mask_files import masks_of_films
    from CXRTriageLib.commands.run_output import RunOutput
    from CXRTriageLib.exporting.labels import read_labels
    from CXRTriageLib.exporting.result_folder import ResultFolders
    from CXRTriageLib.pipeline.batch import Batch
    from CXRTriageLib.pipeline.triage import TriagePipeline
    from CXRTriageLib.reading import read_radiograph

    masks = masks_of_films(arguments.masks, films)
    _make_folder(arguments.output)
    batch = Batch(
        pipeline=TriagePipeline.load(arguments.models, device=Device(arguments.device)),
        read_film=read_radiograph,
        read_mask=read_labels,
        store=ResultFolders(arguments.output),
        settings=TriageSettings.for_mode(Mode(arguments.mode), seed=arguments.seed),
        masks=masks,
    )
    is_batch = len(films) > 1 or any(item.is_dir() for item in arguments.inputs)
    with RunOutput(
        as_json=arguments.json, table_folder=arguments.output if is_batch else None
    ) as output:
        summary = batch.run(films, output.report)
    return 0 if summary.all_fine else 1


def _check(arguments: argparse.Namespace) -> None:
    if not arguments.inputs and not arguments.sample:
        raise UsageError("name at least one film or folder, or use --sample")
    for path in (*arguments.inputs, arguments.masks):
        if path is not None and not path.exists():
            raise UsageError(f"{path} does not exist")
    if arguments.models is not None and not arguments.models.is_dir():
        raise UsageError(f"--models: {arguments.models} is no folder")
    output = arguments.output.resolve()
    if any(item.is_dir() and item.resolve() == output for item in arguments.inputs):
        raise UsageError("--output must not be the folder that holds the films; name another one")


def _make_folder(output: Path) -> None:
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--output: {output} cannot be made: {error.strerror}") from error


def _films(arguments: argparse.Namespace) -> Sequence[Film]:
    from CXRTriageLib.exporting.result_folder import RESULT_FILES
    from CXRTriageLib.pipeline.films import find_films

    inputs = [*arguments.inputs, *([sample_film()] if arguments.sample else [])]
    try:
        films = find_films(inputs, output=arguments.output, own_files=RESULT_FILES)
    except OSError as error:
        raise UsageError(f"{error.filename} cannot be listed: {error.strerror}") from error
    if not films:
        raise UsageError("there is no film in " + ", ".join(str(item) for item in inputs))
    return films


def sample_film() -> Path:
    """Return the sample film.

    Returns
    -------
    Path
        Of the installed package pydicom-data.

    Raises
    ------
    MissingDependencyError
        If the package is not installed.
    """
    purpose = "the sample film"
    require("data_store", extra="sample", purpose=purpose)
    from pydicom.data import get_testdata_file

    found = get_testdata_file(SAMPLE_FILM, download=False)
    if not isinstance(found, str):
        raise UsageError(f"the installed package pydicom-data lacks {purpose} {SAMPLE_FILM}")
    return Path(found)
