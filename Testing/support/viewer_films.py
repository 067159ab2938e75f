"""Film volumes and mouse events for tests of the viewer."""

from __future__ import annotations

from typing import Any

import numpy as np
import slicer
from numpy.typing import NDArray
from PyQt5 import QtCore, QtGui, QtWidgets


def film_node(scene: Any, pixels: NDArray[Any], *, spacing: tuple[float, float] = (1, 1)) -> Any:
    """Return a volume as 3D Slicer lays a frontal film, with gray levels shown one by one.

    Parameters
    ----------
    scene
        Where it goes.
    pixels
        Gray levels, (rows, columns).
    spacing
        Millimeters between rows and between columns.
    """
    row_mm, column_mm = spacing
    node = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "film")
    node.SetIJKToRASDirections(-1, 0, 0, 0, -1, 0, 0, 0, 1)
    node.SetSpacing(column_mm, row_mm, 1)
    slicer.util.updateVolumeFromArray(node, pixels[np.newaxis])
    node.CreateDefaultDisplayNodes()
    display = node.GetDisplayNode()
    display.AutoWindowLevelOff()
    display.SetWindowLevelMinMax(float(pixels.min()), float(pixels.max()))
    display.SetInterpolate(0)
    return node


def send_mouse(
    widget: QtWidgets.QWidget,
    kind: QtCore.QEvent.Type,
    position: tuple[float, float],
    button: QtCore.Qt.MouseButton = QtCore.Qt.LeftButton,
) -> None:
    """Send a mouse event as Qt would.

    Parameters
    ----------
    widget
        Receiver.
    kind
        Press, move or release.
    position
        In the widget.
    button
        That is pressed, held or released.
    """
    at = QtCore.QPointF(*position)
    held = QtCore.Qt.NoButton if kind == QtCore.QEvent.MouseButtonRelease else button
    changed = QtCore.Qt.NoButton if kind == QtCore.QEvent.MouseMove else button
    event = QtGui.QMouseEvent(kind, at, changed, held, QtCore.Qt.NoModifier)
    QtWidgets.QApplication.sendEvent(widget, event)


def drag(
    widget: QtWidgets.QWidget,
    positions: list[tuple[float, float]],
    button: QtCore.Qt.MouseButton = QtCore.Qt.LeftButton,
) -> None:
    """Press at the first position, move over the others, release at the last.

    Parameters
    ----------
    widget
        Receiver.
    positions
        In the widget.
    button
        That is held.
    """
    send_mouse(widget, QtCore.QEvent.MouseButtonPress, positions[0], button)
    for position in positions[1:]:
        send_mouse(widget, QtCore.QEvent.MouseMove, position, button)
    send_mouse(widget, QtCore.QEvent.MouseButtonRelease, positions[-1], button)


def turn_wheel(widget: QtWidgets.QWidget, notches: int, position: tuple[float, float]) -> bool:
    """Turn the wheel over a position; return whether the widget kept the turn to itself.

    Parameters
    ----------
    widget
        Receiver.
    notches
        Away from the hand is positive.
    position
        In the widget.
    """
    at = QtCore.QPointF(*position)
    event = QtGui.QWheelEvent(
        at,
        at,
        QtCore.QPoint(),
        QtCore.QPoint(0, 120 * notches),
        QtCore.Qt.NoButton,
        QtCore.Qt.NoModifier,
        QtCore.Qt.NoScrollPhase,
        False,
    )
    QtWidgets.QApplication.sendEvent(widget, event)
    return bool(event.isAccepted())


def color_at(widget: QtWidgets.QWidget, position: tuple[int, int]) -> tuple[int, int, int]:
    """Return red, green and blue of what a widget shows.

    Parameters
    ----------
    widget
        Any widget.
    position
        In the widget.
    """
    color = QtGui.QColor(widget.grab().toImage().pixel(*position))
    return color.red(), color.green(), color.blue()


class RecordingTool:
    """A tool that uses up everything and writes it down."""

    def __init__(self, *, radius: float = 0, consumes: bool = True) -> None:
        self.events: list[tuple[Any, ...]] = []
        self.corners: list[tuple[float, float]] = []
        self._radius = radius
        self._consumes = consumes

    def mousePress(self, row: int, column: int, modifiers: frozenset[str]) -> bool:
        """Write a press down."""
        self.events.append(("press", row, column, modifiers))
        return self._consumes

    def mouseMove(self, row: int, column: int, modifiers: frozenset[str]) -> bool:
        """Write a move down."""
        self.events.append(("move", row, column, modifiers))
        return self._consumes

    def mouseRelease(self, row: int, column: int, modifiers: frozenset[str]) -> bool:
        """Write a release down."""
        self.events.append(("release", row, column, modifiers))
        return self._consumes

    def finish(self) -> bool:
        """Take no double click."""
        return False

    def wheel(self, steps: int, modifiers: frozenset[str]) -> bool:
        """Write a turn down."""
        self.events.append(("wheel", steps, modifiers))
        return self._consumes

    def radius(self) -> float:
        """Return the radius that was given."""
        return self._radius

    def outline(self) -> list[tuple[float, float]]:
        """Return the corners that were given."""
        return self.corners
