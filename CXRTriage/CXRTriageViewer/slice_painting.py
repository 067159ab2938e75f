"""What Qt draws over a frame: corners, the circle of a brush, a polygon in the making."""

from __future__ import annotations

from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PyQt5 import QtCore, QtGui, QtWidgets

from CXRTriagePanels.host import ViewTool
from CXRTriageScene.film_facts import leftEdgeOf
from CXRTriageScene.film_look import filmOpacity, isInverted

MARGIN = 10
FAINT = QtGui.QColor(160, 165, 175)
BRIGHT = QtGui.QColor(236, 238, 242)
SHADOW = QtGui.QColor(0, 0, 0, 170)
PLATE = QtGui.QColor(0, 0, 0, 150)
PLATE_MARGIN = 4
MARKER_SIZE = 1.8
"""Of the side marker, in sizes of the other letters."""
CURSOR = QtGui.QColor(255, 190, 70)

INVITATION = "Drop films or folders here\nor press Ctrl+O"


def composedImage(film: NDArray[np.uint8] | None, layers: NDArray[np.uint8]) -> QtGui.QImage:
    """Lay layers over a film.

    Parameters
    ----------
    film
        (rows, columns, 4), the last byte without meaning; None for black.
    layers
        (rows, columns, 4), red, green and blue multiplied with alpha.

    Returns
    -------
    QImage
        With pixels of its own.
    """
    rows, columns, _ = layers.shape
    image = QtGui.QImage(columns, rows, QtGui.QImage.Format_RGB32)
    image.fill(QtCore.Qt.black)
    painter = QtGui.QPainter(image)
    formats = QtGui.QImage.Format_RGBX8888, QtGui.QImage.Format_RGBA8888_Premultiplied
    for pixels, kind in zip((film, layers), formats, strict=True):
        if pixels is not None:
            height, width, _ = pixels.shape
            painter.drawImage(0, 0, QtGui.QImage(pixels.data, width, height, 4 * width, kind))
    painter.end()
    return image


def paintMessage(painter: QtGui.QPainter, area: QtCore.QRect, text: str) -> None:
    """Write into the middle of an empty view.

    Parameters
    ----------
    painter
        Of the view.
    area
        The whole view.
    text
        How a film gets here, or why there is none.
    """
    painter.setPen(FAINT)
    inner = area.adjusted(area.width() // 8, MARGIN, -area.width() // 8, -MARGIN)
    painter.drawText(inner, int(QtCore.Qt.AlignCenter | QtCore.Qt.TextWordWrap), text)


def paintCorners(
    painter: QtGui.QPainter, area: QtCore.QRect, film: Any, zoom: float, caption: str
) -> None:
    """Write the name, the side marker, the window and the zoom into the corners.

    Parameters
    ----------
    painter
        Of the view.
    area
        The whole view.
    film
        ``vtkMRMLScalarVolumeNode`` that is shown.
    zoom
        Device pixels for one film column.
    caption
        Name of the film.
    """
    inner = area.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
    right, left = QtCore.Qt.AlignRight, QtCore.Qt.AlignLeft
    top, bottom = QtCore.Qt.AlignTop, QtCore.Qt.AlignBottom
    font = painter.font()
    _write(painter, inner, top | right, caption, font)
    _write(painter, inner, bottom | right, f"{100 * zoom:.0f} %", font)
    _write(painter, inner, bottom | left, _look(film), font)
    marker = QtGui.QFont(font)
    marker.setBold(True)
    marker.setPointSizeF(MARKER_SIZE * font.pointSizeF())
    # Only what the file says: a marker on the wrong side is worse than none.
    _write(painter, inner, QtCore.Qt.AlignVCenter | left, leftEdgeOf(film), marker)


def _look(film: Any) -> str:
    """Return how the film is shown; that it is faint or hidden must not go unnoticed."""
    display, opacity = film.GetDisplayNode(), filmOpacity(film)
    if display is None:
        return ""
    parts = [f"center {display.GetLevel():.0f}", f"width {display.GetWindow():.0f}"]
    if isInverted(film):
        parts.append("inverted")
    if opacity < 1:
        parts.append(f"film at {100 * opacity:.0f} %" if opacity > 0 else "film hidden")
    return "   ".join(parts)


def _write(
    painter: QtGui.QPainter, area: QtCore.QRect, where: Any, text: str, font: QtGui.QFont
) -> None:
    """Write bright letters on a dark plate: they are read over white bone too."""
    if not text:
        return
    metrics = QtGui.QFontMetricsF(font)
    size = QtCore.QSize(ceil(metrics.horizontalAdvance(text)), ceil(metrics.height()))
    place = QtWidgets.QStyle.alignedRect(QtCore.Qt.LeftToRight, where, size, area)
    painter.fillRect(place.adjusted(-PLATE_MARGIN, 0, PLATE_MARGIN, 0), PLATE)
    painter.setFont(font)
    painter.setPen(BRIGHT)
    painter.drawText(place, int(QtCore.Qt.AlignCenter), text)


def paintTool(
    painter: QtGui.QPainter,
    tool: ViewTool,
    filmToWidget: NDArray[np.float64],
    cursor: QtCore.QPointF | None,
) -> None:
    """Draw the circle of a brush and the corners of a polygon.

    Parameters
    ----------
    painter
        Of the view.
    tool
        Says how large and where.
    filmToWidget
        2 x 3 matrix from (column, row) to the widget.
    cursor
        In the widget; None where it is elsewhere.
    """
    painter.setRenderHint(QtGui.QPainter.Antialiasing)
    painter.setBrush(QtCore.Qt.NoBrush)
    corners = [_toWidget(filmToWidget, *corner) for corner in tool.outline()]
    if corners:
        line = QtGui.QPolygonF([*corners, cursor] if cursor is not None else corners)
        _twice(painter, lambda: painter.drawPolyline(line))
    radius = tool.radius()
    if cursor is not None and radius > 0:
        # A circle of film pixels; where these are not square, an ellipse on screen.
        across = radius * float(np.hypot(*filmToWidget[:, 0]))
        down = radius * float(np.hypot(*filmToWidget[:, 1]))
        _twice(painter, lambda: painter.drawEllipse(cursor, across, down))


def _toWidget(matrix: NDArray[np.float64], row: float, column: float) -> QtCore.QPointF:
    x, y = matrix @ (column, row, 1)
    return QtCore.QPointF(float(x), float(y))


def _twice(painter: QtGui.QPainter, draw: Any) -> None:
    """Draw dark and wide, then bright and thin: visible on white bone and on black air."""
    for color, width in ((SHADOW, 3.0), (CURSOR, 1.4)):
        painter.setPen(QtGui.QPen(color, width))
        draw()
