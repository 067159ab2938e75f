"""Films and masks as batches for the segmentation network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset, Sampler

from CXRTriageLib.cohort.film_list import LabelKind
from CXRTriageLib.domain.anatomy import ORGANS
from CXRTriageLib.preprocessing.resampling import resize_gray, resize_nearest
from CXRTriageLib.training.augmentation import (
    random_affine,
    random_collimation,
    random_gray,
    random_letters,
    random_tails,
    warp,
)
from CXRTriageLib.training.fat_pads import random_fat_pad
from CXRTriageLib.training.labeled_films import MaskedFilm
from CXRTriageLib.training.possible_labels import NOTHING_THERE
from CXRTriageLib.training.processes import Processes

COLLIMATION_SHARE, LETTERS_SHARE, TAILS_SHARE, FAT_PAD_SHARE = 0.3, 0.3, 0.2, 0.5
"""How many of the films get black borders, letters, cut tails of their histogram, and fat pads."""


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
"""Images (n, 1, side, side) float32, what each pixel may be (n, side, side) int64, which organs
are drawn (n, organs) bool."""


class MaskedFilmDataset(Dataset[tuple[Tensor, Tensor, Tensor]]):
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

    def __getitem__(self, draw: Draw | int) -> tuple[Tensor, Tensor, Tensor]:
        film = self._films[draw.film if isinstance(draw, Draw) else draw]
        drawn = torch.tensor([organ in film.organs_drawn for organ in ORGANS])
        if not self._augment or not isinstance(draw, Draw):
            shape = (self._side, self._side)
            image = torch.from_numpy(resize_gray(film.image.astype(np.float32), shape).copy())
            possible = torch.from_numpy(resize_nearest(film.possible, shape).astype(np.int64))
            return image[None], possible, drawn
        generator = np.random.default_rng((self._seed, draw.epoch, draw.position))
        image, possible = self._changed(film, generator)
        possible[possible == 0] = NOTHING_THERE
        return image[None], possible, drawn

    def _changed(self, film: MaskedFilm, generator: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Return a film changed at random; what it may be is 0 where nothing can be seen."""
        affine = random_affine(generator, degrees=12, scale=0.25, shift=0.12, shear=0.08)
        stored = film.image
        if generator.random() < FAT_PAD_SHARE:
            stored = random_fat_pad(stored, film.possible, generator)
        source = torch.from_numpy(stored.astype(np.float32))
        # Halving before sampling keeps a small output free of aliasing.
        if self._side * 2 <= source.shape[0]:
            source = torch.nn.functional.avg_pool2d(source[None], 2)[0]
        image = random_gray(warp(source, affine, self._side, nearest=False), generator)
        if generator.random() < TAILS_SHARE:
            image = random_tails(image, generator)
        if generator.random() < LETTERS_SHARE:
            image = random_letters(image, generator)
        labels = torch.from_numpy(film.possible.astype(np.float32))
        possible = warp(labels, affine, self._side, nearest=True).long()
        if generator.random() < COLLIMATION_SHARE:
            image, possible = random_collimation(image, possible, generator)
        return image, possible
