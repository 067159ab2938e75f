"""A wheel that scrolls the panel changes nothing that it passes over."""

from __future__ import annotations

from PyQt5 import QtCore, QtWidgets

_CHANGED_BY_WHEEL = (QtWidgets.QComboBox, QtWidgets.QAbstractSlider, QtWidgets.QAbstractSpinBox)


class WheelGuard(QtCore.QObject):
    """Keeps turns of the wheel from choices and sliders, and gives them to what scrolls.

    Parameters
    ----------
    panel
        Widget whose choices and sliders are guarded; scroll bars are not.
    """

    def __init__(self, panel: QtWidgets.QWidget) -> None:
        super().__init__(panel)
        for kind in _CHANGED_BY_WHEEL:
            for widget in panel.findChildren(kind):
                if not isinstance(widget, QtWidgets.QScrollBar):
                    widget.installEventFilter(self)

    def eventFilter(self, _widget: QtCore.QObject, event: QtCore.QEvent) -> bool:
        """Leave a turn of the wheel to the widget around; an ignored event travels there."""
        if event.type() != QtCore.QEvent.Wheel:
            return False
        event.ignore()
        return True
