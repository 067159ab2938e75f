"""Lines as a file of their own, in the form that they have in a result."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from CXRTriageLib.domain.biomarker import Caliper
from CXRTriageLib.errors import InvalidValueError
from CXRTriageLib.exporting.result_json import calipers_to_json, write_json


def write_calipers(path: Path, calipers: Iterable[Caliper]) -> None:
    """Write lines as JSON.

    Parameters
    ----------
    path
        Where to write.
    calipers
        In pixels of the film.
    """
    write_json(path, calipers_to_json(calipers))


def read_calipers(path: Path) -> tuple[Caliper, ...]:
    """Read lines that `write_calipers` wrote.

    Parameters
    ----------
    path
        Of the file.

    Returns
    -------
    tuple of Caliper
        In the order of the file.

    Raises
    ------
    InvalidValueError
        If the file holds no lines.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return tuple(
            Caliper(name=name, start=_point(item["start_px"]), end=_point(item["end_px"]))
            for name, item in document.items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidValueError(
            f"{path.name}: the file holds no calipers. Save them again."
        ) from error


def _point(pair: list[float]) -> tuple[float, float]:
    row, column = pair
    return float(row), float(column)
