"""A fingerprint of everything that a result is made from."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from enum import Enum
from pathlib import Path
from typing import Any

from CXRTriageLib.domain.provenance import ModelIdentity
from CXRTriageLib.domain.settings import TriageSettings
from CXRTriageLib.networks.weights import file_sha256
from CXRTriageLib.version import __version__


def run_key(
    film: Path,
    mask: Path | None,
    *,
    settings: TriageSettings,
    models: tuple[ModelIdentity, ...],
) -> str:
    """Return a fingerprint that changes with whatever could change the result.

    The engine is not part of it: which one runs is the machine's choice, and they agree.

    Parameters
    ----------
    film, mask
        The files; their content counts and not their place.
    settings
        As asked for: a seed that follows from the film is still None.
    models
        The loaded networks.

    Returns
    -------
    str
        SHA-256, 64 hexadecimal digits.

    Raises
    ------
    OSError
        If a file cannot be read.
    """
    parts = {
        "film": file_sha256(film),
        "mask": None if mask is None else file_sha256(mask),
        "models": sorted(model.sha256 for model in models),
        "settings": dataclasses.asdict(settings),
        "version": __version__,
    }
    text = json.dumps(parts, sort_keys=True, default=_value_of)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _value_of(item: Any) -> Any:
    if isinstance(item, Enum):
        return item.value
    raise TypeError(f"{item!r} has no place in a fingerprint.")
