"""One list says what each key does, and the keys work where there is no menu of ours."""

from __future__ import annotations

import pytest
from PyQt5 import QtCore, QtTest
from PyQt5.QtWidgets import QApplication, QComboBox, QMainWindow, QSlider, QVBoxLayout, QWidget

from CXRTriagePanels.key_commands import KeyBindings, KeyCommand, entriesOf
from CXRTriagePanels.qt_access import Slots


@pytest.fixture
def told():
    return []


@pytest.fixture
def slots(told):
    return Slots(lambda text, _details: told.append(f"error: {text}"))


@pytest.fixture
def window(qtbot):
    """Return a window with widgets that know keys of their own."""
    shown = QMainWindow()
    middle = QWidget()
    layout = QVBoxLayout(middle)
    layout.addWidget(QSlider(QtCore.Qt.Horizontal))
    choice = QComboBox()
    choice.addItems(["Bacterial", "Heart", "Normal"])
    layout.addWidget(choice)
    shown.setCentralWidget(middle)
    qtbot.addWidget(shown)
    with qtbot.waitExposed(shown):
        shown.show()
    shown.activateWindow()
    return shown


def bound(window, slots, told):
    """Return bindings of a brush, the heart and something that fails."""

    def fail() -> None:
        raise ValueError("no disk")

    actions = {
        KeyCommand.TOOL_BRUSH: lambda: told.append("brush"),
        KeyCommand.DRAW_HEART: lambda: told.append("heart"),
        KeyCommand.SAVE_SESSION: fail,
    }
    return KeyBindings(slots, window, entriesOf(actions, slots))


def test_no_key_has_two_meanings():
    keys = [command.key for command in KeyCommand]

    assert len(set(keys)) == len(keys)
    assert KeyCommand.RUN.hint("Do it.") == "Do it (F5)."


@pytest.mark.parametrize("kind", [QSlider, QComboBox])
def test_key_works_whatever_has_the_focus(window, slots, told, kind):
    bindings = bound(window, slots, told)
    bindings.setEnabled(enabled=True)
    widget = window.findChild(kind)
    widget.setFocus()
    assert QApplication.focusWidget() is widget

    for key in (QtCore.Qt.Key_B, QtCore.Qt.Key_H):
        QtTest.QTest.keyClick(widget, key)
    QtTest.QTest.keyClick(widget, QtCore.Qt.Key_S, QtCore.Qt.ControlModifier)

    assert told == ["brush", "heart", "error: no disk"]


def test_keys_are_off_until_the_module_is_shown_and_after_it_is_left(window, slots, told):
    bindings = bound(window, slots, told)
    QtTest.QTest.keyClick(window, QtCore.Qt.Key_B)
    bindings.setEnabled(enabled=True)
    bindings.close()
    QApplication.processEvents()

    QtTest.QTest.keyClick(window, QtCore.Qt.Key_B)

    assert told == []
