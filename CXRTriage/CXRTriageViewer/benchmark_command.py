"""``cxrtriage viewer-benchmark``: the command line finds it through an entry point."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from CXRTriageLib.commands.usage import positive_number
from CXRTriageLib.optional import require

PURPOSE = "time the stand-alone viewer on this machine"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of the command.

    Parameters
    ----------
    parser
        Of this command.
    """
    parser.add_argument(
        "--repeats",
        type=positive_number,
        default=5,
        metavar="N",
        help="cold starts, and films that are run (%(default)s)",
    )
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write all figures to a file as well"
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
        0; a limit that is missed is printed as missed.

    Raises
    ------
    MissingDependencyError
        If the packages of the extra "viewer" are not installed.
    BenchmarkError
        If the viewer cannot be started.
    """
    require("PyQt5", extra="viewer", purpose="the viewer")
    from CXRTriageViewer.viewer_benchmark import measureViewer

    figures = measureViewer(arguments.repeats)
    for line in figures.lines():
        sys.stdout.write(f"{line}\n")
    if arguments.json is not None:
        text = json.dumps(figures.to_document(), indent=2) + "\n"
        arguments.json.write_text(text, encoding="utf-8")
    return 0
