"""Who gets the mouse over a film: the tool that has the left button, or Slicer's own view."""

from __future__ import annotations

from typing import Any, Protocol

from PyQt5 import QtCore, QtGui

from CXRTriagePanels.host import ViewTool
from CXRTriageViewer.mouse_input import VTK_BUTTONS, WHEEL_NOTCH, modifiersOf
from CXRTriageViewer.slice_geometry import Pixel

ZOOM_STEP = 1.2
"""Of one notch of the wheel."""


class MouseTarget(Protocol):
    """What the router needs of the view."""

    def film(self) -> Any:
        """Return the volume that is shown, or None."""
        ...

    def pixelAt(self, position: QtCore.QPointF) -> Pixel | None:
        """Return the film pixel under a position, or None without a film."""
        ...

    def sendToSlicer(self, name: str, position: QtCore.QPointF, modifiers: frozenset[str]) -> None:
        """Let Slicer's view take an event of VTK."""
        ...

    def zoomBy(self, factor: float) -> None:
        """Enlarge around the cursor."""
        ...


class MouseRouter:
    """Hands out presses, moves, releases and turns of the wheel.

    Parameters
    ----------
    view
        Where they happen.

    Attributes
    ----------
    tool
        What has the left button and the wheel; None where Slicer has them.
    """

    def __init__(self, view: MouseTarget) -> None:
        self._view = view
        self.tool: ViewTool | None = None
        self._toolHoldsButton = False

    def setTool(self, tool: ViewTool | None) -> None:
        """Give the left button and the wheel to a tool, or back to Slicer.

        Parameters
        ----------
        tool
            None for no tool.
        """
        self.tool = tool
        self._toolHoldsButton = False

    def press(self, event: QtGui.QMouseEvent) -> None:
        """Give a press to the tool, else to Slicer.

        Parameters
        ----------
        event
            From Qt.
        """
        if event.button() == QtCore.Qt.LeftButton and self._giveToTool("mousePress", event):
            self._toolHoldsButton = True
        else:
            self._giveButton(event, "PressEvent")

    def move(self, event: QtGui.QMouseEvent) -> None:
        """Give a move to whoever has the button.

        Parameters
        ----------
        event
            From Qt.
        """
        if self._toolHoldsButton:
            self._giveToTool("mouseMove", event)
        else:
            self._giveToSlicer(event, "MouseMoveEvent")

    def release(self, event: QtGui.QMouseEvent) -> None:
        """Give a release to whoever got the press.

        Parameters
        ----------
        event
            From Qt.
        """
        if self._toolHoldsButton and event.button() == QtCore.Qt.LeftButton:
            self._toolHoldsButton = False
            self._giveToTool("mouseRelease", event)
        else:
            self._giveButton(event, "ReleaseEvent")

    def doubleClick(self, event: QtGui.QMouseEvent) -> None:
        """Let the tool finish; else it is one more press: two dabs are two dabs.

        Parameters
        ----------
        event
            From Qt.
        """
        isLeft = event.button() == QtCore.Qt.LeftButton
        if not (isLeft and self.tool is not None and self.tool.finish()):
            self.press(event)

    def wheel(self, event: QtGui.QWheelEvent) -> None:
        """Give a turn to the tool, else zoom around the cursor.

        Parameters
        ----------
        event
            From Qt.
        """
        notches = event.angleDelta().y() / WHEEL_NOTCH
        if notches and not self._turnTool(notches, event) and self._view.film() is not None:
            self._view.zoomBy(ZOOM_STEP**notches)
        event.accept()

    def _giveToTool(self, method: str, event: QtGui.QMouseEvent) -> bool:
        pixel = self._view.pixelAt(event.localPos())
        if self.tool is None or pixel is None:
            return False
        take = getattr(self.tool, method)
        return bool(take(pixel.row, pixel.column, modifiersOf(event)))

    def _turnTool(self, notches: float, event: QtGui.QWheelEvent) -> bool:
        steps = round(notches) or (1 if notches > 0 else -1)
        return self.tool is not None and self.tool.wheel(steps, modifiersOf(event))

    def _giveToSlicer(self, event: QtGui.QMouseEvent, name: str) -> None:
        self._view.sendToSlicer(name, event.localPos(), modifiersOf(event))

    def _giveButton(self, event: QtGui.QMouseEvent, what: str) -> None:
        button = VTK_BUTTONS.get(event.button())
        if button is not None:
            self._giveToSlicer(event, f"{button}{what}")
