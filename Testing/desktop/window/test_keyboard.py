"""Keys do what the menus and tool tips say, whatever has been clicked before."""

from __future__ import annotations

import pytest
from PyQt5 import QtCore, QtGui, QtTest, QtWidgets

from CXRTriageLib.domain.anatomy import Structure
from CXRTriagePanels.edit_panel import Tool
from CXRTriagePanels.key_commands import KeyCommand
from CXRTriageScene.film_look import isInverted


def press_focused(keys: str) -> None:
    """Press a key as a person does: it goes to whatever has the focus."""
    code = QtGui.QKeySequence(keys)[0]
    modifiers = QtCore.Qt.KeyboardModifiers(code & int(QtCore.Qt.KeyboardModifierMask))
    focused = QtWidgets.QApplication.focusWidget()
    QtTest.QTest.keyClick(focused, code & ~int(QtCore.Qt.KeyboardModifierMask), modifiers)


def click(widget) -> None:
    """Click into the middle of a widget, as far as it is seen."""
    target = widget.viewport() if isinstance(widget, QtWidgets.QAbstractScrollArea) else widget
    where = target.rect().center()
    QtTest.QTest.mouseClick(target, QtCore.Qt.LeftButton, pos=where)
    QtWidgets.QApplication.processEvents()


def widgets_to_click(window):
    """Return what a reader clicks in the course of a film, by name."""
    panel = window.moduleDock.widget().widget()

    def named(kind, name):
        return panel.findChild(kind, f"CXRTriage{name}")

    return {
        "film": window.view,
        "table": named(QtWidgets.QTableWidget, "Biomarkers"),
        "recommendation": named(QtWidgets.QLabel, "Recommendation"),
        "slider": named(QtWidgets.QSlider, "Layer_outline"),
        "radius": named(QtWidgets.QSlider, "Radius"),
        "tick": named(QtWidgets.QCheckBox, "Layer_film"),
        "button": named(QtWidgets.QPushButton, "Edit_keep_largest"),
        "work list": window.workListDock.widget(),
    }


def effects(window):
    """Return what the keys below change, by key, as functions."""
    panel, layers = window.panel, window.panel.layers.panel
    display = window.view.film().GetDisplayNode()
    return {
        "M": lambda: layers.state.masks,
        "S": lambda: layers.state.saliency,
        "C": lambda: layers.state.calipers,
        "V": lambda: layers.state.votes,
        "N": lambda: layers.state.saliencyClass,
        "I": lambda: isInverted(window.view.film()),
        ".": lambda: panel.editing._radius,
        "+": lambda: window.view.sliceNode().GetFieldOfView()[0],
        "2": display.GetWindow,
        "1": display.GetWindow,
    }


def test_no_widget_keeps_a_key_to_itself(triaged):
    for name, widget in widgets_to_click(triaged).items():
        triaged.panel.layers.panel.show(
            type(triaged.panel.layers.panel.state)(saliencyClass="normal")
        )
        click(widget)
        for key, read in effects(triaged).items():
            before = read()
            press_focused(key)
            assert read() != before, f"{key} after a click on {name}"
        press_focused("F")
        press_focused("I")
        for key, tool in (("B", Tool.BRUSH), ("E", Tool.ERASER), ("Esc", Tool.WINDOW)):
            press_focused(key)
            assert triaged.panel.editing._tool is tool, f"{key} after a click on {name}"
        for key, structure in (("H", Structure.HEART), ("R", Structure.RIGHT_LUNG)):
            press_focused(key)
            assert triaged.panel.editing._structure is structure, f"{key} after a click on {name}"
        triaged.statusBar().clearMessage()
        press_focused("PgDown")
        assert "last film" in triaged.statusBar().currentMessage(), f"PgDown after {name}"


@pytest.mark.parametrize("name", ["SaliencyClass", "Structure", "Window"])
def test_open_choice_takes_letters_and_closed_one_does_not(triaged, name):
    choice = triaged.findChild(QtWidgets.QComboBox, f"CXRTriage{name}")
    choice.setFocus()
    before = choice.currentIndex()

    press_focused("M")

    assert choice.currentIndex() == before
    assert not triaged.panel.layers.panel.state.masks


def test_corrections_go_by_key_alone(triaged):
    case = triaged.panel.case
    before = case.labels().copy()

    press_focused("X")
    swapped = case.labels().copy()
    press_focused("Ctrl+Z")
    assert (case.labels() == before).all()
    press_focused("Ctrl+Y")

    assert (case.labels() == swapped).all()
    assert (swapped != before).any()


def test_every_key_of_the_module_stands_in_its_menu_and_in_a_tool_tip(triaged):
    press_focused("X")
    menu = next(
        action.menu() for action in triaged.menuBar().actions() if action.text() == "&Triage"
    )
    entries = {(action.shortcut().toString(), action.text()) for action in menu.actions()}
    panel = triaged.moduleDock.widget().widget()
    tips = " ".join(widget.toolTip() for widget in panel.findChildren(QtWidgets.QWidget))

    press_focused("Ctrl+Z")
    tips += " ".join(widget.toolTip() for widget in panel.findChildren(QtWidgets.QWidget))

    assert entries == {(command.key, command.words) for command in KeyCommand}
    for command in KeyCommand:
        assert any(form in tips for form in (f"({command.key})", f"{command.key} ")), command


def test_no_key_means_two_things(triaged):
    actions = triaged.findChildren(QtWidgets.QAction)
    keys = [action.shortcut().toString() for action in actions if not action.shortcut().isEmpty()]

    assert sorted(set(keys)) == sorted(keys)
