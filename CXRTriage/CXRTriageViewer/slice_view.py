"""The widget that shows a film with everything that lies over it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PyQt5 import QtCore, QtGui, QtWidgets

from CXRTriagePanels.host import ViewTool
from CXRTriageViewer.mouse_router import MouseRouter
from CXRTriageViewer.slice_geometry import Pixel, SliceGeometry
from CXRTriageViewer.slice_painting import (
    INVITATION,
    composedImage,
    paintCorners,
    paintMessage,
    paintTool,
)
from CXRTriageViewer.slice_renderer import SliceRenderer


class SliceView(QtWidgets.QWidget):
    """A slice view of MRML that lives in memory and is painted by Qt.

    Parameters
    ----------
    applicationLogic
        ``vtkMRMLApplicationLogic`` with its scene.
    scene
        ``vtkMRMLScene``.
    parent
        Widget around it.
    """

    pointed = QtCore.pyqtSignal(object)
    """The `Pixel` under the cursor, or None when the cursor has left the film."""

    painted = QtCore.pyqtSignal()
    """A frame is on screen."""

    def __init__(
        self, applicationLogic: Any, scene: Any, parent: QtWidgets.QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._scene = scene
        self._mouse = MouseRouter(self)
        self._cursor: QtCore.QPointF | None = None
        self._stale, self._isDrawing = True, False
        self._caption = ""
        self._message = INVITATION
        self._image = QtGui.QImage()
        self._slice: SliceRenderer | None = SliceRenderer(applicationLogic, scene, self._refresh)
        self._describe()

    # What the host and the module use.

    def sliceNode(self) -> Any:
        """Return the ``vtkMRMLSliceNode``."""
        return self._open().node

    def compositeNode(self) -> Any:
        """Return the ``vtkMRMLSliceCompositeNode``."""
        return self._open().compositeNode

    def sliceLogic(self) -> Any:
        """Return the ``vtkMRMLSliceLogic``."""
        return self._open().logic

    def film(self) -> Any:
        """Return the volume in the background, or None."""
        identifier = self.compositeNode().GetBackgroundVolumeID()
        return self._scene.GetNodeByID(identifier) if identifier else None

    def showFilm(self, volumeNode: Any, caption: str = "", message: str = "") -> None:
        """Show a film as a whole.

        Parameters
        ----------
        volumeNode
            ``vtkMRMLScalarVolumeNode`` or None for an empty view.
        caption
            Stands in the upper right corner.
        message
            Stands in the middle of an empty view; by default how to get a film.
        """
        self._caption = caption
        self._message = message or INVITATION
        self._open().showFilm(volumeNode)
        self.requestRender()

    @property
    def message(self) -> str:
        """What stands in the middle of the view while it is empty."""
        return self._message

    def fit(self) -> None:
        """Show the whole film."""
        self._open().fit()

    def oneToOne(self) -> None:
        """Show a film column on each column of the screen."""
        if self.film() is not None:
            self._enlarge(1 / self._open().zoom(self.film()), self._middle())

    def zoomBy(self, factor: float) -> None:
        """Enlarge around the cursor, or around the middle without one.

        Parameters
        ----------
        factor
            Above 1 for a larger picture.
        """
        if self.film() is not None:
            self._enlarge(factor, self._cursor or self._middle())

    def setTool(self, tool: ViewTool | None) -> None:
        """Give the left button and the wheel to a tool, or back to window and zoom.

        Parameters
        ----------
        tool
            None for no tool.
        """
        self._mouse.setTool(tool)
        self.setCursor(QtCore.Qt.ArrowCursor if tool is None else QtCore.Qt.CrossCursor)
        self.update()

    def sendToSlicer(self, name: str, position: QtCore.QPointF, modifiers: frozenset[str]) -> None:
        """Let Slicer's view take an event of the mouse.

        Parameters
        ----------
        name
            Of VTK.
        position
            In the widget's coordinates.
        modifiers
            Keys that are held.
        """
        if self.film() is not None:
            scale = self.devicePixelRatioF()
            x, y = int(position.x() * scale), int(position.y() * scale)
            self._open().sendEvent(name, x, y, modifiers)

    def requestRender(self) -> None:
        """Have a new frame drawn once Qt has handed out what else has happened."""
        if self._slice is not None:
            self._slice.redrawLayers()
            self._refresh()

    def pixelAt(self, position: QtCore.QPointF) -> Pixel | None:
        """Return the film pixel under a position of the widget.

        Parameters
        ----------
        position
            In the widget's coordinates.

        Returns
        -------
        Pixel or None
            Beyond the film's edge too; None where no film is shown.
        """
        geometry, scale = self.geometryOfFilm(), self.devicePixelRatioF()
        if geometry is None:
            return None
        return geometry.pixelAt(position.x() * scale, position.y() * scale)

    def geometryOfFilm(self) -> SliceGeometry | None:
        """Return how the film lies in the view, or None without a film."""
        film, rows = self.film(), self._open().size()[1]
        return None if film is None else SliceGeometry.of(self.sliceNode(), film, rows)

    def saveFrame(self, path: Path | str) -> bool:
        """Write what is on screen as a picture; tell whether the file was written."""
        return bool(self.grab().save(str(path)))

    def shutDown(self) -> None:
        """Take the view out of the scene; nothing is drawn from here on."""
        if self._slice is not None:
            self._slice.close()
        self._slice = None

    # Qt's side.

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        """Draw a frame where something has changed, and what follows the cursor."""
        self._paint(QtGui.QPainter(self))
        self.painted.emit()

    def resizeEvent(self, _event: QtGui.QResizeEvent) -> None:
        """Draw as many pixels as the screen has here."""
        if self._slice is not None:
            scale = self.devicePixelRatioF()
            columns, rows = round(self.width() * scale), round(self.height() * scale)
            self._slice.resize(columns, rows, scale)
            self.requestRender()

    def mousePressEvent(self, event: QtGui.QMouseEvent) -> None:
        """Give a press to the tool, else to Slicer."""
        self._follow(event.localPos())
        self._mouse.press(event)

    def mouseMoveEvent(self, event: QtGui.QMouseEvent) -> None:
        """Give a move to whoever has the button."""
        self._follow(event.localPos())
        self._mouse.move(event)
        if self._mouse.tool is not None:
            self.update()

    def mouseReleaseEvent(self, event: QtGui.QMouseEvent) -> None:
        """Give a release to whoever got the press."""
        self._mouse.release(event)

    def mouseDoubleClickEvent(self, event: QtGui.QMouseEvent) -> None:
        """Let the tool finish, or press once more."""
        self._follow(event.localPos())
        self._mouse.doubleClick(event)
        self.update()

    def wheelEvent(self, event: QtGui.QWheelEvent) -> None:
        """Give a turn to the tool, else zoom around the cursor."""
        self._follow(event.position())
        self._mouse.wheel(event)

    def leaveEvent(self, _event: QtCore.QEvent) -> None:
        """Forget the cursor."""
        self._cursor = None
        self.pointed.emit(None)
        self.update()

    # Details.

    def _describe(self) -> None:
        self.setMouseTracking(True)
        self.setFocusPolicy(QtCore.Qt.StrongFocus)
        self.setAttribute(QtCore.Qt.WA_OpaquePaintEvent)
        self.setMinimumSize(320, 240)
        self.setAccessibleName("Film")

    def _open(self) -> SliceRenderer:
        if self._slice is None:
            raise RuntimeError("The slice view has been closed.")
        return self._slice

    def _paint(self, painter: QtGui.QPainter) -> None:
        if self._slice is None:
            painter.fillRect(self.rect(), QtCore.Qt.black)
            return
        if self._stale:
            self._image = self._newImage()
            self._image.setDevicePixelRatio(self.devicePixelRatioF())
        painter.drawImage(QtCore.QPointF(0, 0), self._image)
        geometry = self.geometryOfFilm()
        if geometry is None:
            paintMessage(painter, self.rect(), self._message)
            return
        paintCorners(
            painter, self.rect(), self.film(), self._slice.zoom(self.film()), self._caption
        )
        if self._mouse.tool is not None:
            scale = self.devicePixelRatioF()
            paintTool(painter, self._mouse.tool, geometry.filmToFrame() / scale, self._cursor)

    def _refresh(self) -> None:
        if not self._isDrawing:
            self._stale = True
            self.update()

    def _newImage(self) -> QtGui.QImage:
        # Drawing changes nodes of its own, which would ask for a frame without end.
        self._isDrawing = True
        try:
            return composedImage(self._open().film(), self._open().layers())
        finally:
            self._isDrawing = self._stale = False

    def _middle(self) -> QtCore.QPointF:
        return QtCore.QRectF(self.rect()).center()

    def _enlarge(self, factor: float, anchor: QtCore.QPointF) -> None:
        scale = self.devicePixelRatioF()
        self._open().enlarge(self.film(), factor, anchor.x() * scale, anchor.y() * scale)

    def _follow(self, position: QtCore.QPointF) -> None:
        self._cursor = position
        self.pointed.emit(self.pixelAt(position))
