"""Files that are either complete or not there."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

STAGING_PREFIX = ".partial-"
"""Start of the names of folders that hold unfinished files; the dot hides them."""


@contextmanager
def staged_files(folder: Path, *, last: str, owned: Collection[str] = ()) -> Iterator[Path]:
    """Collect files in a hidden folder and move them into place together at the end.

    A file that stands under its final name is complete at every moment, also where the
    process is killed. While files are moved `last` is absent, so that its presence says that
    all the others belong to it.

    Parameters
    ----------
    folder
        Where the files go; made if it is not there.
    last
        Name of the file that is moved last. It must be written.
    owned
        Names of files that belong to the set: those that are not written this time are
        removed, so that nothing is left of an earlier set.

    Yields
    ------
    Path
        An empty folder on the same file system. What is written there under its final name
        is moved at the end, and dropped if the block raises.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for leftover in folder.glob(f"{STAGING_PREFIX}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    staging = Path(tempfile.mkdtemp(prefix=STAGING_PREFIX, dir=folder))
    try:
        yield staging
        _move_into_place(staging, folder, last=last, owned=owned)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _move_into_place(staging: Path, folder: Path, *, last: str, owned: Collection[str]) -> None:
    staged = {path.name for path in staging.iterdir()}
    if len(staged | set(owned)) > 1:
        (folder / last).unlink(missing_ok=True)
    for name in sorted(set(owned) - staged):
        (folder / name).unlink(missing_ok=True)
    for name in sorted(staged - {last}):
        (staging / name).replace(folder / name)
    (staging / last).replace(folder / last)
