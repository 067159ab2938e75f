"""The steps of ``cxrtriage evaluate``; they need more packages than its arguments do."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from tqdm import tqdm

from CXRTriageLib.cohort.film_list import Split
from CXRTriageLib.cohort.row_problems import first_row
from CXRTriageLib.commands.mask_files import masks_of_films
from CXRTriageLib.domain.settings import Mode, TriageSettings
from CXRTriageLib.errors import ManifestError
from CXRTriageLib.evaluation.test_split_log import log_test_use
from CXRTriageLib.networks.weights import (
    ModelManifest,
    Task,
    default_models_folder,
    read_manifest,
)
from CXRTriageLib.optional import require
from CXRTriageLib.site_evaluation.film_measurement import Setup
from CXRTriageLib.site_evaluation.film_record import FilmState
from CXRTriageLib.site_evaluation.intake import list_films, with_masks, write_manifest
from CXRTriageLib.site_evaluation.plan import (
    Choices,
    InspectedFilm,
    RowProblem,
    Weight,
    row_problems,
    work_of,
)
from CXRTriageLib.site_evaluation.pseudonyms import load_pseudonyms
from CXRTriageLib.site_evaluation.run_facts import RunFacts
from CXRTriageLib.site_evaluation.runner import Evaluation
from CXRTriageLib.site_evaluation.store import EvaluationStore
from CXRTriageLib.site_evaluation.workforce import (
    ClusterAddress,
    LocalWorkforce,
    Workforce,
    cluster_workforce,
)
from CXRTriageLib.version import __version__

Networks = tuple[ModelManifest, ModelManifest]


def init(arguments: argparse.Namespace) -> int:
    """Write a manifest to fill in.

    Parameters
    ----------
    arguments
        As parsed.

    Returns
    -------
    int
        0.
    """
    pseudonyms = load_pseudonyms(arguments.key, output=arguments.manifest)
    films, refused = write_manifest(arguments.init, arguments.manifest, pseudonyms)
    print(f"{films} films are listed in {arguments.manifest}; fill in what you know of them.")
    if refused:
        print(f"{refused} files cannot be read as films and are not in the list.")
    return 0


def run(arguments: argparse.Namespace) -> None:
    """Check all films and measure them.

    Parameters
    ----------
    arguments
        As parsed.

    Raises
    ------
    ManifestError
        If there are rows to correct.
    """
    require("statsmodels", extra="evaluate", purpose="the report of an evaluation")
    split = Split(arguments.split) if arguments.split else None
    pseudonyms = load_pseudonyms(arguments.key, output=arguments.output)
    listed, unusable = list_films(arguments.manifest, output=arguments.output, split=split)
    masks_of = None if arguments.masks is None else partial(masks_of_films, arguments.masks)
    films = with_masks(listed, masks_of, output=arguments.output)
    networks = (
        read_manifest(Task.SEGMENTATION, arguments.models),
        read_manifest(Task.CLASSIFICATION, arguments.models),
    )
    choices = _choices(arguments, networks)
    with _workforce(arguments) as workforce, EvaluationStore.open(arguments.output) as store:
        evaluation = Evaluation(
            store=store,
            workforce=workforce,
            pseudonyms=pseudonyms,
            keep_identifiers=arguments.keep_identifiers,
        )
        with _progress("Checking films", len(films)) as advance:
            inspected = evaluation.inspect(films, advance)
        _tell_problems(inspected, unusable, choices, leave_out=arguments.leave_out_problems)
        if split is Split.TEST:
            identities = [network.identity for network in networks]
            log_test_use(arguments.models or default_models_folder(), identities, len(films))
        work = list(work_of(inspected, choices, pseudonyms))
        facts = _facts(arguments, networks, unusable_rows=len(unusable))
        with _progress("Measuring films", len(work)) as advance:
            evaluation.measure(work, choices.setup, facts, advance)


def report(arguments: argparse.Namespace) -> int:
    """Write the report from the store, and say what became of the films.

    Parameters
    ----------
    arguments
        As parsed.

    Returns
    -------
    int
        0 where every film that is not left out has a result, else 1.
    """
    require("statsmodels", extra="evaluate", purpose="the report of an evaluation")
    from CXRTriageLib.site_evaluation.report.options import ReportOptions
    from CXRTriageLib.site_evaluation.report.writer import write_report

    with EvaluationStore.open(arguments.output, read_only=True) as store:
        counts = store.counts()
        options = ReportOptions(
            prevalence=tuple(arguments.prevalence), compare_with=arguments.compare
        )
        written = write_report(store, arguments.output, options)
    words = ", ".join(f"{counts[state]} {state.value}" for state in FilmState)
    print(f"Films: {words}. Report: {written}")
    return 1 if counts[FilmState.REFUSED] or counts[FilmState.FAILED] else 0


def _choices(arguments: argparse.Namespace, networks: Networks) -> Choices:
    return Choices(
        class_names=networks[1].class_names,
        setup=Setup(
            models=None if arguments.models is None else arguments.models.resolve(),
            model_hashes=tuple(network.identity.sha256 for network in networks),
            settings=TriageSettings.for_mode(Mode.DEFAULT),
            controls=not arguments.no_controls,
        ),
        keep_identifiers=arguments.keep_identifiers,
        corrected_only=arguments.corrected_only,
    )


def _facts(arguments: argparse.Namespace, networks: Networks, *, unusable_rows: int) -> RunFacts:
    return RunFacts(
        software_version=__version__,
        mode=Mode.DEFAULT.value,
        class_names=networks[1].class_names,
        class_labels=tuple(item.label for item in networks[1].classes),
        models=tuple(network.identity for network in networks),
        measurements=_measurements(arguments.models or default_models_folder(), networks),
        controls=not arguments.no_controls,
        unusable_rows=unusable_rows,
    )


def _measurements(folder: Path, networks: Networks) -> Mapping[str, Any]:
    """Return what was measured on these networks: on the test split where that was done."""
    wanted = {network.identity.sha256 for network in networks}
    for split in (Split.TEST, Split.VALIDATION):
        try:
            text = (folder / f"measurements-{split.value}.json").read_text(encoding="utf-8")
            document: dict[str, Any] = json.loads(text)
            if {model["sha256"] for model in document["models"]} == wanted:
                return document
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return {}


@contextmanager
def _workforce(arguments: argparse.Namespace) -> Iterator[Workforce]:
    if arguments.scheduler is None:
        yield LocalWorkforce(arguments.jobs)
        return
    cluster = ClusterAddress(
        address=arguments.scheduler,
        tls_ca=arguments.tls_ca,
        tls_certificate=arguments.tls_certificate,
        tls_key=arguments.tls_key,
    )
    with cluster_workforce(cluster) as workforce:
        yield workforce


@contextmanager
def _progress(what: str, total: int) -> Iterator[Callable[[int], object]]:
    """Show a bar with rate and time left, on a terminal only."""
    with tqdm(total=total, desc=what, unit="film", disable=None, smoothing=0.05) as bar:
        yield bar.update


def _tell_problems(
    inspected: Sequence[InspectedFilm],
    unusable: Sequence[str],
    choices: Choices,
    *,
    leave_out: bool,
) -> None:
    problems = list(row_problems(inspected, choices.class_names))
    lines = [(first_row(text), f"{text} ({Weight.STOPS.value})") for text in unusable]
    lines += [(problem.row, _line(problem)) for problem in problems]
    for _, line in sorted(lines):
        print(line, file=sys.stderr)
    stopping = len(unusable) + sum(item.weight is Weight.STOPS for item in problems)
    if stopping and not leave_out:
        raise ManifestError(
            f"{stopping} problems above are to be corrected before any film is measured. Correct "
            "them and start again, or leave these rows out with --leave-out-problems."
        )


def _line(problem: RowProblem) -> str:
    return f"row {problem.row}: {problem.text} ({problem.weight.value})"
