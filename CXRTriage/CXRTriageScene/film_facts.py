"""What a radiograph is beside its pixels, as attributes of its node and back."""

from __future__ import annotations

import base64
import dataclasses
import json
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.domain.film_warning import FilmWarning, WarningCode
from CXRTriageLib.domain.radiograph import FilmFacts, Radiograph, ViewPosition, VoiWindow
from CXRTriageLib.domain.spacing import PixelSpacing, SpacingSource

_FACTS = "CXRTriage.Facts"
_SPACING = "CXRTriage.Spacing"
_POLARITY = "CXRTriage.Polarity"
_WINDOWS = "CXRTriage.Windows"
_PADDING = "CXRTriage.Padding"
_WARNINGS = "CXRTriage.Warnings"
_LEVEL_VALUES = "CXRTriage.LevelValues"
_DISPLAY = "CXRTriage.DisplayTable"


def writeFacts(film: Any, radiograph: Radiograph) -> None:
    """Write into a film node what its pixels do not say.

    Parameters
    ----------
    film
        vtkMRMLScalarVolumeNode.
    radiograph
        The film. Nothing in it names a patient, so nothing in the node does.
    """
    facts = dataclasses.asdict(radiograph.facts) | {"view": radiograph.facts.view.value}
    spacing = dataclasses.asdict(radiograph.spacing) | {"source": radiograph.spacing.source.value}
    warnings = [
        dataclasses.asdict(item) | {"code": item.code.value} for item in radiograph.warnings
    ]
    values = radiograph.level_values
    written = {
        _FACTS: facts,
        _SPACING: spacing,
        _POLARITY: "inverted" if values[0] > values[-1] else "as stored",
        _WINDOWS: [dataclasses.asdict(window) for window in radiograph.windows],
        _PADDING: radiograph.padding_levels,
        _WARNINGS: warnings,
        _LEVEL_VALUES: _packedRamp(values),
        _DISPLAY: _packed(radiograph.display_table),
    }
    for name, content in written.items():
        film.SetAttribute(name, json.dumps(content))


def readFacts(film: Any, pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> Radiograph:
    """Return the radiograph that a film node was made from.

    Parameters
    ----------
    film
        A node that `writeFacts` has seen.
    pixels
        Its gray levels, (rows, columns).
    """

    def read(name: str) -> Any:
        return json.loads(film.GetAttribute(name))

    facts, spacing, padding = read(_FACTS), read(_SPACING), read(_PADDING)
    return Radiograph(
        pixels=pixels,
        level_values=_unpackedRamp(read(_LEVEL_VALUES)),
        display_table=_unpacked(read(_DISPLAY), np.dtype(np.uint8)),
        facts=FilmFacts(**facts | {"view": ViewPosition(facts["view"])}),
        spacing=PixelSpacing(**spacing | {"source": SpacingSource(spacing["source"])}),
        padding_levels=(padding[0], padding[1]) if padding else None,
        windows=tuple(VoiWindow(**window) for window in read(_WINDOWS)),
        warnings=tuple(
            FilmWarning(**item | {"code": WarningCode(item["code"])}) for item in read(_WARNINGS)
        ),
    )


def spacingOf(film: Any) -> PixelSpacing:
    """Return millimeters and their source of a film node."""
    spacing = json.loads(film.GetAttribute(_SPACING))
    return PixelSpacing(**spacing | {"source": SpacingSource(spacing["source"])})


def leftEdgeOf(film: Any) -> str:
    """Return the side of the patient at the left edge of a film; empty where nothing says it.

    Parameters
    ----------
    film
        Any volume node.
    """
    facts = json.loads(film.GetAttribute(_FACTS) or "{}")
    return str(facts.get("left_edge", ""))


def _packed(table: NDArray[Any]) -> str:
    return base64.b64encode(zlib.compress(table.tobytes())).decode("ascii")


def _unpacked(text: str, dtype: np.dtype[Any]) -> NDArray[Any]:
    return np.frombuffer(zlib.decompress(base64.b64decode(text)), dtype)


def _packedRamp(values: NDArray[np.float64]) -> dict[str, Any]:
    """Return a table in few numbers where it is a ramp, which a rescale always gives."""
    step = (values[-1] - values[0]) / max(len(values) - 1, 1)
    if np.array_equal(_ramp(values[0], step, len(values)), values):
        return {"first": float(values[0]), "step": float(step), "count": len(values)}
    return {"packed": _packed(values)}


def _unpackedRamp(content: dict[str, Any]) -> NDArray[np.float64]:
    if "packed" in content:
        return _unpacked(content["packed"], np.dtype(np.float64))
    return _ramp(content["first"], content["step"], content["count"])


def _ramp(first: float, step: float, count: int) -> NDArray[np.float64]:
    return first + step * np.arange(count, dtype=np.float64)
