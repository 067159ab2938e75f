"""``cxrtriage evaluate``: how well the software does on a site's own films."""

from __future__ import annotations

import argparse
from pathlib import Path

from CXRTriageLib.cohort.film_list import Split
from CXRTriageLib.commands.usage import UsageError, positive_number


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of the command.

    Parameters
    ----------
    parser
        Of this command.
    """
    parser.add_argument(
        "manifest",
        nargs="?",
        type=Path,
        metavar="MANIFEST",
        help="CSV with a column 'image', or a folder of DICOM films",
    )
    parser.add_argument("--output", type=Path, metavar="DIR", help="store and report")
    parser.add_argument(
        "--init", type=Path, metavar="FOLDER", help="write MANIFEST for these films, to fill in"
    )
    parser.add_argument(
        "--redraw", action="store_true", help="write the report of DIR again without running"
    )
    parser.add_argument(
        "--models", type=Path, metavar="DIR", help="networks to use instead of the shipped ones"
    )
    _add_film_arguments(parser.add_argument_group("films"))
    _add_report_arguments(parser.add_argument_group("report"))
    _add_work_arguments(parser.add_argument_group("processes and machines"))
    _add_privacy_arguments(parser.add_argument_group("privacy"))


def _add_film_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--masks",
        type=Path,
        metavar="FOLDER",
        help="corrected masks, named like their films: measured beside the network's",
    )
    group.add_argument(
        "--corrected-only",
        action="store_true",
        help="where there is a corrected mask, do not measure the network's",
    )
    group.add_argument(
        "--split",
        choices=[split.value for split in Split],
        help="only films of this split; each use of the test split is logged beside the networks",
    )
    group.add_argument(
        "--leave-out-problems",
        action="store_true",
        help="leave rows with problems out instead of stopping",
    )
    group.add_argument(
        "--no-controls", action="store_true", help="leave the controls out: a third of the time"
    )


def _add_report_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--prevalence",
        action="append",
        default=[],
        type=_prevalence,
        metavar="CLASS=SHARE",
        help="how common a class is at the site, for predictive values; may be repeated",
    )
    group.add_argument(
        "--compare", type=Path, metavar="DIR", help="output of another run to compare with"
    )


def _add_work_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--jobs",
        type=positive_number,
        default=1,
        metavar="N",
        help="processes on this machine (%(default)s)",
    )
    group.add_argument(
        "--scheduler", metavar="ADDRESS", help="do the work on the Dask cluster at this address"
    )
    for name, what in (
        ("tls-ca", "of the cluster's authority"),
        ("tls-certificate", "with this machine's certificate"),
        ("tls-key", "with this machine's key"),
    ):
        group.add_argument(f"--{name}", type=Path, metavar="PEM", help=f"file {what}")


def _add_privacy_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--key",
        type=Path,
        metavar="FILE",
        help="secret key of the pseudonyms (default: one in your settings folder)",
    )
    group.add_argument(
        "--keep-identifiers",
        action="store_true",
        help="keep file names and patient IDs in the results",
    )


def _prevalence(text: str) -> tuple[str, float]:
    name, _, share = text.rpartition("=")
    if not name or not 0 < float(share) < 1:
        raise ValueError(text)
    return name, float(share)


def execute(arguments: argparse.Namespace) -> int:
    """Run the command.

    Parameters
    ----------
    arguments
        As parsed.

    Returns
    -------
    int
        0 where every film that is not left out has a result, else 1.

    Raises
    ------
    UsageError
        If the arguments do not fit each other or what is on disk.
    """
    _check(arguments)
    from CXRTriageLib.commands import evaluate_steps

    if arguments.init is not None:
        return evaluate_steps.init(arguments)
    if not arguments.redraw:
        evaluate_steps.run(arguments)
    return evaluate_steps.report(arguments)


def _check(arguments: argparse.Namespace) -> None:
    if arguments.init is not None:
        if arguments.manifest is None or not arguments.init.is_dir():
            raise UsageError("--init needs a folder of films, and MANIFEST, the file to write")
        return
    if arguments.output is None:
        raise UsageError("--output is needed: the folder of store and report")
    if arguments.output.is_file():
        raise UsageError(f"--output: {arguments.output} is a file; name a folder")
    if not arguments.redraw:
        _check_inputs(arguments)


def _check_inputs(arguments: argparse.Namespace) -> None:
    if arguments.manifest is None or not arguments.manifest.exists():
        raise UsageError(f"MANIFEST: {arguments.manifest or 'nothing'} is no file and no folder")
    if arguments.manifest.resolve() == arguments.output.resolve():
        raise UsageError("--output must not be the folder that holds the films; name another one")
    for name in ("models", "masks", "compare"):
        folder = getattr(arguments, name)
        if folder is not None and not folder.is_dir():
            raise UsageError(f"--{name}: {folder} is no folder")
    if arguments.corrected_only and arguments.masks is None:
        raise UsageError("--corrected-only needs --masks")
