"""Qt as 3D Slicer's Python knows it: one flat module ``qt``, and what is used of ``ctk``."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from PyQt5 import QtCore, QtGui, QtWidgets

_NOT_IN_SLICER = ("pyqt", "PYQT", "QT_TR", "Q_")


def qtModule() -> ModuleType:
    """Return the module ``qt``: all names of QtCore, QtGui and QtWidgets."""
    module = ModuleType("qt", "Qt's classes under one roof, as PythonQt offers them.")
    for part in (QtCore, QtGui, QtWidgets):
        names = {
            name: value
            for name, value in vars(part).items()
            if not name.startswith(("_", *_NOT_IN_SLICER))
        }
        vars(module).update(names)
    return module


def ctkModule() -> ModuleType:
    """Return the module ``ctk`` with the widgets that are stood in for."""
    module = ModuleType("ctk", "The widgets of the Common Toolkit that the module may use.")
    vars(module).update(ctkCollapsibleButton=CollapsibleButton, ctkMessageBox=MessageBox)
    return module


class CollapsibleButton(QtWidgets.QWidget):
    """A headline that shows and hides what is laid out below it."""

    contentsCollapsed = QtCore.pyqtSignal(bool)
    """Whether what is below is hidden now."""

    def __init__(self, *args: Any) -> None:
        texts = [item for item in args if isinstance(item, str)]
        super().__init__(*(item for item in args if not isinstance(item, str)))
        self._button = QtWidgets.QToolButton(self)
        self._button.setObjectName("headline")
        self._button.setToolButtonStyle(QtCore.Qt.ToolButtonTextBesideIcon)
        self._button.setSizePolicy(QtWidgets.QSizePolicy.Expanding, QtWidgets.QSizePolicy.Fixed)
        self._button.setCheckable(True)
        self._button.setChecked(True)
        self._button.setArrowType(QtCore.Qt.DownArrow)
        self._button.toggled.connect(self._toggled)
        self.setText(texts[0] if texts else "")
        self._placeHeadline()

    def setText(self, text: str) -> None:
        """Set the headline.

        Parameters
        ----------
        text
            One line.
        """
        self._button.setText(text)

    def text(self) -> str:
        """Return the headline."""
        return str(self._button.text())

    def setCollapsed(self, collapsed: bool) -> None:  # noqa: FBT001
        """Hide or show what is below.

        Parameters
        ----------
        collapsed
            Whether to hide it.
        """
        self._button.setChecked(not collapsed)

    def isCollapsed(self) -> bool:
        """Return whether what is below is hidden."""
        return not self._button.isChecked()

    collapsed = QtCore.pyqtProperty(bool, fget=isCollapsed, fset=setCollapsed)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Keep the headline as wide as the widget."""
        super().resizeEvent(event)
        self._placeHeadline()

    def sizeHint(self) -> QtCore.QSize:
        """Return the size of the headline with what is below it."""
        hint = super().sizeHint()
        return (
            hint.expandedTo(self._button.sizeHint()) if not self.isCollapsed() else self._closed()
        )

    def minimumSizeHint(self) -> QtCore.QSize:
        """Return the least size that shows everything that is to be shown."""
        hint = super().minimumSizeHint()
        return (
            hint.expandedTo(self._button.sizeHint()) if not self.isCollapsed() else self._closed()
        )

    def _closed(self) -> QtCore.QSize:
        return QtCore.QSize(super().sizeHint().width(), self._button.sizeHint().height())

    def _placeHeadline(self) -> None:
        height = self._button.sizeHint().height()
        self._button.setGeometry(0, 0, self.width(), height)
        self.setContentsMargins(0, height, 0, 0)

    def _toggled(self, shown: bool) -> None:  # noqa: FBT001
        self._button.setArrowType(QtCore.Qt.DownArrow if shown else QtCore.Qt.RightArrow)
        for child in self.findChildren(QtWidgets.QWidget, options=QtCore.Qt.FindDirectChildrenOnly):
            if child is not self._button:
                child.setVisible(shown)
        maximum = QtWidgets.QWIDGETSIZE_MAX if shown else self._button.sizeHint().height()
        self.setMaximumHeight(maximum)
        self.updateGeometry()
        self.contentsCollapsed.emit(not shown)


class MessageBox(QtWidgets.QMessageBox):
    """A message box that takes Qt's properties as attributes, as ``slicer.util`` sets them."""

    def __setattr__(self, name: str, value: Any) -> None:
        setter = getattr(self, f"set{name[:1].upper()}{name[1:]}", None)
        if setter is None:
            super().__setattr__(name, value)
        else:
            setter(value)
