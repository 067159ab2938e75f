"""The module's host inside 3D Slicer.

Everything that only 3D Slicer has is imported where it is used: nothing here runs elsewhere.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import qt

from CXRTriageLib.resources import resource_path
from CXRTriagePanels.host import ViewTool

PACKAGES_FILE = "requirements.txt"


class SlicerFilmView:
    """The red slice view of 3D Slicer."""

    def __init__(self) -> None:
        import slicer

        self._widget = slicer.app.layoutManager().sliceWidget("Red")

    def compositeNode(self) -> Any:
        """Return the ``vtkMRMLSliceCompositeNode``."""
        return self._widget.sliceLogic().GetSliceCompositeNode()

    def showFilm(self, volumeNode: Any, caption: str = "") -> None:
        """Show a film as a whole; None empties the view."""
        del caption
        node = self._widget.mrmlSliceNode()
        node.SetOrientation("Axial")
        self.compositeNode().SetBackgroundVolumeID(volumeNode.GetID() if volumeNode else None)
        self.fit()

    def fit(self) -> None:
        """Show the whole film."""
        self._widget.sliceLogic().FitSliceToAll()

    def oneToOne(self) -> None:
        """Show a film column on each column of the screen."""
        import slicer

        identifier = self.compositeNode().GetBackgroundVolumeID()
        film = slicer.mrmlScene.GetNodeByID(identifier) if identifier else None
        if film is None:
            return
        node, step = self._widget.mrmlSliceNode(), film.GetSpacing()[0]
        columns, rows, depth = node.GetDimensions()
        node.SetFieldOfView(columns * step, rows * step, depth)

    def setTool(self, tool: ViewTool | None) -> None:
        """Leave the left button alone: 3D Slicer's Segment Editor paints here."""
        del tool

    def requestRender(self) -> None:
        """Have a new frame drawn soon."""
        self._widget.sliceView().scheduleRender()


class SlicerHost:
    """What the module needs of 3D Slicer."""

    isSlicer = True

    def sliceView(self) -> SlicerFilmView:
        """Return the red slice view."""
        return SlicerFilmView()

    def openFiles(self, title: str, nameFilter: str) -> list[str]:
        """Let the reader choose files; empty where nothing was chosen."""
        return [str(name) for name in qt.QFileDialog.getOpenFileNames(None, title, "", nameFilter)]

    def chooseFolder(self, title: str) -> str:
        """Let the reader choose a folder; empty where nothing was chosen."""
        return str(qt.QFileDialog.getExistingDirectory(None, title))

    def saveFile(self, title: str, suggestion: str, nameFilter: str) -> str:
        """Let the reader name a file to write; empty where nothing was chosen."""
        return str(qt.QFileDialog.getSaveFileName(None, title, suggestion, nameFilter))

    def ask(self, title: str, text: str, buttons: Sequence[str]) -> str:
        """Ask, and return the button that was pressed; the last one where none was."""
        box = qt.QMessageBox()
        box.setWindowTitle(title)
        box.setText(text)
        made = [(box.addButton(name, qt.QMessageBox.ActionRole), name) for name in buttons]
        box.exec_()
        pressed = box.clickedButton()
        return next((name for button, name in made if button == pressed), buttons[-1])

    def showError(self, text: str, details: str = "") -> None:
        """Say in words what went wrong, with details to copy."""
        import slicer

        slicer.util.errorDisplay(text, windowTitle="CXRTriage", detailedText=details)

    def copyText(self, text: str) -> None:
        """Put a text on the clipboard."""
        qt.QApplication.clipboard().setText(text)

    def installDependencies(self) -> bool:
        """Ask for and install packages that are missing; tell whether all are there."""
        import slicer.packaging

        wanted = slicer.packaging.load_requirements(str(resource_path(PACKAGES_FILE)))
        try:
            slicer.packaging.pip_ensure(wanted, requester="CXRTriage")
        except RuntimeError as error:
            self.showError("CXRTriage cannot run without these packages.", str(error))
            return False
        return True

    def libraryCommand(self) -> list[str]:
        """Return the command that starts the library's command line."""
        return [shutil.which("PythonSlicer") or sys.executable, "-m", "CXRTriageLib"]

    def libraryEnvironment(self) -> Mapping[str, str] | None:
        """Return the environment that 3D Slicer was started with, and where the library is."""
        import slicer

        import CXRTriageLib

        folder = str(Path(CXRTriageLib.__file__).resolve().parents[1])
        environment = dict(slicer.util.startupEnvironment())
        known = environment.get("PYTHONPATH", "")
        environment["PYTHONPATH"] = os.pathsep.join(part for part in (folder, known) if part)
        return environment

    def editSegments(self, segmentationNode: Any, filmNode: Any) -> None:
        """Open Slicer's Segment Editor on these masks."""
        import slicer

        slicer.util.selectModule("SegmentEditor")
        editor = slicer.modules.segmenteditor.widgetRepresentation().self().editor
        editor.setSegmentationNode(segmentationNode)
        editor.setSourceVolumeNode(filmNode)
