"""``cxrtriage viewer``: the command line finds it through an entry point."""

from __future__ import annotations

import argparse
from pathlib import Path

from CXRTriageLib.commands.usage import UsageError
from CXRTriageLib.optional import require

PURPOSE = "open films in the stand-alone viewer"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of the command.

    Parameters
    ----------
    parser
        Of this command.
    """
    parser.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="films, folders, a DICOM directory, or a session (.mrb)",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Run the viewer until its window is closed.

    Parameters
    ----------
    arguments
        As parsed.

    Returns
    -------
    int
        0, or 1 where the machine can show no window.

    Raises
    ------
    UsageError
        If a path does not exist.
    MissingDependencyError
        If the packages of the extra "viewer" are not installed.
    """
    for path in arguments.paths:
        if not path.exists():
            raise UsageError(f"{path} does not exist")
    require("PyQt5", extra="viewer", purpose="the viewer")
    from CXRTriageViewer.start import main

    return main(arguments.paths)
