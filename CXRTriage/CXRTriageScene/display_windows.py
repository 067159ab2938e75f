"""Windows on the gray levels of a film, and the one that shows it as the library does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.domain.anatomy import LUNGS, Structure
from CXRTriageLib.domain.arrays import Labels
from CXRTriageLib.domain.radiograph import Radiograph

AS_IN_FILE, WHOLE_RANGE, LUNG_FIELDS = "As in the file", "Whole range", "Lungs"
"""Names of the windows that every film has; that of the lungs once there are masks."""

_CURVE_POINTS = 256
_HEART_PERCENTILE = 75


@dataclass(frozen=True, kw_only=True, eq=False)
class DisplayWindow:
    """How a film is brought to the screen.

    Attributes
    ----------
    name
        For people.
    low, high
        Gray levels that are shown black and white; ``low`` is less than ``high``.
    curve
        Gray on screen from the low to the high level, (256,), uint8; None where it is a
        straight line.
    """

    name: str
    low: float
    high: float
    curve: NDArray[np.uint8] | None = None


def fileWindow(radiograph: Radiograph) -> DisplayWindow:
    """Return the window that shows a film as its file asks for.

    A window of the file is a straight line over gray levels, and then so is this one. A VOI
    LUT or a sigmoid becomes a curve between the levels where it starts and ends.

    Parameters
    ----------
    radiograph
        Its display table is what is to be seen.
    """
    table = radiograph.display_table.astype(np.float64)
    low, high = _fittedLine(table)
    levels = np.arange(len(table))
    straight = np.clip(255 * (levels - low) / (high - low), 0, 255)
    if np.abs(straight - table).max() <= 1:
        return DisplayWindow(name=AS_IN_FILE, low=low, high=high)
    low, high = _ends(table)
    # A point of the curve stands for all levels from its own position to that of the next.
    positions = (np.arange(_CURVE_POINTS) + 0.5) / (_CURVE_POINTS - 1)
    points = np.interp(low + np.minimum(positions, 1) * (high - low), levels, table)
    curve = np.rint(points).astype(np.uint8)
    return DisplayWindow(name=AS_IN_FILE, low=low, high=high, curve=curve)


def displayWindows(radiograph: Radiograph, labels: Labels | None = None) -> list[DisplayWindow]:
    """Return the windows that a reader can choose from.

    Parameters
    ----------
    radiograph
        The film.
    labels
        Its masks, for a window that is made for the lungs.

    Returns
    -------
    list of DisplayWindow
        As in the file; the file's windows by name; the whole range; the lungs.
    """
    windows = [fileWindow(radiograph)]
    for number, window in enumerate(radiograph.windows, start=1):
        ends = (window.center - window.width / 2, window.center + window.width / 2)
        low, high = sorted(_levelOf(radiograph, value) for value in ends)
        name = window.name or f"Window {number}"
        windows.append(DisplayWindow(name=name, low=low, high=max(high, low + 1)))
    pixels = radiograph.pixels
    windows.append(_spanning(WHOLE_RANGE, int(pixels.min()), int(pixels.max())))
    if labels is not None and (labels >= min(LUNGS)).any():
        windows.append(_lungWindow(pixels, labels))
    return windows


def _lungWindow(pixels: NDArray[Any], labels: Labels) -> DisplayWindow:
    """Return a window over the lungs that reaches into the heart, whose border shall be seen."""
    low, high = np.percentile(pixels[labels >= min(LUNGS)], (1, 99))
    heart = pixels[labels == Structure.HEART]
    if heart.size:
        high = max(high, np.percentile(heart, _HEART_PERCENTILE))
    return _spanning(LUNG_FIELDS, float(low), float(high))


def _spanning(name: str, low: float, high: float) -> DisplayWindow:
    return DisplayWindow(name=name, low=low, high=max(high, low + 1))


def _levelOf(radiograph: Radiograph, value: float) -> float:
    """Return the gray level of a modality value, beyond the ends by the mean step."""
    values = radiograph.level_values
    step = (values[-1] - values[0]) / max(len(values) - 1, 1)
    levels = np.arange(len(values), dtype=np.float64)
    rising = slice(None, None, 1 if step > 0 else -1)
    level = float(np.interp(value, values[rising], levels[rising]))
    beyond = value - float(np.clip(value, values.min(), values.max()))
    return level + beyond / step if step else level


def _ends(table: NDArray[np.float64]) -> tuple[float, float]:
    """Return the last level before a table begins to change and the first after it."""
    first = np.flatnonzero(table != table[0])
    last = np.flatnonzero(table != table[-1])
    if not first.size:
        return 0.0, float(max(len(table) - 1, 1))
    return float(first[0] - 1), float(last[-1] + 1)


def _fittedLine(table: NDArray[np.float64]) -> tuple[float, float]:
    """Return the levels where the straight line through a table meets black and white."""
    between = np.flatnonzero((table > 0) & (table < 255))
    if between.size < 2 or table[between[0]] == table[between[-1]]:
        return _ends(table)
    slope, offset = np.polyfit(between, table[between], 1)
    if slope <= 0:
        return _ends(table)
    return float(-offset / slope), float((255 - offset) / slope)
