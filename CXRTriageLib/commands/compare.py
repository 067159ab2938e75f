"""``cxrtriage compare``: the same films through two engines, or two versions of the weights."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from CXRTriageLib.benchmarking.machine import describe_machine
from CXRTriageLib.cohort.film_list import Split, read_film_list
from CXRTriageLib.commands.usage import UsageError, positive_number
from CXRTriageLib.errors import RefusedInputError
from CXRTriageLib.networks.device import Device, cuda_is_available
from CXRTriageLib.networks.weights import Task, read_manifest
from CXRTriageLib.optional import require
from CXRTriageLib.version import __version__

if TYPE_CHECKING:
    from CXRTriageLib.benchmarking.engine_agreement import FilmAgreement
    from CXRTriageLib.pipeline.triage import TriagePipeline


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of the command.

    Parameters
    ----------
    parser
        Of this command.
    """
    parser.add_argument(
        "--films",
        type=Path,
        required=True,
        metavar="PATH",
        help="a manifest of films (CSV), or a folder with films; masks and classes that a "
        "manifest names are not looked at",
    )
    parser.add_argument(
        "--output", type=Path, required=True, metavar="FILE", help="all figures, as JSON"
    )
    parser.add_argument(
        "--summary-only",
        action="store_true",
        help="leave the list of films out of the file, so that it can be passed on",
    )
    parser.add_argument(
        "--split", choices=[split.value for split in Split], help="films of one split only"
    )
    parser.add_argument("--limit", type=positive_number, metavar="N", help="the first N films only")
    parser.add_argument(
        "--models", type=Path, metavar="DIR", help="networks to use instead of the shipped ones"
    )
    parser.add_argument(
        "--float32",
        type=Path,
        metavar="DIR",
        help="the same networks with float32 weights: compares the weights of 8 bits with them, "
        "both in PyTorch",
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
        0 where the criteria are met and every film could be read, else 1.

    Raises
    ------
    UsageError
        If the arguments do not fit what is on disk.
    """
    films = _films(arguments)
    for package in ("torch", "torchvision", "onnx"):
        require(package, extra="train", purpose="comparing with PyTorch")
    from CXRTriageLib.benchmarking.engine_agreement import (
        ENGINE_CRITERIA,
        WEIGHT_CRITERIA,
        Agreement,
        agreement_lines,
    )
    from CXRTriageLib.pipeline.triage import TriagePipeline

    reference = _in_pytorch(arguments.float32 or arguments.models)
    # Weights are compared in one engine, so that what engines differ in is not counted twice.
    candidate = (
        _in_pytorch(arguments.models)
        if arguments.float32
        else TriagePipeline.load(arguments.models, device=Device.CPU)
    )
    print(f"{candidate.engine} against {reference.engine}, {len(films)} films")
    compared = _compared(films, candidate, reference)
    agreement = Agreement(
        films=compared, criteria=WEIGHT_CRITERIA if arguments.float32 else ENGINE_CRITERIA
    )
    for line in agreement_lines(agreement, {row: path.name for row, path in films}):
        print(line)
    document = {
        "software_version": __version__,
        "machine": dataclasses.asdict(describe_machine()),
        "candidate": _described(candidate),
        "reference": _described(reference),
        **agreement.to_document(with_films=not arguments.summary_only),
    }
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    print(f"All figures: {arguments.output}")
    return 0 if agreement.holds and len(compared) == len(films) else 1


def _films(arguments: argparse.Namespace) -> Sequence[tuple[int, Path]]:
    """Return number and path of each film."""
    for name in ("models", "float32"):
        folder = getattr(arguments, name)
        if folder is not None and not folder.is_dir():
            raise UsageError(f"--{name}: {folder} is no folder")
    if arguments.films.is_dir():
        if arguments.split is not None:
            raise UsageError("--split needs a manifest, and --films names a folder")
        from CXRTriageLib.pipeline.films import find_films

        found = find_films([arguments.films], output=arguments.output)
        films = [(number, film.path) for number, film in enumerate(found, start=1)]
    else:
        listed = read_film_list(arguments.films)
        split = Split(arguments.split) if arguments.split else None
        films = [(film.row, film.image) for film in listed if split in (None, film.split)]
    films = films[: arguments.limit]
    if not films:
        raise UsageError(f"--films: there is no film to compare in {arguments.films}")
    return films


def _in_pytorch(models: Path | None) -> TriagePipeline:
    from CXRTriageLib.networks.torch_engine import TorchEngine
    from CXRTriageLib.pipeline.triage import TriagePipeline

    device = "cuda" if cuda_is_available() else "cpu"
    segmenting = read_manifest(Task.SEGMENTATION, models)
    classifying = read_manifest(Task.CLASSIFICATION, models)
    engines = TorchEngine(segmenting, device=device), TorchEngine(classifying, device=device)
    return TriagePipeline.from_engines((segmenting, classifying), engines)


def _compared(
    films: Sequence[tuple[int, Path]], candidate: TriagePipeline, reference: TriagePipeline
) -> list[FilmAgreement]:
    from CXRTriageLib.benchmarking.engine_agreement import compare_film
    from CXRTriageLib.reading import read_radiograph

    compared: list[FilmAgreement] = []
    for row, path in tqdm(films, unit="film", disable=not sys.stderr.isatty(), leave=False):
        try:
            radiograph = read_radiograph(path)
        except RefusedInputError as error:
            tqdm.write(f"refused: {error}", file=sys.stderr)
            continue
        compared.append(compare_film(radiograph, candidate, reference, row=row))
    return compared


def _described(pipeline: TriagePipeline) -> dict[str, Any]:
    return {
        "engine": pipeline.engine,
        "models": [dataclasses.asdict(model) for model in pipeline.models],
    }
