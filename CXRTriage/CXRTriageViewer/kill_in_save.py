"""What a viewer leaves behind that is killed in the middle of a save."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING

from CXRTriageLib.errors import BenchmarkError
from CXRTriageViewer.saving_window import ANNOUNCEMENT, recoveryFolder

if TYPE_CHECKING:
    from CXRTriageLib.domain.arrays import Labels

SESSION_FILE = "case.mrb"


class LeftSession(Enum):
    """Which session a file is."""

    OLD = "old"
    """The one that was there before the save."""
    NEW = "new"
    """The one that was being saved."""
    NEITHER = "neither"
    """Damaged, or something else."""


@dataclass(frozen=True, kw_only=True)
class AfterKill:
    """What is there after a kill.

    Attributes
    ----------
    session
        Which session the file is, by its masks to the pixel.
    isOffered
        Whether the next start offers exactly the masks that were being saved.
    """

    session: LeftSession
    isOffered: bool

    @property
    def isNothingLost(self) -> bool:
        """Whether the file is whole, and the last correction in it or offered."""
        if self.session is LeftSession.OLD:
            return self.isOffered
        return self.session is LeftSession.NEW


def killInSave(film: Path, folder: Path, *, delay: float) -> AfterKill:
    """Kill a viewer in the middle of a save over an older session.

    Parameters
    ----------
    film
        Any film.
    folder
        For the session, `SESSION_FILE`, and for what the viewer keeps for its next start.
        Empty it before the next kill.
    delay
        Seconds from the beginning of a save.

    Returns
    -------
    AfterKill
        What is there.

    Raises
    ------
    BenchmarkError
        If the viewer ended by itself.
    """
    session = folder / SESSION_FILE
    command = [sys.executable, "-m", "CXRTriageViewer.saving_window", str(film), str(session)]
    with subprocess.Popen(  # noqa: S603 - this interpreter, and a module of this package
        command,
        env=os.environ | {"XDG_DATA_HOME": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        saves = _announced(process.stdout)
        # The first save is let through: it makes the old session.
        begun = list(islice(saves, 2))
        if len(begun) < 2:
            raise BenchmarkError("The viewer ended before it was killed.")
        time.sleep(delay)
        os.killpg(process.pid, signal.SIGKILL)
        # Another save may have begun since.
        old, new = [*begun, *saves][-2:]
    found = {old: LeftSession.OLD, new: LeftSession.NEW}
    return AfterKill(
        session=found.get(_masksIn(session), LeftSession.NEITHER),
        isOffered=new in _offered(recoveryFolder(folder)),
    )


def fingerprintOf(labels: Labels) -> str:
    """Return what tells masks apart, to the pixel.

    Parameters
    ----------
    labels
        (rows, columns), uint8.
    """
    return hashlib.sha256(labels.tobytes()).hexdigest()


def _announced(lines: IO[str] | None) -> Iterator[str]:
    """Yield the fingerprints of masks whose save has begun."""
    for line in lines or ():
        if line.startswith(ANNOUNCEMENT) and line.endswith("\n"):
            yield line.removeprefix(ANNOUNCEMENT).strip()


def _masksIn(session: Path) -> str:
    """Return the fingerprint of the masks in a session, empty where it is damaged."""
    from CXRTriageScene.application_logic import ApplicationLogic
    from CXRTriageScene.mask_nodes import readMasks
    from CXRTriageScene.session import UnreadableSessionError, loadSession

    with ApplicationLogic() as application:
        try:
            (case,) = loadSession(application.scene, session)
        except (UnreadableSessionError, ValueError):
            return ""
        masks = case.correctedMasks
        return "" if masks is None else fingerprintOf(readMasks(masks, case.film))


def _offered(recovery: Path) -> set[str]:
    from CXRTriageEditing.autosave import Autosave

    start = Autosave(recovery)
    try:
        return {fingerprintOf(each.labels) for each in start.offers() if each.labels is not None}
    finally:
        start.close()
