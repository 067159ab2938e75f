"""The films of a session and how far each has come."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from pathlib import Path

from CXRTriageLib.exporting.result_folder import RESULT_FILES
from CXRTriageLib.pipeline.films import Film, find_films

_NOWHERE = Path(os.devnull)


class FilmState(Enum):
    """How far a film has come."""

    NEW = "new"
    DONE = "done"
    CORRECTED = "corrected"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class ListedFilm:
    """A film of the work list.

    Attributes
    ----------
    path
        The file.
    name
        Short, and no other film of the list has it.
    state
        How far it has come.
    reason
        Why it was refused.
    """

    path: Path
    name: str
    state: FilmState = FilmState.NEW
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class FoundFilms:
    """Films that were looked for, named together with those that were known before.

    Attributes
    ----------
    first
        The first of those that were looked for, by whatever way; None where there is none.
    named
        All films with names that tell them apart, those known before at the beginning.
    places
        Where each of these lies, by the one way that has no links.
    """

    first: Path | None
    named: tuple[Film, ...]
    places: tuple[Path, ...]


def filmsAmong(paths: Sequence[Path], known: Sequence[Path] = ()) -> FoundFilms:
    """Return the films among files, folders and DICOM directories.

    Parameters
    ----------
    paths
        Files that are named are taken whatever they are; folders are searched with all below
        them.
    known
        Films that stand in the list already.

    Raises
    ------
    OSError
        If a folder cannot be listed.
    """
    # A DICOM directory file lists what lies below its folder.
    places = [path.parent if path.name.upper() == "DICOMDIR" else path for path in paths]
    found = find_films(places, output=_NOWHERE, own_files=RESULT_FILES)
    first = found[0].path if found else None
    return _named([*known, *(film.path for film in found)], first)


def _named(paths: Sequence[Path], first: Path | None) -> FoundFilms:
    named = find_films(paths, output=_NOWHERE)
    return FoundFilms(first=first, named=named, places=_placesOf([film.path for film in named]))


def _placesOf(paths: Sequence[Path]) -> tuple[Path, ...]:
    # Thousands may share a folder, and each way to it is asked of the file system.
    resolved = cache(Path.resolve)
    return tuple(resolved(path.parent) / path.name for path in paths)


class WorkList:
    """Films in the order in which they came, one of them open."""

    def __init__(self) -> None:
        self._films: list[ListedFilm] = []
        self._indexes: dict[Path, int] = {}
        self.current: int | None = None
        """Which film is open; None before the first."""

    def __len__(self) -> int:
        return len(self._films)

    def __getitem__(self, index: int) -> ListedFilm:
        return self._films[index]

    def __iter__(self) -> Iterator[ListedFilm]:
        return iter(self._films)

    def paths(self) -> list[Path]:
        """Return the files of all films."""
        return [film.path for film in self._films]

    def add(self, found: FoundFilms) -> int | None:
        """Add films.

        Parameters
        ----------
        found
            From `filmsAmong`, which knew films of this list.

        Returns
        -------
        int or None
            Index of the first of them, which may have been there before; None where there is
            none.
        """
        known = {film.path: film for film in self._films}
        if not known.keys() <= {film.path for film in found.named}:
            # Others have come while these were looked for.
            found = _named([*known, *(film.path for film in found.named)], found.first)
        self._films = [
            replace(known.get(film.path) or ListedFilm(path=film.path, name=""), name=film.name)
            for film in found.named
        ]
        self._indexes = {place: index for index, place in enumerate(found.places)}
        return None if found.first is None else self.indexOf(found.first)

    def indexOf(self, path: Path) -> int | None:
        """Return where a file stands, or None where it does not.

        Parameters
        ----------
        path
            The file, by whatever way it is named.
        """
        (place,) = _placesOf([path])
        return self._indexes.get(place)

    def setState(self, index: int, state: FilmState, reason: str = "") -> None:
        """Write down how far a film has come.

        Parameters
        ----------
        index
            Which film.
        state
            How far.
        reason
            Why it was refused.
        """
        self._films[index] = replace(self._films[index], state=state, reason=reason)

    def neighbor(self, step: int) -> int | None:
        """Return the film so many steps from the open one, or None beyond the ends.

        Parameters
        ----------
        step
            1 for the next, -1 for the previous.
        """
        if self.current is None:
            return 0 if self._films else None
        index = self.current + step
        return index if 0 <= index < len(self._films) else None
