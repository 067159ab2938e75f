"""Saving the open film: session, masks, and what the command line writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from CXRTriageControl.chosen_file import chosenFile, mayReplace
from CXRTriageControl.workspace import Workspace
from CXRTriageLib.errors import CXRTriageError

SESSION_ENDING, MASKS_ENDING = ".mrb", ".seg.nrrd"


class SaveControl:
    """Asks where to, and saves.

    Parameters
    ----------
    workspace
        What it works with.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._space = workspace

    def saveSession(self, path: str = "") -> bool:
        """Save film, layers, masks and result in one file.

        Parameters
        ----------
        path
            Ends in ``.mrb``; the reader is asked where it is empty.

        Returns
        -------
        bool
            Whether it was saved.
        """
        desk = self._space.desk
        return desk is not None and self._save(
            path, SESSION_ENDING, "Save session", desk.saveSession
        )

    def saveMasks(self, path: str = "") -> bool:
        """Save the masks as a segmentation of 3D Slicer.

        Parameters
        ----------
        path
            Ends in ``.seg.nrrd``; the reader is asked where it is empty.

        Returns
        -------
        bool
            Whether they were saved.
        """
        desk = self._space.desk
        return desk is not None and self._save(path, MASKS_ENDING, "Save masks", desk.saveMasks)

    def exportResults(self, folder: str = "") -> None:
        """Write what the command line writes.

        Parameters
        ----------
        folder
            The reader is asked where it is empty.
        """
        chosen = folder or self._space.host.chooseFolder("Save results into a folder")
        desk, case = self._space.desk, self._space.case
        if not chosen or desk is None or case is None:
            return
        target = Path(chosen) / case.path.stem
        if mayReplace(self._space.host, target):
            desk.export(target)
            self._space.changed.emit()

    def mayClose(self) -> bool:
        """Ask about unsaved corrections.

        Returns
        -------
        bool
            Whether the film may be closed.
        """
        case = self._space.case
        if case is None or not case.isUnsaved:
            return True
        save, drop, stay = "Save session", "Discard", "Go back"
        text = f"The corrected masks of {case.path.name} are not saved."
        answer = self._space.host.ask("CXRTriage", text, [save, drop, stay])
        return self.saveSession() if answer == save else answer == drop

    def _save(self, path: str, ending: str, title: str, write: Callable[[Path], None]) -> bool:
        case, host = self._space.case, self._space.host
        if case is None:
            return False
        suggestion = f"{case.path.stem}{ending}"
        target = Path(path) if path else chosenFile(host, title, suggestion, ending)
        if target is None:
            return False
        try:
            write(target)
        except (CXRTriageError, OSError) as error:
            host.showError(str(error))
            return False
        return True
