"""Which films of a manifest take part, and in which part of it."""

from __future__ import annotations

import csv
import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from CXRTriageLib.cohort.film_list import (
    CLASS_COLUMN,
    EXCLUDED,
    ListedFilm,
    Split,
    read_film_list,
)
from CXRTriageLib.cohort.row_problems import RowProblems
from CXRTriageLib.errors import ManifestError

TENTHS_FOR_VALIDATION = 1
TENTHS_FOR_TEST = 2


@dataclass(frozen=True, kw_only=True)
class FilmSelection:
    """What is taken from a manifest.

    Attributes
    ----------
    without
        Datasets that are left out, as if the manifest did not have them.
    class_column
        Column that holds the class.
    split_seed
        Seed of a random split by image, which takes the place of the manifest's; None keeps
        the manifest's.
    """

    without: tuple[str, ...] = ()
    class_column: str = CLASS_COLUMN
    split_seed: int | None = None

    def films_of(self, manifest: Path) -> tuple[ListedFilm, ...]:
        """Read a manifest and select its films.

        Parameters
        ----------
        manifest
            CSV file; see `read_film_list`.

        Returns
        -------
        tuple of ListedFilm
            Also those that are flagged "exclude", which keeps them out of classification:
            their masks count. A split by image is there for classes only and has none of them.

        Raises
        ------
        ManifestError
            If the manifest is refused, or lacks a dataset that is to be left out.
        """
        films = read_film_list(manifest, class_column=self.class_column)
        datasets = {film.dataset for film in films}
        if unknown := set(self.without) - datasets:
            raise ManifestError(
                f"{manifest.name} has no dataset {', '.join(sorted(unknown))}, so it cannot be "
                f"left out. It has {', '.join(sorted(filter(None, datasets))) or 'none'}."
            )
        kept = tuple(film for film in films if film.dataset not in self.without)
        if self.split_seed is None:
            return kept
        return split_by_image(
            [film for film in kept if EXCLUDED not in film.flags], self.split_seed
        )


def split_by_image(films: Sequence[ListedFilm], seed: int) -> tuple[ListedFilm, ...]:
    """Split films at random, 0.7 / 0.1 / 0.2, as the paper did (section III-A2, Table III).

    Films of one patient may fall on both sides, so scores come out too high. It is there to
    repeat the paper's experiment, and for nothing else.

    Parameters
    ----------
    films
        Rows of a manifest.
    seed
        Of the split; the same films in the same order are split the same way.

    Returns
    -------
    tuple of ListedFilm
        In the order of ``films``. Each class is split by itself; a tenth and two tenths of it
        are rounded down, as in the paper, and the rest is for training.
    """
    classes: dict[str, list[int]] = defaultdict(list)
    for index, film in enumerate(films):
        classes[film.class_name if film.may_be_classified else ""].append(index)
    generator = np.random.default_rng(seed)
    splits = [Split.TRAIN] * len(films)
    for name in sorted(classes):
        order = generator.permutation(classes[name])
        validation, test = (
            len(order) * tenths // 10 for tenths in (TENTHS_FOR_VALIDATION, TENTHS_FOR_TEST)
        )
        for index in order[:validation]:
            splits[index] = Split.VALIDATION
        for index in order[validation : validation + test]:
            splits[index] = Split.TEST
    return tuple(
        dataclasses.replace(film, split=split) for film, split in zip(films, splits, strict=True)
    )


def check_classes_are_known(
    films: Iterable[ListedFilm], class_names: Sequence[str], left_out: Sequence[str]
) -> None:
    """Refuse films whose class nobody has named.

    Parameters
    ----------
    films
        Rows of a manifest.
    class_names
        Classes to learn.
    left_out
        Classes of the manifest that are left out on purpose.

    Raises
    ------
    ManifestError
        With all rows, so that a class that was spelled wrong is not left out in silence.
    """
    problems = RowProblems("The manifest")
    for film in films:
        if film.may_be_classified and film.class_name not in (*class_names, *left_out):
            problems.add(
                [film.row],
                f"the class '{film.class_name}' is none of {', '.join(class_names)}; correct it, "
                "or name it with --classes or --leave-out",
            )
    problems.refuse_any()


def has_column(manifest: Path, name: str) -> bool:
    """Say whether a manifest names a column in its first line.

    Parameters
    ----------
    manifest
        CSV file that `read_film_list` reads.
    name
        Of the column.
    """
    with manifest.open(newline="", encoding="utf-8-sig") as file:
        return name in next(csv.reader(file))
