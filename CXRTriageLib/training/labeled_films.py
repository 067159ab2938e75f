"""Films with what is known of their masks, read for training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from tqdm import tqdm

from CXRTriageLib.cohort.film_list import LabelKind, ListedFilm
from CXRTriageLib.cohort.row_problems import RowProblems
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.errors import ManifestError
from CXRTriageLib.preprocessing.equalization import apply_table, preprocessing_table
from CXRTriageLib.preprocessing.resampling import resize_gray, resize_nearest
from CXRTriageLib.reading import read_radiograph
from CXRTriageLib.training.possible_labels import ORGANS_DRAWN, possible_labels
from CXRTriageLib.training.processes import Processes

STORED_SIDE_PX = 384
"""Films wait in memory at this side: larger than the network's, so that zooming in is real."""


@dataclass(frozen=True, kw_only=True, eq=False)
class MaskedFilm:
    """One preprocessed film with what is known of its masks, both square.

    Attributes
    ----------
    image
        (side, side), uint8, after equalization and gamma.
    possible
        From `possible_labels`, (side, side), uint8.
    kind
        What the label image draws.
    dataset
        Source of the film.
    """

    image: NDArray[np.uint8]
    possible: NDArray[np.uint8]
    kind: LabelKind
    dataset: str

    @property
    def organs_drawn(self) -> tuple[Structure, ...]:
        """Organs whose outline a person drew."""
        return ORGANS_DRAWN[self.kind]


def load_masked_films(
    films: Sequence[ListedFilm], *, side: int, problems: RowProblems
) -> list[MaskedFilm]:
    """Read and preprocess all films that have a label image.

    Parameters
    ----------
    films
        Rows of a manifest.
    side
        Rows and columns to keep them at.
    problems
        Is told which films cannot be read, and which label images do not fit.

    Returns
    -------
    list of MaskedFilm
        In the order of ``films``, without those that have a problem.
    """
    loaded: list[MaskedFilm] = []
    labeled = [film for film in films if film.label is not None]
    is_silent = not Processes.started().is_first
    for film in tqdm(labeled, desc="Reading films", unit="film", disable=is_silent):
        with problems.of_row(film.row):
            loaded.append(_load(film, side))
    return loaded


def _load(film: ListedFilm, side: int) -> MaskedFilm:
    radiograph = read_radiograph(film.image)
    labels = resize_nearest(_read_labels(film, radiograph.shape), (side, side))
    image = apply_table(preprocessing_table(radiograph), radiograph.pixels)
    return MaskedFilm(
        image=resize_gray(image, (side, side)).round().astype(np.uint8),
        possible=possible_labels(labels, film.label_kind),
        kind=film.label_kind,
        dataset=film.dataset,
    )


def _read_labels(film: ListedFilm, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    try:
        with Image.open(str(film.label)) as opened:
            labels = np.asarray(opened)
    except (OSError, UnidentifiedImageError, ValueError) as error:
        raise ManifestError("the label image cannot be read; give it as PNG") from error
    if problem := _label_problem(labels, shape, film.label_kind):
        raise ManifestError(f"the label image {problem}")
    return labels.astype(np.uint8)


def _label_problem(labels: NDArray[Any], shape: tuple[int, ...], kind: LabelKind) -> str | None:
    if labels.shape != shape:
        return f"has {labels.shape} pixels, its film has {shape}"
    values = np.unique(labels)
    if not set(values.tolist()) <= {int(structure) for structure in Structure}:
        return f"has the values {values[0]} to {values[-1]}, labels go from 0 to {max(Structure):d}"
    if not values.any():
        return "is empty"
    if kind is not LabelKind.LUNGS_AND_HEART and Structure.HEART in values:
        return f"draws a heart, which label_kind '{kind.value}' says it does not"
    return None
