"""The tools say when and why they cannot be used, and tell what was chosen once."""

from __future__ import annotations

import pytest
from PyQt5 import QtCore
from PyQt5.QtWidgets import QComboBox, QPushButton, QSlider

from CXRTriageLib.domain.anatomy import Structure
from CXRTriagePanels.edit_panel import Edit, EditPanel, EditState, Tool
from CXRTriagePanels.qt_access import Slots

LEFT = QtCore.Qt.LeftButton


@pytest.fixture
def told():
    return []


@pytest.fixture
def panel(qtbot, told):
    def fail(text, details):
        raise AssertionError(f"{text}\n{details}")

    made = EditPanel(Slots(fail), *[told.append] * 4)
    qtbot.addWidget(made.widget)
    with qtbot.waitExposed(made.widget):
        made.widget.show()
    return made


def button(panel, choice):
    """Return the button of a tool or of an edit."""
    kind = "Tool" if isinstance(choice, Tool) else "Edit"
    return panel.widget.findChild(QPushButton, f"CXRTriage{kind}_{choice.value}")


READY = EditState(hasMasks=True, canUndo=True, canRedo=True)


@pytest.mark.parametrize(
    "choice", [*Tool, *(edit for edit in Edit if edit is not Edit.SEGMENT_EDITOR)]
)
def test_click_tells_the_choice(qtbot, panel, told, choice):
    panel.show(READY)

    qtbot.mouseClick(button(panel, choice), LEFT)

    assert told == [choice]


@pytest.mark.parametrize("choice", [*Tool, *Edit])
def test_without_masks_everything_waits_and_says_for_what(qtbot, panel, told, choice):
    panel.show(EditState())

    qtbot.mouseClick(button(panel, choice), LEFT)

    assert told == []
    assert "press Run" in button(panel, choice).toolTip()


def test_steps_wait_for_something_to_take_back(panel):
    panel.show(EditState(hasMasks=True))

    assert "no step to take back" in button(panel, Edit.UNDO).toolTip()
    assert "no step to take again" in button(panel, Edit.REDO).toolTip()
    assert button(panel, Edit.RESET).isEnabled()
    panel.show(READY)
    assert button(panel, Edit.UNDO).toolTip().endswith("(Ctrl+Z).")


def test_chosen_tool_is_pressed_and_no_other(qtbot, panel):
    panel.show(EditState(hasMasks=True, tool=Tool.ERASER))
    # A click toggles a button by itself; what holds is what the module says.
    qtbot.mouseClick(button(panel, Tool.BRUSH), LEFT)
    panel.show(EditState(hasMasks=True, tool=Tool.BRUSH))

    assert [tool for tool in Tool if button(panel, tool).isChecked()] == [Tool.BRUSH]


def test_structure_and_size_are_told_by_key_and_shown_without_telling(qtbot, panel, told):
    panel.show(EditState(hasMasks=True, structure=Structure.HEART, radius=37))
    assert told == []
    structure = panel.widget.findChild(QComboBox)
    radius = panel.widget.findChild(QSlider)
    assert (structure.currentText(), radius.value()) == ("Heart", 37)

    qtbot.keyClick(structure, QtCore.Qt.Key_Down)
    qtbot.keyClick(radius, QtCore.Qt.Key_Right)

    assert told == [Structure.LEFT_LUNG, 38]


def test_keys_of_structures_and_sizes_stand_in_their_tool_tips(panel):
    panel.show(READY)

    hint = panel.widget.findChild(QComboBox).toolTip()
    assert "H heart" in hint
    assert "R right lung" in hint
    assert ", smaller" in panel.widget.findChild(QSlider).toolTip()


def test_slicer_paints_with_its_own_editor(panel):
    panel.show(EditState(hasMasks=True, isSlicer=True))

    assert button(panel, Edit.SEGMENT_EDITOR).isVisible()
    assert not button(panel, Tool.BRUSH).isVisible()
    panel.show(READY)
    assert not button(panel, Edit.SEGMENT_EDITOR).isVisible()
