"""Which films the controls learn from, are fitted on, and answer for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from CXRTriageLib.cohort.film_list import ListedFilm, Split
from CXRTriageLib.errors import ManifestError

TRAINING_FILMS = 40
"""Small models learn from so many films of each source and class."""
REPEATED_FILMS = 5
"""So many films of each source and class are voted on again and again."""


def films_by_split(
    films: Sequence[ListedFilm], class_names: Sequence[str], manifest: str
) -> dict[Split, list[ListedFilm]]:
    """Take the films that the controls need.

    Parameters
    ----------
    films
        All films of a manifest.
    class_names
        Classes of the network.
    manifest
        Name of the manifest, for people.

    Returns
    -------
    dict
        Films with one of the classes, by split.

    Raises
    ------
    ManifestError
        If a split has none.
    """
    usable = [film for film in films if film.may_be_classified and film.class_name in class_names]
    found = {split: [film for film in usable if film.split is split] for split in Split}
    if missing := [split.value for split, films in found.items() if not films]:
        raise ManifestError(
            f"{manifest}: no film with one of the classes {', '.join(class_names)} is in the "
            f"split {' or '.join(missing)}. Controls learn on 'train', fit a temperature on "
            "'validation' and answer on 'test'."
        )
    return found


def few_of_each(films: Sequence[ListedFilm], count: int, *, seed: int = 0) -> list[ListedFilm]:
    """Draw films of each source and class.

    Parameters
    ----------
    films
        Rows of a manifest.
    count
        At most so many of each source and class; a smaller count gives a part of the films of
        a larger one.
    seed
        Of the draw.

    Returns
    -------
    list of ListedFilm
        In the order of ``films``.
    """
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, film in enumerate(films):
        groups[film.dataset, film.class_name].append(index)
    chosen: list[int] = []
    for name in sorted(groups):
        order = np.random.default_rng(seed).permutation(len(groups[name]))
        chosen += [groups[name][place] for place in order[:count]]
    return [films[index] for index in sorted(chosen)]
