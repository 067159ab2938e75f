"""A folder for what one session needs while it lives; a session that was killed is cleaned up."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

_PREFIX, _LOCK = "CXRTriage-", ".lock"


class SessionFolder:
    """A temporary folder that is gone after `close`, and at the latest with the next session.

    It is locked while the session lives, and its name holds the number of the process: the lock
    ends with the process, however that ends, and the number guards the moment before it is taken.

    Parameters
    ----------
    parent
        Folder of temporary files; that of the system by default.

    Attributes
    ----------
    path
        The folder.
    """

    path: Path

    def __init__(self, parent: Path | None = None) -> None:
        place = Path(tempfile.gettempdir()) if parent is None else parent
        removeLeftFolders(place)
        self._folder = tempfile.TemporaryDirectory(
            prefix=f"{_PREFIX}{os.getpid()}-", dir=place, ignore_cleanup_errors=True
        )
        self.path = Path(self._folder.name)
        self._lock = FileLock(self.path / _LOCK)
        self._lock.acquire()

    def close(self) -> None:
        """Remove the folder and all that is in it."""
        self._lock.release()
        self._folder.cleanup()


def removeLeftFolders(place: Path) -> None:
    """Remove the folders of this user's sessions that ended without doing so.

    Parameters
    ----------
    place
        Folder of temporary files, in which other users may write too: nothing is removed that is
        not this user's own folder, or whose process lives, or that is locked.
    """
    for folder in _leftFolders(place):
        lock = FileLock(folder / _LOCK)
        try:
            lock.acquire(timeout=0)
        except (Timeout, OSError):
            continue
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)


def _leftFolders(place: Path) -> Iterator[Path]:
    for folder in place.glob(f"{_PREFIX}*-*"):
        number = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if number.isdecimal() and not _isRunning(int(number)) and _isOwnFolder(folder):
            yield folder


def _isRunning(process: int) -> bool:
    if os.name == "nt":
        # There signal 0 is no question but an interrupt; the lock alone has to tell.
        return process == os.getpid()
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _isOwnFolder(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and (os.name == "nt" or found.st_uid == os.getuid())
