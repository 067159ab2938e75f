"""Arguments to a command, errors to exit codes."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from CXRTriageLib.commands.added_commands import added_commands, load_command, purpose_of
from CXRTriageLib.commands.usage import UsageError
from CXRTriageLib.errors import CXRTriageError, MissingDependencyError
from CXRTriageLib.version import __version__

COMMANDS = {
    "run": "triage radiographs: masks, biomarkers, class, saliency",
    "average": "make one network of the mean of several trainings' weights",
    "benchmark": "time the stages and the paper's procedure, and print ratios and peak memory",
    "compare": "compare the engines on films: masks and classes",
    "controls": "show what the classifier could lean on instead of the disease",
    "evaluate": "evaluate on a site's own films and labels, and write a report",
    "jobs": "work through a ranked list of trainings and their measurement",
    "measure": "measure what the networks reach on a split of a manifest",
    "reproduce": "make the paper's tables and figures on films at hand, beside its own",
    "train": "train a network on a manifest of films",
}
"""Name and purpose. The module of the same name in this package has `add_arguments`, which
takes the parser, and `execute`, which takes the parsed arguments and returns the exit code. It
is imported when it is chosen, so at its top it imports nothing that other commands lack."""

HIDDEN_COMMANDS = {
    "reader": "read films that standard input asks for, for the desktop",
    "worker": "answer requests on standard input, for the desktop",
}
"""As `COMMANDS`, for programs; the help does not list them."""

OWN_COMMANDS = COMMANDS | HIDDEN_COMMANDS

EXIT_ERROR = 1
EXIT_STOPPED = 130
"""As a shell reports a program that ended by Ctrl-C."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments
        Without the program's name; those of the process by default.

    Returns
    -------
    int
        0 where all went well, 1 after an error or where a film was refused, 130 after Ctrl-C.
        Wrong usage ends the process with 2.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser(given)
    parsed = parser.parse_args(given)
    command = _module_of(parsed.command)
    try:
        code: int = command.execute(parsed)
        sys.stdout.flush()
    except UsageError as error:
        parsed.usage.error(str(error))
    except CXRTriageError as error:
        print(f"cxrtriage: {error}", file=sys.stderr)
        return EXIT_ERROR
    except KeyboardInterrupt:
        print("cxrtriage: stopped.", file=sys.stderr)
        return EXIT_STOPPED
    except BrokenPipeError:
        # Whoever read the output has gone; Python must not complain while it closes the pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_ERROR
    except OSError as error:
        print(f"cxrtriage: {error}", file=sys.stderr)
        return EXIT_ERROR
    return code


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cxrtriage",
        description="Triage of frontal chest radiographs. Research use, not a diagnosis.",
    )
    parser.add_argument("--version", action="version", version=f"cxrtriage {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    chosen = next((item for item in given if not item.startswith("-")), None)
    for name, purpose in OWN_COMMANDS.items():
        listed: dict[str, Any] = {"help": purpose} if name in COMMANDS else {}
        command = commands.add_parser(name, description=f"cxrtriage {name}: {purpose}.", **listed)
        command.set_defaults(usage=command)
        if name == chosen:
            _module_of(name).add_arguments(command)
    if chosen not in OWN_COMMANDS:
        _add_added_commands(commands, chosen)
    return parser


def _module_of(name: str) -> Any:
    if name in OWN_COMMANDS:
        return import_module(f"CXRTriageLib.commands.{name}")
    return load_command(added_commands()[name])


def _add_added_commands(commands: Any, chosen: str | None) -> None:
    """Describe what installed packages add; looking for them is slow, so only for those in need."""
    for name, entry in added_commands().items():
        purpose = purpose_of(entry).replace("%", "%%")
        command = commands.add_parser(
            name, help=purpose, description=f"cxrtriage {name}: {purpose}."
        )
        command.set_defaults(usage=command)
        if name == chosen:
            try:
                load_command(entry).add_arguments(command)
            except MissingDependencyError as error:
                command.error(str(error))
