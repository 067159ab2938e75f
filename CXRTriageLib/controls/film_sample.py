"""A part of the films in which every class of every source has its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from CXRTriageLib.cohort.film_list import ListedFilm


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
