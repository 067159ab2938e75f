"""The films that the paper's experiments are made on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from CXRTriageLib.cohort.film_list import ListedFilm, Split, read_film_list
from CXRTriageLib.cohort.film_selection import has_column
from CXRTriageLib.jobs.job import MANIFEST
from CXRTriageLib.jobs.ranked_jobs import PAPER_COLUMN

OTHER_VIRAL = "other viral"
VIRAL = "viral"


@dataclass(frozen=True, kw_only=True)
class StudyFilm:
    """One film.

    Attributes
    ----------
    listed
        Its row of the manifest.
    paper_class
        Class in the paper's list, empty for films that are not in it.
    """

    listed: ListedFilm
    paper_class: str = ""

    @property
    def group(self) -> str:
        """Subclass or class of the manifest, empty where the film is not for classification."""
        film = self.listed
        return (film.subclass or film.class_name) if film.may_be_classified else ""

    @property
    def paper_group(self) -> str:
        """The same in the paper's list; COVID-19 is told apart by the manifest's subclass."""
        if self.paper_class != VIRAL:
            return self.paper_class
        is_same = self.listed.class_name == VIRAL
        return self.listed.subclass if is_same and self.listed.subclass else OTHER_VIRAL


def read_study_films(folder: Path, *, split: Split | None = None) -> tuple[StudyFilm, ...]:
    """Read the manifest of a folder of films.

    Parameters
    ----------
    folder
        Holds ``manifest.csv``; its column ``paper_class``, where there is one, says which films
        the paper used.
    split
        Take only films of this split.

    Returns
    -------
    tuple of StudyFilm
        In the order of the manifest.

    Raises
    ------
    ManifestError
        If the manifest is missing or refused.
    """
    manifest = folder / MANIFEST
    listed = read_film_list(manifest)
    paper = {film.row: film.class_name for film in _paper_list(manifest)}
    return tuple(
        StudyFilm(listed=film, paper_class=paper.get(film.row, ""))
        for film in listed
        if split in (None, film.split)
    )


def _paper_list(manifest: Path) -> Sequence[ListedFilm]:
    if not has_column(manifest, PAPER_COLUMN):
        return ()
    return read_film_list(manifest, class_column=PAPER_COLUMN)


def spread_sample(films: Sequence[StudyFilm], count: int, *, seed: int = 0) -> list[StudyFilm]:
    """Draw films so that every source and group is there, as far as they go.

    Parameters
    ----------
    films
        To draw from.
    count
        How many.
    seed
        Of the draw.

    Returns
    -------
    list of StudyFilm
        In the order of the manifest; all of them where there are no more.
    """
    places: Mapping[tuple[str, str, str], list[int]] = defaultdict(list)
    for place in np.random.default_rng(seed).permutation(len(films)).tolist():
        film = films[place]
        split = film.listed.split.value if film.listed.split else ""
        places[film.listed.dataset, film.group, split].append(place)
    chosen: list[int] = []
    waiting = [places[key] for key in sorted(places)]
    while waiting and len(chosen) < count:
        chosen += [queue.pop() for queue in waiting]
        waiting = [queue for queue in waiting if queue]
    return [films[place] for place in sorted(chosen[:count])]
