"""A whole session as one file that 3D Slicer opens as well."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from CXRTriageLib.errors import RefusedInputError
from CXRTriageLib.exporting.atomic import staged_files
from CXRTriageScene.archive import readArchive, writeArchive
from CXRTriageScene.case_nodes import CaseNodes, casesIn
from CXRTriageScene.mask_nodes import UnwrittenFileError
from CXRTriageScene.node_roles import caseIdOf, nodesOfCase, reassign
from CXRTriageScene.saliency_nodes import tidyColorTables

SESSION_ENDING = ".mrb"


class UnreadableSessionError(RefusedInputError):
    """A file holds no session that can be opened."""


def saveSession(scene: Any, path: Path) -> None:
    """Write everything in a scene into one file.

    Parameters
    ----------
    scene
        The MRML scene.
    path
        Ends in ``.mrb``. What stands there is replaced once the new file is complete.

    Raises
    ------
    UnwrittenFileError
        If the file cannot be written.
    """
    with staged_files(path.parent, last=path.name) as folder:
        target = folder / path.name
        if not writeArchive(scene, target):
            raise UnwrittenFileError(f"{path.name} could not be written: is the disk full?")


def loadSession(scene: Any, path: Path) -> tuple[CaseNodes, ...]:
    """Read what `saveSession` or 3D Slicer has written, and add it to a scene.

    Parameters
    ----------
    scene
        The MRML scene; what it holds stays.
    path
        Ends in ``.mrb``.

    Returns
    -------
    tuple of CaseNodes
        The cases that were in the file.

    Raises
    ------
    UnreadableSessionError
        If the file cannot be read.
    """
    there = {case.caseId for case in casesIn(scene)}
    before = {node.GetID() for case in there for node in nodesOfCase(scene, case)}
    if not path.is_file() or not readArchive(scene, path, clear=False):
        raise UnreadableSessionError(
            f"{path.name} cannot be opened as a session. Choose a file that CXRTriage or "
            "3D Slicer has saved with the ending .mrb."
        )
    # The same session opened twice is two cases and not one with everything twice.
    for caseId in there:
        twins = [node for node in nodesOfCase(scene, caseId) if node.GetID() not in before]
        reassign(twins, uuid.uuid4().hex)
    tidyColorTables(scene)
    return tuple(case for case in casesIn(scene) if caseIdOf(case.film) not in there)
