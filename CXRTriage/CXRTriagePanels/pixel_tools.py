"""Brush and polygon: what the mouse does to masks."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Protocol

from CXRTriageLib.domain.anatomy import Structure

WHEEL_FACTOR = 1.15
"""Growth of the brush with a step of the wheel."""

CLOSING_DISTANCE_PX = 12.0
"""A click so near to the first corner closes a polygon; in film pixels."""


def grown(radius: int, steps: int) -> int:
    """Return the radius of a brush after steps of the wheel; each changes it by a pixel at least.

    Parameters
    ----------
    radius
        In film pixels.
    steps
        Away from the hand is positive and makes it larger.
    """
    wanted = radius * WHEEL_FACTOR**steps
    return math.ceil(wanted) if steps > 0 else math.floor(wanted)


class PaintedMasks(Protocol):
    """What the tools need of the editor of masks."""

    def beginStroke(self) -> None:
        """Begin what one undo takes back."""
        ...

    def dab(self, row: float, column: float, radius: float, structure: Structure) -> object:
        """Paint a disk, in a line from the last one of the stroke; the background erases."""
        ...

    def endStroke(self) -> object:
        """End what one undo takes back."""
        ...

    def fillPolygon(self, points: Sequence[tuple[float, float]], structure: Structure) -> object:
        """Fill a polygon given by its corners, (row, column)."""
        ...


class BrushTool:
    """Paints or erases while the left button is down.

    Parameters
    ----------
    masks
        What is painted.
    structure
        Returns the structure to paint; the background erases.
    radius
        At first, in film pixels.
    onRadius
        Called when the wheel has changed the radius.
    """

    def __init__(
        self,
        masks: PaintedMasks,
        structure: Callable[[], Structure],
        radius: int,
        onRadius: Callable[[int], None],
    ) -> None:
        self._masks, self._structure = masks, structure
        self._radius, self._onRadius = radius, onRadius
        self._isDown = False

    def mousePress(self, row: int, column: int, modifiers: frozenset[str]) -> bool:
        """Begin a stroke; with shift the press belongs to the view, which pans."""
        if modifiers:
            return False
        self._masks.beginStroke()
        self._isDown = True
        self._masks.dab(row, column, self._radius, self._structure())
        return True

    def mouseMove(self, row: int, column: int, modifiers: frozenset[str]) -> bool:
        """Go on with a stroke."""
        del modifiers
        if not self._isDown:
            return False
        self._masks.dab(row, column, self._radius, self._structure())
        return True

    def mouseRelease(self, row: int, column: int, modifiers: frozenset[str]) -> bool:
        """End a stroke."""
        del row, column, modifiers
        if not self._isDown:
            return False
        self._isDown = False
        self._masks.endStroke()
        return True

    def finish(self) -> bool:
        """Return False: a second click is one more dab."""
        return False

    def wheel(self, steps: int, modifiers: frozenset[str]) -> bool:
        """Change the size; with a modifier the wheel belongs to the view, which zooms."""
        if modifiers:
            return False
        self._onRadius(grown(self._radius, steps))
        return True

    def setRadius(self, radius: int) -> None:
        """Set the size.

        Parameters
        ----------
        radius
            In film pixels.
        """
        self._radius = radius

    def radius(self) -> float:
        """Return the radius of the circle around the cursor."""
        return self._radius

    def outline(self) -> Sequence[tuple[float, float]]:
        """Return nothing: a brush has no corners."""
        return ()


class PolygonTool:
    """Fills what a reader surrounds with clicks.

    Parameters
    ----------
    masks
        What is painted.
    structure
        Returns the structure to fill with.
    """

    def __init__(self, masks: PaintedMasks, structure: Callable[[], Structure]) -> None:
        self._masks, self._structure = masks, structure
        self._corners: list[tuple[float, float]] = []

    def mousePress(self, row: int, column: int, modifiers: frozenset[str]) -> bool:
        """Add a corner, or close the polygon on its first one."""
        if modifiers:
            return False
        isOnFirst = (
            len(self._corners) >= 3
            and math.dist(self._corners[0], (row, column)) <= CLOSING_DISTANCE_PX
        )
        if not isOnFirst:
            self._corners.append((row, column))
            return True
        return self.finish()

    def finish(self) -> bool:
        """Fill the polygon; fewer than three corners are forgotten."""
        corners, self._corners = self._corners, []
        if len(corners) >= 3:
            self._masks.fillPolygon(corners, self._structure())
        return True

    def mouseMove(self, row: int, column: int, modifiers: frozenset[str]) -> bool:
        """Use up a drag, which means nothing here."""
        del row, column, modifiers
        return True

    def mouseRelease(self, row: int, column: int, modifiers: frozenset[str]) -> bool:
        """Use up the release."""
        del row, column, modifiers
        return True

    def wheel(self, steps: int, modifiers: frozenset[str]) -> bool:
        """Leave the wheel to the view."""
        del steps, modifiers
        return False

    def radius(self) -> float:
        """Return 0: there is no circle around the cursor."""
        return 0.0

    def outline(self) -> Sequence[tuple[float, float]]:
        """Return the corners so far."""
        return tuple(self._corners)
