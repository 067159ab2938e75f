"""The icon for lists that take no drawing is rendered from the drawing."""

from __future__ import annotations

import numpy as np
from PyQt5 import QtGui, QtSvg

from CXRTriageLib.resources import resource_path

EXTENSION_ICON_PX = 128
"""As the icons of the other extensions of 3D Slicer."""


def pixels(image):
    """Return the bytes of a picture, (rows, columns, 4)."""
    image = image.convertToFormat(QtGui.QImage.Format_RGBA8888)
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    return np.frombuffer(bits, np.uint8).reshape(image.height(), image.width(), 4).astype(int)


def test_picture_of_the_icon_is_its_drawing(qapp):
    del qapp
    drawing = QtSvg.QSvgRenderer(str(resource_path("Icons", "CXRTriage.svg")))
    expected = QtGui.QImage(EXTENSION_ICON_PX, EXTENSION_ICON_PX, QtGui.QImage.Format_ARGB32)
    expected.fill(0)
    painter = QtGui.QPainter(expected)
    drawing.render(painter)
    painter.end()

    saved = QtGui.QImage(str(resource_path("Icons", "CXRTriage.png")))

    assert drawing.isValid()
    assert (saved.width(), saved.height()) == (EXTENSION_ICON_PX, EXTENSION_ICON_PX)
    assert np.abs(pixels(saved) - pixels(expected)).mean() < 2


def test_icon_is_sharp_at_any_size(qapp):
    icon = QtGui.QIcon(str(resource_path("Icons", "CXRTriage.svg")))

    assert icon.pixmap(256).width() >= 256 * qapp.devicePixelRatio()
