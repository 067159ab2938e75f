"""What the keys of the module do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from CXRTriageControl.edit_control import EditControl
from CXRTriageControl.run_control import RunControl
from CXRTriageControl.save_control import SaveControl
from CXRTriageLib.domain.anatomy import Structure
from CXRTriagePanels.edit_panel import Edit, Tool
from CXRTriagePanels.key_commands import KeyCommand
from CXRTriagePanels.layers_panel import LayersPanel


def keyActions(
    runs: RunControl, saving: SaveControl, editing: EditControl, layers: LayersPanel
) -> dict[KeyCommand, Callable[[], None]]:
    """Return what each key does.

    Parameters
    ----------
    runs, saving, editing, layers
        What the keys work on.
    """
    chosen: dict[KeyCommand, tuple[Callable[[Any], object], Any]] = {
        KeyCommand.TOOL_WINDOW: (editing.chooseTool, Tool.WINDOW),
        KeyCommand.TOOL_BRUSH: (editing.chooseTool, Tool.BRUSH),
        KeyCommand.TOOL_ERASER: (editing.chooseTool, Tool.ERASER),
        KeyCommand.TOOL_POLYGON: (editing.chooseTool, Tool.POLYGON),
        KeyCommand.SMALLER_BRUSH: (editing.growBrush, -1),
        KeyCommand.LARGER_BRUSH: (editing.growBrush, 1),
        KeyCommand.DRAW_HEART: (editing.chooseStructure, Structure.HEART),
        KeyCommand.DRAW_LEFT_LUNG: (editing.chooseStructure, Structure.LEFT_LUNG),
        KeyCommand.DRAW_RIGHT_LUNG: (editing.chooseStructure, Structure.RIGHT_LUNG),
        KeyCommand.FILL_HOLES: (editing.edit, Edit.FILL_HOLES),
        KeyCommand.KEEP_LARGEST: (editing.edit, Edit.KEEP_LARGEST),
        KeyCommand.SWAP_SIDES: (editing.edit, Edit.SWAP_SIDES),
        KeyCommand.UNDO: (editing.edit, Edit.UNDO),
        KeyCommand.REDO: (editing.edit, Edit.REDO),
        KeyCommand.SHOW_FILM: (layers.toggle, "film"),
        KeyCommand.SHOW_MASKS: (layers.toggle, "masks"),
        KeyCommand.SHOW_SALIENCY: (layers.toggle, "saliency"),
        KeyCommand.SHOW_VOTES: (layers.toggle, "votes"),
        KeyCommand.SHOW_CALIPERS: (layers.toggle, "calipers"),
        KeyCommand.SAVE_SESSION: (saving.saveSession, ""),
    }
    return {
        KeyCommand.RUN: runs.run,
        KeyCommand.RECOUNT: runs.recount,
        KeyCommand.NEXT_CLASS: layers.nextClass,
        **{key: _bound(*action) for key, action in chosen.items()},
    }


def _bound(function: Callable[[Any], object], value: Any) -> Callable[[], None]:
    def call() -> None:
        function(value)

    return call
