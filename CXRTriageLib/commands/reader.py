"""``cxrtriage reader``: a process that reads films, so that no window waits for a decoder."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from CXRTriageLib.commands.request_loop import reply_on_standard_output, serve
from CXRTriageLib.messages import Action, Finished, Ready, Request

RADIOGRAPH = "radiograph"
"""Key of the file in the answer; see `CXRTriageLib.reading.handover`."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of the command: there are none.

    Parameters
    ----------
    parser
        Of this command.
    """
    del parser


def execute(arguments: argparse.Namespace) -> int:
    """Read films until no more are asked for.

    Parameters
    ----------
    arguments
        As parsed.

    Returns
    -------
    int
        0.
    """
    del arguments
    reply = reply_on_standard_output()
    reply("", Ready(engine="", models=()))
    serve(sys.stdin, {Action.READ: read}, reply)
    return 0


def read(request: Request) -> Finished:
    """Read a film into a file of the folder that the request names.

    Parameters
    ----------
    request
        For one film.

    Returns
    -------
    Finished
        Its result names the file.

    Raises
    ------
    RefusedInputError
        If there is no film in it that can be read.
    """
    from CXRTriageLib.reading import read_radiograph
    from CXRTriageLib.reading.handover import hand_over

    start = time.perf_counter()
    path, target = Path(request.input), Path(request.output) / f"{request.task}.film"
    hand_over(read_radiograph(path), target)
    return Finished(
        film=path.name,
        source=request.input,
        folder=request.output,
        elapsed_s=round(time.perf_counter() - start, 3),
        result={RADIOGRAPH: str(target)},
    )
