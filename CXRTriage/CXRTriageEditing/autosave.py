"""Corrections that nobody has saved yet, kept so that a crash does not take them along."""

from __future__ import annotations

import json
import shutil
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from filelock import FileLock, Timeout

from CXRTriageLib.domain.arrays import Labels
from CXRTriageLib.domain.biomarker import Caliper
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
        Values of `Structure`, (rows, columns), uint8; None where no mask was corrected.
    calipers
        Lines that were dragged, in pixels of the film.
    file
        Where it lies.
    """

    film: UnsavedFilm
    savedAt: float
    labels: Labels | None
    calipers: tuple[Caliper, ...]
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

    def store(
        self, film: UnsavedFilm, labels: Labels | None, calipers: Iterable[Caliper] = ()
    ) -> None:
        """Keep the corrections of a film in place of those kept before, once they are complete.

        Parameters
        ----------
        film
            Which film.
        labels
            Values of `Structure`, (rows, columns); None where no mask was corrected.
        calipers
            Lines that were dragged, in pixels of the film.

        Raises
        ------
        OSError
            If the disk is full or the folder is gone.
        """
        lines = [asdict(caliper) for caliper in calipers]
        facts = json.dumps({"film": asdict(film), "savedAt": time.time(), "calipers": lines})
        target = self._own / f"{film.pixelHash}{_ENDING}"
        unfinished = target.with_suffix(_UNFINISHED)
        with unfinished.open("wb") as file:
            np.savez(file, facts=facts, **_packed(labels))
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
            facts, labels = json.loads(str(content["facts"])), _unpacked(content)
        return Offer(
            film=UnsavedFilm(**facts["film"]),
            savedAt=float(facts["savedAt"]),
            labels=labels,
            calipers=tuple(_caliper(**item) for item in facts["calipers"]),
            file=path,
        )
    except _DAMAGED:
        # Half a file cannot come about by renaming; a damaged disk can still bring one.
        return None


def _packed(labels: Labels | None) -> dict[str, Any]:
    if labels is None:
        return {}
    runs = LabelRuns.from_labels(labels)
    return {"begins": runs.begins, "values": runs.values, "shape": runs.shape}


def _unpacked(content: Mapping[str, Any]) -> Labels | None:
    if "shape" not in content:
        return None
    rows, columns = (int(side) for side in content["shape"])
    runs = LabelRuns(shape=(rows, columns), begins=content["begins"], values=content["values"])
    return runs.to_labels()


def _caliper(name: str, start: list[float], end: list[float]) -> Caliper:
    return Caliper(name=name, start=(start[0], start[1]), end=(end[0], end[1]))
