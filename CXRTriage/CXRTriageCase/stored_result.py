"""The result of a film inside its node, so that a saved session has it."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Any

_RESULT = "CXRTriage.Result"


def storeResult(film: Any, document: Mapping[str, Any]) -> None:
    """Write a result into the node of its film.

    Parameters
    ----------
    film
        The film node.
    document
        The content of ``result.json``.
    """
    # Packed, because a scene file escapes quotes and there are thousands of them.
    packed = zlib.compress(json.dumps(document).encode("utf-8"), 9)
    film.SetAttribute(_RESULT, base64.b64encode(packed).decode("ascii"))


def storedResult(film: Any) -> Mapping[str, Any] | None:
    """Return the result of a film, or None before its first run.

    Parameters
    ----------
    film
        The film node.
    """
    packed = film.GetAttribute(_RESULT)
    if not packed:
        return None
    document: Mapping[str, Any] = json.loads(zlib.decompress(base64.b64decode(packed)))
    return document
