"""Scene archives (``.mrb``), read and written without a trace in the process."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any


def readArchive(scene: Any, path: Path, *, clear: bool) -> bool:
    """Read a scene archive.

    Unpacking goes through the process's working folder; where an archive is damaged it stays in
    a folder that is then removed, and every relative path of the process is lost.

    Parameters
    ----------
    scene
        The MRML scene.
    path
        Ends in ``.mrb``.
    clear
        Whether what the scene holds goes first.

    Returns
    -------
    bool
        Whether it could be read.
    """
    with contextlib.chdir(os.curdir):
        return bool(scene.ReadFromMRB(str(path.absolute()), clear))


def writeArchive(scene: Any, path: Path) -> bool:
    """Write a scene archive.

    Parameters
    ----------
    scene
        The MRML scene.
    path
        Ends in ``.mrb``.

    Returns
    -------
    bool
        Whether it could be written.
    """
    with contextlib.chdir(os.curdir):
        return bool(scene.WriteToMRB(str(path.absolute()))) and path.is_file()
