"""Corrections that nobody has saved yet, kept so that a crash does not take them along."""

from __future__ import annotations

import json
import shutil
import time
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from filelock import FileLock, Timeout

from CXRTriageLib.domain.arrays import Labels
from CXRTriageLib.domain.label_runs import LabelRuns

_ENDING, _LOCK = ".npz", ".lock"
_UNFINISHED = ".partial"
_DAMAGED = (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile)


@dataclass(frozen=True, kw_only=True)
class UnsavedFilm:
    """Which film a correction belongs to.

    Attributes
    ----------
    pixelHash
        Of the film's gray levels, `CXRTriageLib.classification.content_seed.pixel_sha256`.
    path
        Of the film's file; empty where it has none.
    name
        For people.
    """

    pixelHash: str
    path: str
    name: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Offer:
    """A correction that a session left behind.

    Attributes
    ----------
    film
        Which film it belongs to.
    savedAt
        Seconds since 1970.
    labels
        Values of `Structure`, (rows, columns), uint8.
    file
        Where it lies.
    """

    film: UnsavedFilm
    savedAt: float
    labels: Labels
    file: Path


class Autosave:
    """The unsaved corrections of this session, and those that other sessions left.

    Each session has a folder that is locked while it lives; the operating system unlocks it
    when the process ends, however it ends.

    Parameters
    ----------
    folder
        Of all sessions; made if it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._sessions = folder
        self._own = folder / uuid.uuid4().hex
        self._own.mkdir(parents=True)
        self._lock = _lockOf(self._own)
        self._lock.acquire()

    def store(self, film: UnsavedFilm, labels: Labels) -> None:
        """Keep the masks of a film; those kept before are replaced once these are complete.

        Parameters
        ----------
        film
            Which film.
        labels
            Values of `Structure`, (rows, columns).

        Raises
        ------
        OSError
            If the disk is full or the folder is gone.
        """
        runs = LabelRuns.from_labels(labels)
        facts = json.dumps(asdict(film) | {"savedAt": time.time()})
        target = self._own / f"{film.pixelHash}{_ENDING}"
        unfinished = target.with_suffix(_UNFINISHED)
        with unfinished.open("wb") as file:
            np.savez(file, begins=runs.begins, values=runs.values, shape=runs.shape, facts=facts)
        unfinished.replace(target)

    def discard(self, film: UnsavedFilm) -> None:
        """Forget the masks of a film: they are saved elsewhere, or nobody wants them."""
        (self._own / f"{film.pixelHash}{_ENDING}").unlink(missing_ok=True)

    def offers(self) -> list[Offer]:
        """Return what sessions that are over left behind, the newest first.

        Folders of such sessions that hold nothing are removed on the way.
        """
        found = []
        for session in self._endedSessions():
            offers = [offer for path in session.glob(f"*{_ENDING}") if (offer := _read(path))]
            if not offers:
                shutil.rmtree(session, ignore_errors=True)
            found += offers
        return sorted(found, key=lambda offer: -offer.savedAt)

    def drop(self, offer: Offer) -> None:
        """Remove an offer: it was taken back, or nobody wants it."""
        offer.file.unlink(missing_ok=True)

    def close(self) -> None:
        """End the session; call it when nothing unsaved is left that anybody wants."""
        self._lock.release()
        shutil.rmtree(self._own, ignore_errors=True)

    def _endedSessions(self) -> Iterator[Path]:
        for session in sorted(self._sessions.iterdir()):
            if session == self._own or not session.is_dir():
                continue
            lock = _lockOf(session)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                continue
            lock.release()
            yield session


def _lockOf(session: Path) -> FileLock:
    return FileLock(session / _LOCK)


def _read(path: Path) -> Offer | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as content:
            facts = json.loads(str(content["facts"]))
            rows, columns = (int(side) for side in content["shape"])
            runs = LabelRuns(
                shape=(rows, columns), begins=content["begins"], values=content["values"]
            )
        savedAt = float(facts.pop("savedAt"))
        labels = runs.to_labels()
        return Offer(film=UnsavedFilm(**facts), savedAt=savedAt, labels=labels, file=path)
    except _DAMAGED:
        # Half a file cannot come about by renaming; a damaged disk can still bring one.
        return None
