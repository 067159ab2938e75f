"""What a person does with the viewer, and what this person sees."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PyQt5 import QtCore, QtGui, QtTest, QtWidgets

from CXRTriageViewer.driven_window import settle, waitFor


def press(window: Any, keys: str) -> None:
    """Press a key, named as Qt writes it, in the window that is in front."""
    window.activateWindow()
    QtWidgets.QApplication.processEvents()
    code = QtGui.QKeySequence(keys)[0]
    modifiers = QtCore.Qt.KeyboardModifiers(code & int(QtCore.Qt.KeyboardModifierMask))
    QtTest.QTest.keyClick(window, code & ~int(QtCore.Qt.KeyboardModifierMask), modifiers)


def wait_for_state(window: Any, state: str, *, index: int = 0) -> None:
    """Wait until a film of the work list has come so far."""
    waitFor(lambda: window.films[index].state.value == state, f"The state '{state}'")


def place_of(view: Any, row: float, column: float) -> tuple[float, float]:
    """Return where the center of a film pixel lies in the view."""
    x, y = view.geometryOfFilm().filmToFrame() @ (column, row, 1) / view.devicePixelRatioF()
    return float(x), float(y)


def spot_of(view: Any, row: float, column: float) -> tuple[int, int]:
    """Return where a film pixel lies in what is seen: row and column of `seen`."""
    x, y = view.geometryOfFilm().filmToFrame() @ (column, row, 1)
    return int(y), int(x)


def seen(view: Any) -> NDArray[np.uint8]:
    """Return what the view shows, (rows, columns, 3), in device pixels."""
    settle(0.1)
    image = view.grab().toImage().convertToFormat(QtGui.QImage.Format_RGB888)
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    lines = np.frombuffer(bits, np.uint8).reshape(image.height(), image.bytesPerLine())
    return lines[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def color_of(view: Any, row: float, column: float) -> NDArray[np.uint8]:
    """Return the color that stands over a film pixel."""
    picture = seen(view)
    return picture[spot_of(view, row, column)]
