"""Qt's mouse events in the words of tools and of VTK."""

from __future__ import annotations

from PyQt5 import QtCore, QtGui

SHIFT, CONTROL, ALT = "shift", "control", "alt"
"""Names of the keys that tools are told of."""

WHEEL_NOTCH = 120
"""As Qt counts: eighths of a degree, fifteen degrees a notch."""

VTK_BUTTONS = {
    QtCore.Qt.LeftButton: "LeftButton",
    QtCore.Qt.MiddleButton: "MiddleButton",
    QtCore.Qt.RightButton: "RightButton",
}
"""Buttons that VTK knows, as the names of its events begin."""


def modifiersOf(event: QtGui.QInputEvent) -> frozenset[str]:
    """Return the names of the keys that were held down.

    Parameters
    ----------
    event
        Of mouse, wheel or keyboard.
    """
    names = (
        (QtCore.Qt.ShiftModifier, SHIFT),
        (QtCore.Qt.ControlModifier, CONTROL),
        (QtCore.Qt.AltModifier, ALT),
    )
    return frozenset(name for flag, name in names if event.modifiers() & flag)
