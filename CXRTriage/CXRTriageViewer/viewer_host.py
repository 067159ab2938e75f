"""The viewer as the module sees it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PyQt5 import QtWidgets

import CXRTriageLib
from CXRTriageViewer.error_dialog import ErrorReporter
from CXRTriageViewer.slice_view import SliceView


class ViewerHost:
    """Keeps the promises of `CXRTriagePanels.host.Host` with Qt's own dialogs.

    Parameters
    ----------
    view
        Shows the film.
    errors
        Shows what went wrong.
    window
        That dialogs belong to.
    """

    isSlicer = False

    def __init__(self, view: SliceView, errors: ErrorReporter, window: QtWidgets.QWidget) -> None:
        self._view = view
        self._errors = errors
        self._window = window

    def sliceView(self) -> SliceView:
        """Return the view that shows the film."""
        return self._view

    def openFiles(self, title: str, nameFilter: str) -> list[str]:
        """Let the reader choose files.

        Parameters
        ----------
        title
            Of the dialog.
        nameFilter
            As Qt writes it.
        """
        paths, _ = QtWidgets.QFileDialog.getOpenFileNames(self._window, title, "", nameFilter)
        return list(paths)

    def chooseFolder(self, title: str) -> str:
        """Let the reader choose a folder; empty where nothing was chosen.

        Parameters
        ----------
        title
            Of the dialog.
        """
        return str(QtWidgets.QFileDialog.getExistingDirectory(self._window, title))

    def saveFile(self, title: str, suggestion: str, nameFilter: str) -> str:
        """Let the reader name a file to write; empty where nothing was chosen.

        Parameters
        ----------
        title
            Of the dialog.
        suggestion
            Name to begin with.
        nameFilter
            As Qt writes it.
        """
        dialog = QtWidgets.QFileDialog.getSaveFileName
        path, _ = dialog(self._window, title, suggestion, nameFilter)
        return str(path)

    def ask(self, title: str, text: str, buttons: Sequence[str]) -> str:
        """Ask, and return the button that was pressed; the last one where none was.

        Parameters
        ----------
        title
            Of the dialog.
        text
            The question.
        buttons
            Their texts; the first is pressed by the return key, the last by escape.
        """
        box = QtWidgets.QMessageBox(self._window)
        box.setWindowTitle(title)
        box.setText(text)
        role = QtWidgets.QMessageBox.ActionRole
        made = [box.addButton(button, role) for button in buttons]
        box.setDefaultButton(made[0])
        box.setEscapeButton(made[-1])
        box.exec_()
        pressed = box.clickedButton()
        box.deleteLater()
        return next(
            (t for t, button in zip(buttons, made, strict=True) if button is pressed), buttons[-1]
        )

    def showError(self, text: str, details: str = "") -> None:
        """Say in words what went wrong, with details to copy.

        Parameters
        ----------
        text
            For the reader.
        details
            For whoever looks after the program.
        """
        self._errors.show(text, details)

    def copyText(self, text: str) -> None:
        """Put a text on the clipboard.

        Parameters
        ----------
        text
            Any.
        """
        QtWidgets.QApplication.clipboard().setText(text)

    def installDependencies(self) -> bool:
        """Return True: whoever could install the viewer has its packages."""
        return True

    def libraryCommand(self) -> list[str]:
        """Return the command that starts the library's command line."""
        return [sys.executable, "-m", "CXRTriageLib"]

    def libraryEnvironment(self) -> Mapping[str, str] | None:
        """Return the environment of this process, in which its programs find the library."""
        library = str(Path(CXRTriageLib.__file__).resolve().parents[1])
        paths = [library, *filter(None, [os.environ.get("PYTHONPATH")])]
        return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}

    def editSegments(self, segmentationNode: Any, filmNode: Any) -> None:
        """Do nothing: the Segment Editor is a part of 3D Slicer.

        Parameters
        ----------
        segmentationNode
            Masks.
        filmNode
            What they lie over.
        """
