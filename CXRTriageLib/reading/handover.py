"""A film that one process of this program has read, for another one."""

from __future__ import annotations

import dataclasses
import pickle
from pathlib import Path

from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageLib.errors import InvalidValueError


def hand_over(radiograph: Radiograph, path: Path) -> None:
    """Write a film so that the same version of the program can take it over.

    Parameters
    ----------
    radiograph
        The film.
    path
        Nobody else may be able to write there: `take_over` trusts the file.
    """
    with path.open("wb") as file:
        pickle.dump(radiograph, file, protocol=5)


def take_over(path: Path) -> Radiograph:
    """Return a film that `hand_over` has written, and remove the file.

    Parameters
    ----------
    path
        Of that file.

    Returns
    -------
    Radiograph
        The film.

    Raises
    ------
    InvalidValueError
        If the file holds something else.
    """
    with path.open("rb") as file:
        found = pickle.load(file)  # noqa: S301 - this program wrote it, where no other may write
    path.unlink()
    if not isinstance(found, Radiograph):
        raise InvalidValueError(f"{path.name} holds no radiograph.")
    # Made anew, since arrays lose on the way that they must not be written.
    return dataclasses.replace(found)
