"""The embedded store of an evaluation: what a killed run leaves, the next one goes on with."""

from __future__ import annotations

import dataclasses
import os
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from CXRTriageLib.domain.segmentation import MaskSource
from CXRTriageLib.errors import InvalidValueError, StoreError
from CXRTriageLib.site_evaluation.film_measurement import OVERLAYS, MeasuredFilm
from CXRTriageLib.site_evaluation.film_record import FilmRecord, FilmState
from CXRTriageLib.site_evaluation.inspection import Inspection
from CXRTriageLib.site_evaluation.run_facts import RunFacts

STORE_FILE = "evaluation.sqlite"
SCHEMA_VERSION = 1

DESCRIPTION = (
    "row", "key", "patient_key", "identifiers", "class_name", "subclass", "site", "view",
    "age_years", "sex", "manufacturer", "row_mm", "column_mm", "spacing_source",
)  # fmt: skip
"""Fields of a record that follow from manifest and header, and not from the networks."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS inspections (file_key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS films (
    work_key TEXT PRIMARY KEY,
    position INTEGER,  -- NULL: not in the manifest now, kept in case it comes back
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    record TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS films_by_position ON films (position);
"""


class EvaluationStore:
    """Results of one evaluation, one row for each film and set of masks.

    Every change is on disk when its method returns; a process that is killed, or a disk that
    is full, costs at most the film at hand.

    Parameters
    ----------
    folder
        The output folder.
    connection
        To its database.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self._folder = folder
        self._connection = connection

    @classmethod
    def open(cls, folder: Path, *, read_only: bool = False) -> Self:
        """Open a store, or make one.

        Parameters
        ----------
        folder
            The output folder.
        read_only
            Open an existing store and change nothing.

        Raises
        ------
        StoreError
            If there is none to read, or it cannot be read or made.
        """
        path = folder / STORE_FILE
        if read_only and not path.is_file():
            raise StoreError(
                f"{folder}: there is no evaluation in this folder ({STORE_FILE} is missing). "
                "Name the output folder of an earlier run."
            )
        with _told(path), ExitStack() as refused:
            if not read_only:
                (folder / OVERLAYS).mkdir(parents=True, exist_ok=True)
                for leftover in (folder / OVERLAYS).glob("*.partial"):
                    leftover.unlink()
            # A run that was killed while it wrote left a journal, which only a writer can undo.
            writes = not read_only or path.with_name(f"{STORE_FILE}-journal").exists()
            mode = "rwc" if writes else "ro"
            connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True)
            refused.callback(connection.close)
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, SCHEMA_VERSION):
                raise StoreError(
                    f"{path}: another version of CXRTriage wrote this store. Name a new folder."
                )
            if not read_only:
                connection.executescript(_SCHEMA)
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
                connection.commit()
            refused.pop_all()
        return cls(folder, connection)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the store."""
        self._connection.close()

    def facts(self) -> RunFacts:
        """Return what the run was made with.

        Raises
        ------
        StoreError
            If no run has begun.
        """
        with self._told() as connection:
            row = connection.execute("SELECT value FROM facts WHERE name = 'run'").fetchone()
            if row is None:
                raise StoreError(f"{self._folder}: no run has begun in this folder.")
            return RunFacts.from_json(row[0])

    def inspection(self, file_key: str) -> Inspection | None:
        """Return what an earlier run saw at its first look at unchanged files."""
        with self._told() as connection:
            row = connection.execute(
                "SELECT value FROM inspections WHERE file_key = ?", (file_key,)
            ).fetchone()
            return None if row is None else Inspection.from_json(row[0])

    def keep_inspections(self, found: Iterable[tuple[str, Inspection]]) -> None:
        """Keep first looks by the fingerprint of the files."""
        with self._told() as connection, connection:
            connection.executemany(
                "INSERT OR REPLACE INTO inspections VALUES (?, ?)",
                ((file_key, item.to_json()) for file_key, item in found),
            )

    def begin(self, facts: RunFacts, listed: Iterable[tuple[str, FilmRecord]]) -> frozenset[str]:
        """Begin a run, or go on with one.

        Parameters
        ----------
        facts
            What the run is made with.
        listed
            Work key and description of every film of the run. A description that is not
            ``FAILED`` is the film's result; the others are to be measured.

        Returns
        -------
        frozenset of str
            Keys of films whose results are there.
        """
        there: set[str] = set()
        with self._told() as connection, connection:
            connection.execute("INSERT OR REPLACE INTO facts VALUES ('run', ?)", (facts.to_json(),))
            connection.execute("UPDATE films SET position = NULL")
            for work_key, described in listed:
                if described.state is not FilmState.FAILED:
                    self._put(connection, work_key, described)
                    there.add(work_key)
                elif (kept := self._kept(connection, work_key)) is not None:
                    fresh = {name: getattr(described, name) for name in DESCRIPTION}
                    self._put(connection, work_key, dataclasses.replace(kept, **fresh))
                    there.add(work_key)
        return frozenset(there)

    def add(self, film: MeasuredFilm) -> None:
        """Keep the result of a film; its picture first, so that no record lacks one."""
        with self._told() as connection:
            if film.overlay is not None and film.record.overlay is not None:
                place = self._folder / film.record.overlay
                partial = place.with_suffix(".partial")
                with partial.open("wb") as file:
                    file.write(film.overlay)
                    file.flush()
                    os.fsync(file.fileno())
                partial.replace(place)
            with connection:
                self._put(connection, film.work_key, film.record)

    def records(self) -> Iterator[FilmRecord]:
        """Yield the films of the run by row, network before corrected masks, one at a time."""
        with self._told() as connection:
            cursor = connection.execute(
                "SELECT record FROM films WHERE position IS NOT NULL ORDER BY position, work_key"
            )
            for (text,) in cursor:
                yield FilmRecord.from_json(text)

    def counts(self) -> Counter[FilmState]:
        """Return how many films are in each state, each film once."""
        with self._told() as connection:
            rows = connection.execute(
                "SELECT state, COUNT(DISTINCT position / 2) FROM films "
                "WHERE position IS NOT NULL GROUP BY state"
            )
            return Counter({FilmState(state): count for state, count in rows})

    @staticmethod
    def _put(connection: sqlite3.Connection, work_key: str, record: FilmRecord) -> None:
        position = 2 * record.row + (record.mask_source is MaskSource.CORRECTED)
        connection.execute(
            "INSERT OR REPLACE INTO films VALUES (?, ?, ?, ?, ?)",
            (work_key, position, record.state.value, record.reason, record.to_json()),
        )

    @staticmethod
    def _kept(connection: sqlite3.Connection, work_key: str) -> FilmRecord | None:
        """Return a result that need not be made again; what has failed is tried again."""
        row = connection.execute(
            "SELECT record FROM films WHERE work_key = ? AND state != ?",
            (work_key, FilmState.FAILED.value),
        ).fetchone()
        return None if row is None else FilmRecord.from_json(row[0])

    @contextmanager
    def _told(self) -> Iterator[sqlite3.Connection]:
        with _told(self._folder / STORE_FILE):
            yield self._connection


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say of an error of disk or database what to do."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreError(
            f"{path}: results cannot be kept or read ({error}). Make room on the disk or see to "
            "its rights, and start the same command again: it goes on where it was."
        ) from error
    except InvalidValueError as error:
        raise StoreError(
            f"{path}: the store is damaged ({error}). Name a new output folder."
        ) from error
