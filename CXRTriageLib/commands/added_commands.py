"""Commands that other packages bring along, such as the viewer; the library knows none of them."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from CXRTriageLib.errors import MissingDependencyError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "cxrtriage.commands"
"""Group of entry points: the name is the command's, the object a module with `PURPOSE`,
`add_arguments` and `execute` that imports nothing heavy at its top."""


def added_commands() -> dict[str, EntryPoint]:
    """Return the commands of installed packages by name, none of them loaded."""
    return {entry.name: entry for entry in entry_points(group=GROUP)}


def load_command(entry: EntryPoint) -> Any:
    """Return the module of a command.

    Parameters
    ----------
    entry
        From `added_commands`.

    Raises
    ------
    MissingDependencyError
        If it cannot be imported.
    """
    try:
        return entry.load()
    except (ImportError, AttributeError) as error:
        raise MissingDependencyError(
            f"the command '{entry.name}' cannot be loaded ({error}). "
            "Install the package that brings it again."
        ) from error


def purpose_of(entry: EntryPoint) -> str:
    """Return what a command is for, in one line; help must not fail for one that is broken.

    Parameters
    ----------
    entry
        From `added_commands`.
    """
    try:
        return str(load_command(entry).PURPOSE)
    except MissingDependencyError as error:
        return str(error)
