"""``cxrtriage reproduce``: the paper's tables and figures on films at hand, beside its own."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from CXRTriageLib.cohort.film_list import Split
from CXRTriageLib.commands.usage import UsageError, positive_number
from CXRTriageLib.domain.settings import Mode, TriageSettings
from CXRTriageLib.optional import require

if TYPE_CHECKING:
    from CXRTriageLib.reproduction.study import Study
    from CXRTriageLib.site_evaluation.runner import Advance


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of the command.

    Parameters
    ----------
    parser
        Of this command.
    """
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder of films with manifest.csv; its column paper_class names the paper's films",
    )
    parser.add_argument(
        "--output", type=Path, required=True, metavar="DIR", help="report, tables, values by film"
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="TABLE",
        help="table1, fig2, table5, ... (may be given several times; a wrong name lists them all)",
    )
    parser.add_argument("--mode", choices=[mode.value for mode in Mode], default=Mode.DEFAULT.value)
    parser.add_argument(
        "--jobs", type=positive_number, default=1, metavar="N", help="processes (%(default)s)"
    )
    parser.add_argument(
        "--key",
        type=Path,
        metavar="FILE",
        help="secret key of the pseudonyms (default: one in your settings folder)",
    )
    _add_film_arguments(parser.add_argument_group("films"))
    _add_network_arguments(parser.add_argument_group("networks"))


def _add_film_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--split",
        choices=[split.value for split in Split],
        help="take only films of this split, and score the networks on it (default: all films, "
        "scored on the test split, which is logged beside the networks)",
    )
    group.add_argument(
        "--films", type=positive_number, metavar="N", help="take only N films, spread over classes"
    )


def _add_network_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--models", type=Path, metavar="DIR", help="networks to use instead of the shipped ones"
    )
    group.add_argument(
        "--global-models", type=Path, metavar="DIR", help="networks of the global approach"
    )
    for approach in ("local", "global"):
        group.add_argument(
            f"--{approach}-curves",
            type=Path,
            metavar="FILE",
            help=f"curves.csv of a training of the {approach} approach, for Fig. 10 (default: that "
            "of the first job on the paper's films, see 'cxrtriage jobs')",
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
        0.

    Raises
    ------
    UsageError
        If an experiment or a file is not known.
    """
    require("statsmodels", extra="evaluate", purpose="the statistics of the paper")
    from CXRTriageLib.reproduction.experiments import EXPERIMENTS, reproduce

    names = arguments.only or list(EXPERIMENTS)
    if unknown := set(names) - set(EXPERIMENTS):
        raise UsageError(
            f"--only: {', '.join(sorted(unknown))} is none of {', '.join(EXPERIMENTS)}"
        )
    _check_paths(arguments)
    study = _study(arguments)
    if any(EXPERIMENTS[name].scores for name in names):
        _log_scoring(study)
    print(f"Report: {reproduce(study, names)}")
    return 0


def _check_paths(arguments: argparse.Namespace) -> None:
    for name in ("data", "models", "global_models"):
        folder: Path | None = getattr(arguments, name)
        if folder is not None and not folder.is_dir():
            raise UsageError(f"--{name.replace('_', '-')}: {folder} is no folder")
    if arguments.output.is_file():
        raise UsageError(f"--output: {arguments.output} is a file; name a folder")
    if arguments.output.resolve() == arguments.data.resolve():
        raise UsageError("--output must not be the folder of the films; name another one")


def _study(arguments: argparse.Namespace) -> Study:
    from CXRTriageLib.reproduction.measuring import Measuring
    from CXRTriageLib.reproduction.study import Study
    from CXRTriageLib.reproduction.study_films import read_study_films, spread_sample
    from CXRTriageLib.site_evaluation.pseudonyms import load_pseudonyms
    from CXRTriageLib.site_evaluation.workforce import LocalWorkforce

    split = Split(arguments.split) if arguments.split else None
    films = read_study_films(arguments.data, split=split)
    if arguments.films is not None:
        films = tuple(spread_sample(films, arguments.films))
    curves = {"local": arguments.local_curves, "global": arguments.global_curves}
    return Study(
        films=films,
        measuring=Measuring(
            settings=TriageSettings.for_mode(Mode(arguments.mode)),
            workforce=LocalWorkforce(arguments.jobs),
            pseudonyms=load_pseudonyms(arguments.key, output=arguments.output),
            progress=_progress,
        ),
        data=arguments.data,
        output=arguments.output,
        models=arguments.models,
        global_models=arguments.global_models,
        curves=tuple((name, path) for name, path in curves.items() if path is not None),
        scored=split or Split.TEST,
    )


def _log_scoring(study: Study) -> None:
    """Note that the test split is opened, where it is."""
    from CXRTriageLib.evaluation.test_split_log import log_test_use
    from CXRTriageLib.networks.weights import Task, default_models_folder, read_manifest

    films = sum(film.listed.split is Split.TEST for film in study.films)
    if study.scored is Split.TEST and films:
        folder = study.models or default_models_folder()
        models = [read_manifest(task, study.models).identity for task in Task]
        print(f"The test split is opened; noted in {log_test_use(folder, models, films)}")


@contextmanager
def _progress(what: str, total: int) -> Iterator[Advance]:
    """Show a bar with rate and time left, on a terminal only."""
    from tqdm import tqdm

    with tqdm(total=total, desc=what, unit="film", disable=None, smoothing=0.05) as bar:
        yield bar.update
