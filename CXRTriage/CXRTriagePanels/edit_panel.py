"""Tools that correct masks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import qt

from CXRTriageLib.domain.anatomy import ORGANS, Structure
from CXRTriagePanels.key_commands import KeyCommand
from CXRTriagePanels.qt_access import Slots

RADIUS_RANGE = (1, 200)
"""Smallest and largest brush in film pixels."""


class Tool(Enum):
    """What the left button does."""

    WINDOW = "window"
    BRUSH = "brush"
    ERASER = "eraser"
    POLYGON = "polygon"


class Edit(Enum):
    """What a button does at once."""

    FILL_HOLES = "fill_holes"
    KEEP_LARGEST = "keep_largest"
    SWAP_SIDES = "swap_sides"
    RESET = "reset"
    UNDO = "undo"
    REDO = "redo"
    SEGMENT_EDITOR = "segment_editor"


_TOOLS = {
    Tool.WINDOW: (
        "Window",
        KeyCommand.TOOL_WINDOW.hint("The left button changes the window."),
    ),
    Tool.BRUSH: (
        "Brush",
        KeyCommand.TOOL_BRUSH.hint("Paint the structure; the wheel changes the size."),
    ),
    Tool.ERASER: (
        "Eraser",
        KeyCommand.TOOL_ERASER.hint("Take away; the wheel changes the size."),
    ),
    Tool.POLYGON: (
        "Polygon",
        KeyCommand.TOOL_POLYGON.hint("Click corners; a double click or the first one again fills."),
    ),
}
_EDITS = {
    Edit.FILL_HOLES: (
        "Fill holes",
        KeyCommand.FILL_HOLES.hint("Fill what the structures enclose."),
    ),
    Edit.KEEP_LARGEST: (
        "Keep largest",
        KeyCommand.KEEP_LARGEST.hint("Keep the largest piece of each structure."),
    ),
    Edit.SWAP_SIDES: (
        "Swap sides",
        KeyCommand.SWAP_SIDES.hint("Exchange the left and the right lung."),
    ),
    Edit.RESET: ("Reset", "Go back to the masks of the network; undo brings yours back."),
    Edit.UNDO: ("Undo", KeyCommand.UNDO.hint("Take the last step back.")),
    Edit.REDO: ("Redo", KeyCommand.REDO.hint("Take the step again.")),
    Edit.SEGMENT_EDITOR: ("Segment Editor…", "Correct with all tools of 3D Slicer."),
}
_STRUCTURE_KEYS = {
    Structure.HEART: KeyCommand.DRAW_HEART,
    Structure.LEFT_LUNG: KeyCommand.DRAW_LEFT_LUNG,
    Structure.RIGHT_LUNG: KeyCommand.DRAW_RIGHT_LUNG,
}
_NO_MASKS = "There are no masks yet; press Run first."


@dataclass(frozen=True, kw_only=True)
class EditState:
    """What the tools depend on.

    Attributes
    ----------
    hasMasks
        Whether there is something to correct.
    canUndo, canRedo
        Whether there is a step to take back or again.
    isSlicer
        Whether 3D Slicer's own Segment Editor paints.
    tool, structure, radius
        What the left button does, with which structure, how large.
    """

    hasMasks: bool = False
    canUndo: bool = False
    canRedo: bool = False
    isSlicer: bool = False
    tool: Tool = Tool.WINDOW
    structure: Structure = Structure.RIGHT_LUNG
    radius: int = 20


class EditPanel:
    """Tools, structure, size, and steps back and forth.

    Parameters
    ----------
    slots
        Connects.
    onTool
        Called with the `Tool` that was chosen.
    onStructure
        Called with the `Structure` that was chosen.
    onRadius
        Called with the radius in film pixels.
    onEdit
        Called with the `Edit` that was asked for.
    """

    def __init__(
        self,
        slots: Slots,
        onTool: Callable[[Tool], None],
        onStructure: Callable[[Structure], None],
        onRadius: Callable[[int], None],
        onEdit: Callable[[Edit], None],
    ) -> None:
        self._slots, self._onTool, self._onEdit = slots, onTool, onEdit
        self._onStructure, self._onRadius = onStructure, onRadius
        self._isShowing = False
        self._tools = {tool: self._toolButton(tool) for tool in Tool}
        self._edits = {edit: self._editButton(edit) for edit in Edit}
        self._structure = qt.QComboBox()
        self._structure.setObjectName("CXRTriageStructure")
        for organ in ORGANS:
            self._structure.addItem(organ.spoken_name.capitalize())
        slots.connect(self._structure, "currentIndexChanged(int)", self._structureChosen)
        self._radius = qt.QSlider(qt.Qt.Horizontal)
        self._radius.setObjectName("CXRTriageRadius")
        self._radius.setRange(*RADIUS_RANGE)
        slots.connect(self._radius, "valueChanged(int)", self._radiusMoved)
        self._radiusWords = qt.QLabel("")
        self.widget = self._laidOut()
        self.show(EditState())

    def show(self, state: EditState) -> None:
        """Show a state, without calling back.

        Parameters
        ----------
        state
            What holds now.
        """
        self._isShowing = True
        reason = "" if state.hasMasks else _NO_MASKS
        for tool, button in self._tools.items():
            button.setEnabled(state.hasMasks)
            button.setVisible(not state.isSlicer)
            button.setChecked(tool is state.tool)
            button.setToolTip(reason or _TOOLS[tool][1])
        for edit, button in self._edits.items():
            whyNot = reason or _whyNot(edit, state)
            button.setEnabled(not whyNot)
            button.setToolTip(whyNot or _EDITS[edit][1])
        self._edits[Edit.SEGMENT_EDITOR].setVisible(state.isSlicer)
        self._structure.setEnabled(state.hasMasks)
        self._structure.setToolTip(reason or _structureHint())
        self._structure.setCurrentIndex(ORGANS.index(state.structure))
        self._radius.setEnabled(state.hasMasks)
        self._radius.setToolTip(reason or _radiusHint())
        self._radius.setValue(state.radius)
        self._radius.setVisible(not state.isSlicer)
        self._radiusWords.setText(f"{state.radius} px")
        self._isShowing = False

    def _structureChosen(self, index: int) -> None:
        if not self._isShowing:
            self._onStructure(ORGANS[index])

    def _radiusMoved(self, radius: int) -> None:
        if not self._isShowing:
            self._onRadius(radius)

    def _toolButton(self, tool: Tool) -> Any:
        button = qt.QPushButton(_TOOLS[tool][0])
        button.setObjectName(f"CXRTriageTool_{tool.value}")
        button.setCheckable(True)

        def pressed(_checked: bool) -> None:  # noqa: FBT001 - Qt gives it
            self._onTool(tool)

        self._slots.connect(button, "clicked(bool)", pressed)
        return button

    def _editButton(self, edit: Edit) -> Any:
        button = qt.QPushButton(_EDITS[edit][0])
        button.setObjectName(f"CXRTriageEdit_{edit.value}")

        def pressed(_checked: bool) -> None:  # noqa: FBT001 - Qt gives it
            self._onEdit(edit)

        self._slots.connect(button, "clicked(bool)", pressed)
        return button

    def _laidOut(self) -> Any:
        widget, layout = qt.QWidget(), qt.QVBoxLayout()
        layout.setContentsMargins(0, 0, 0, 0)
        tools = qt.QHBoxLayout()
        for button in self._tools.values():
            tools.addWidget(button)
        layout.addLayout(tools)
        form = qt.QFormLayout()
        form.addRow("Structure", self._structure)
        size = qt.QHBoxLayout()
        size.addWidget(self._radius, 1)
        size.addWidget(self._radiusWords)
        form.addRow("Brush radius", size)
        layout.addLayout(form)
        edits = qt.QGridLayout()
        for index, button in enumerate(self._edits.values()):
            edits.addWidget(button, index // 2, index % 2)
        layout.addLayout(edits)
        widget.setLayout(layout)
        return widget


def _structureHint() -> str:
    keys = (f"{key.key} {structure.spoken_name}" for structure, key in _STRUCTURE_KEYS.items())
    return f"Structure that brush and polygon draw ({', '.join(keys)})."


def _radiusHint() -> str:
    smaller, larger = KeyCommand.SMALLER_BRUSH.key, KeyCommand.LARGER_BRUSH.key
    return (
        f"Radius of the brush in film pixels; also the wheel ({smaller} smaller, {larger} larger)."
    )


def _whyNot(edit: Edit, state: EditState) -> str:
    if edit is Edit.UNDO and not state.canUndo:
        return "There is no step to take back."
    if edit is Edit.REDO and not state.canRedo:
        return "There is no step to take again."
    return ""
