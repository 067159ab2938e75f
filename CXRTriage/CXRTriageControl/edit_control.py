"""Correction of masks: the tool under the mouse, and what is changed at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from CXRTriageControl.workspace import Workspace
from CXRTriageLib.domain.anatomy import Structure
from CXRTriagePanels.edit_panel import Edit, EditPanel, EditState, Tool
from CXRTriagePanels.pixel_tools import BrushTool, PolygonTool, grown

if TYPE_CHECKING:
    from CXRTriageCase.film_case import FilmCase
    from CXRTriageCase.reading_desk import ReadingDesk
    from CXRTriageEditing.mask_editor import MaskEditor

SMALLEST_BRUSH, LARGEST_BRUSH = 1, 200


class EditControl:
    """Joins the tools to the masks of the open film.

    Parameters
    ----------
    workspace
        What it works with.

    Attributes
    ----------
    panel
        The tools.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._space = workspace
        self._structure, self._tool, self._radius = Structure.RIGHT_LUNG, Tool.WINDOW, 20
        self._brush: BrushTool | None = None
        self.panel = EditPanel(
            workspace.slots, self.chooseTool, self.chooseStructure, self.setRadius, self.edit
        )

    def follow(self, desk: ReadingDesk) -> None:
        """Follow what happens on a desk.

        Parameters
        ----------
        desk
            New.
        """
        desk.opened.connect(self._onOpened)

    def chooseTool(self, tool: Tool) -> None:
        """Give the left button to a tool.

        Parameters
        ----------
        tool
            What the left button does; without masks it is the window, whatever is wanted.
        """
        case, view = self._space.case, self._space.host.sliceView()
        self._tool, self._brush = tool, None
        if case is None or not self._space.hasMasks or tool is Tool.WINDOW:
            self._tool = Tool.WINDOW
            view.setTool(None)
        elif tool is Tool.POLYGON:
            view.setTool(PolygonTool(case.edit(), self._painted))
        else:
            self._brush = BrushTool(case.edit(), self._painted, self._radius, self.setRadius)
            view.setTool(self._brush)
        self._space.changed.emit()

    def chooseStructure(self, structure: Structure) -> None:
        """Choose what brush and polygon draw.

        Parameters
        ----------
        structure
            Heart or a lung.
        """
        self._structure = structure
        self._space.changed.emit()

    def setRadius(self, radius: int) -> None:
        """Set the size of the brush.

        Parameters
        ----------
        radius
            In film pixels.
        """
        self._radius = min(max(radius, SMALLEST_BRUSH), LARGEST_BRUSH)
        if self._brush is not None:
            self._brush.setRadius(self._radius)
        self._space.host.sliceView().requestRender()
        self._space.changed.emit()

    def growBrush(self, steps: int) -> None:
        """Make the brush larger or smaller.

        Parameters
        ----------
        steps
            Negative for smaller.
        """
        self.setRadius(grown(self._radius, steps))

    def edit(self, edit: Edit) -> None:
        """Change the masks at once.

        Parameters
        ----------
        edit
            What to do.
        """
        case = self._space.case
        if case is None or not self._space.hasMasks:
            return
        if edit is Edit.RESET:
            case.resetToNetwork()
        elif edit is Edit.SEGMENT_EDITOR:
            self._openSegmentEditor(case)
        else:
            _steps(case.edit())[edit]()
        self._space.changed.emit()

    def show(self) -> None:
        """Show what can be done now."""
        case = self._space.case
        if case is None and self._tool is not Tool.WINDOW:
            # A tool belongs to the masks of the film that was open.
            self._tool, self._brush = Tool.WINDOW, None
            self._space.host.sliceView().setTool(None)
        editor = None if case is None else case.editor
        state = EditState(
            hasMasks=self._space.hasMasks,
            canUndo=editor is not None and editor.canUndo,
            canRedo=editor is not None and editor.canRedo,
            isSlicer=self._space.host.isSlicer,
            tool=self._tool,
            structure=self._structure,
            radius=self._radius,
        )
        self.panel.show(state)

    def _openSegmentEditor(self, case: FilmCase) -> None:
        case.edit()
        self._space.host.editSegments(case.nodes.correctedMasks, case.nodes.film)

    def _painted(self) -> Structure:
        return Structure.BACKGROUND if self._tool is Tool.ERASER else self._structure

    def _onOpened(self) -> None:
        self.chooseTool(Tool.WINDOW)


def _steps(editor: MaskEditor) -> dict[Edit, Callable[[], None]]:
    return {
        Edit.FILL_HOLES: editor.fillHoles,
        Edit.KEEP_LARGEST: editor.keepLargest,
        Edit.SWAP_SIDES: editor.swapSides,
        Edit.UNDO: editor.undo,
        Edit.REDO: editor.redo,
    }
