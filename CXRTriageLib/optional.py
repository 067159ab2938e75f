"""Heavy packages, asked for by purpose."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from CXRTriageLib.errors import MissingDependencyError

if TYPE_CHECKING:
    from types import ModuleType


def require(module: str, *, extra: str, purpose: str) -> ModuleType:
    """Import an optional package or say how to get it.

    Parameters
    ----------
    module
        Dotted name of the module.
    extra
        The extra of this project that installs it.
    purpose
        What it is needed for, to complete "is needed for ...".

    Returns
    -------
    ModuleType
        The imported module.

    Raises
    ------
    MissingDependencyError
        If the package is not installed. A package that is there but broken raises its own
        error.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module.partition(".")[0]:
            raise
        raise MissingDependencyError(
            f"The package '{module}' is needed for {purpose} and is not installed. "
            f"Install it with: pip install 'CXRTriage[{extra}]'"
        ) from error
