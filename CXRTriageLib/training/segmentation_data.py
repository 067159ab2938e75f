"""Films and masks as batches for the segmentation network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from torch import Tensor
from torch.utils.data import Dataset, Sampler
from tqdm import tqdm

from CXRTriageLib.cohort.film_list import LabelKind, ListedFilm
from CXRTriageLib.cohort.row_problems import RowProblems
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.errors import ManifestError
from CXRTriageLib.preprocessing.equalization import apply_table, preprocessing_table
from CXRTriageLib.preprocessing.resampling import resize_gray, resize_nearest
from CXRTriageLib.reading import read_radiograph
from CXRTriageLib.training.augmentation import (
    random_affine,
    random_collimation,
    random_gray,
    random_letters,
    random_tails,
    warp,
)
from CXRTriageLib.training.losses import LABEL_KINDS
from CXRTriageLib.training.processes import Processes

STORED_SIDE_PX = 384
"""Films wait in memory at this side: larger than the network's, so that zooming in is real."""


COLLIMATION_SHARE, LETTERS_SHARE, TAILS_SHARE = 0.3, 0.3, 0.2
"""How many of the films get black borders, letters, and cut tails of their histogram."""


@dataclass(frozen=True, kw_only=True, eq=False)
class MaskedFilm:
    """One preprocessed film with its label image, both square.

    Attributes
    ----------
    image
        (side, side), uint8, after equalization and gamma.
    labels
        (side, side), uint8.
    kind
        What the label image draws.
    dataset
        Source of the film.
    """

    image: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    kind: LabelKind
    dataset: str


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
    try:
        with Image.open(str(film.label)) as opened:
            labels = np.asarray(opened)
    except (OSError, UnidentifiedImageError, ValueError) as error:
        raise ManifestError("the label image cannot be read; give it as PNG") from error
    if problem := _label_problem(labels, radiograph.shape, film.label_kind):
        raise ManifestError(f"the label image {problem}")
    image = apply_table(preprocessing_table(radiograph), radiograph.pixels)
    return MaskedFilm(
        image=resize_gray(image, (side, side)).round().astype(np.uint8),
        labels=resize_nearest(labels.astype(np.uint8), (side, side)),
        kind=film.label_kind,
        dataset=film.dataset,
    )


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


@dataclass(frozen=True)
class Draw:
    """One film of one epoch, with all that its random changes depend on."""

    film: int
    epoch: int
    position: int


class EpochSampler(Sampler[Draw]):
    """Draws the films of an epoch; the same epoch always gives the same films.

    Parameters
    ----------
    count
        Number of films.
    weights
        How often each film is drawn, up to a factor; None takes all films before it takes one
        again.
    films_per_epoch
        Length of an epoch; 0 takes as many as there are films.
    seed
        Of the whole training.
    processes
        Who shares the draws: every n-th is this process's, so that a step of all processes
        takes the films that a single one would take.
    """

    def __init__(
        self,
        count: int,
        *,
        weights: Sequence[float] | None,
        films_per_epoch: int,
        seed: int,
        processes: Processes | None = None,
    ) -> None:
        self._count, self._seed = count, seed
        self._weights = None if weights is None else np.asarray(weights) / np.sum(weights)
        self._processes = processes or Processes()
        self._length = films_per_epoch or count
        self.epoch = 0

    def __len__(self) -> int:
        return max(1, self._length // self._processes.count)

    def __iter__(self) -> Iterator[Draw]:
        generator = np.random.default_rng((self._seed, self.epoch))
        if self._weights is None:
            rounds = -(-self._length // self._count)
            order = np.concatenate([generator.permutation(self._count) for _ in range(rounds)])
            order = order[: self._length]
        else:
            order = generator.choice(self._count, size=self._length, p=self._weights)
        first, step = self._processes.rank, self._processes.count
        # All processes draw as often, or they would wait for each other for ever.
        for position in range(first, len(self) * step, step):
            yield Draw(int(order[position % len(order)]), self.epoch, position)


def source_weights(films: Sequence[MaskedFilm], *, partial_label_share: float) -> list[float]:
    """Return how often to draw each film.

    Within films with and without a drawn heart, a source counts by the square root of its
    size.

    Parameters
    ----------
    films
        Films to draw from.
    partial_label_share
        Share of draws for films without a drawn heart, 0 to 1; moot where there is one kind
        only.

    Returns
    -------
    list of float
        One weight for each film.
    """
    sizes = Counter(film.dataset for film in films)
    weights = [sizes[film.dataset] ** -0.5 for film in films]
    complete = [film.kind is LabelKind.LUNGS_AND_HEART for film in films]
    totals = {
        kind: sum(w for w, k in zip(weights, complete, strict=True) if k is kind)
        for kind in (True, False)
    }
    if not all(totals.values()):
        return weights
    shares = {True: 1 - partial_label_share, False: partial_label_share}
    return [
        weight * shares[kind] / totals[kind] for weight, kind in zip(weights, complete, strict=True)
    ]


Batch = tuple[Tensor, Tensor, Tensor]
"""Images (n, 1, side, side) float32, labels (n, side, side) int64, label kinds (n,) int64."""


class MaskedFilmDataset(Dataset[tuple[Tensor, Tensor, int]]):
    """Films and masks at one side, changed at random where asked.

    Parameters
    ----------
    films
        From `load_masked_films`.
    side
        Side of the network's input.
    augment
        Whether to change films at random.
    seed
        Of the whole training.
    """

    def __init__(
        self, films: Sequence[MaskedFilm], *, side: int, augment: bool, seed: int = 0
    ) -> None:
        self._films, self._side = films, side
        self._augment, self._seed = augment, seed

    def __len__(self) -> int:
        return len(self._films)

    def __getitem__(self, draw: Draw | int) -> tuple[Tensor, Tensor, int]:
        film = self._films[draw.film if isinstance(draw, Draw) else draw]
        kind = LABEL_KINDS.index(film.kind)
        if not self._augment or not isinstance(draw, Draw):
            shape = (self._side, self._side)
            image = torch.from_numpy(resize_gray(film.image.astype(np.float32), shape).copy())
            labels = torch.from_numpy(resize_nearest(film.labels, shape).astype(np.int64))
            return image[None], labels, kind
        generator = np.random.default_rng((self._seed, draw.epoch, draw.position))
        affine = random_affine(generator, degrees=12, scale=0.25, shift=0.12, shear=0.08)
        # Halving before sampling keeps a small output free of aliasing.
        source = torch.from_numpy(film.image.astype(np.float32))
        if self._side * 2 <= source.shape[0]:
            source = torch.nn.functional.avg_pool2d(source[None], 2)[0]
        image = random_gray(warp(source, affine, self._side, nearest=False), generator)
        if generator.random() < TAILS_SHARE:
            image = random_tails(image, generator)
        if generator.random() < LETTERS_SHARE:
            image = random_letters(image, generator)
        drawn = torch.from_numpy(film.labels.astype(np.float32))
        labels = warp(drawn, affine, self._side, nearest=True).long()
        if generator.random() < COLLIMATION_SHARE:
            image, labels = random_collimation(image, labels, generator)
        return image[None], labels, kind
