"""Random patches as batches for the classification network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from CXRTriageLib.classification.patches import (
    PATCH_SIDE_PX,
    BorderRule,
    cut_patches,
    patch_boxes,
)
from CXRTriageLib.networks.weights import Approach
from CXRTriageLib.training.augmentation import (
    random_affine,
    random_gray,
    random_letters,
    random_tails,
    warp,
)
from CXRTriageLib.training.masked_films import LungFilm
from CXRTriageLib.training.recipes import ClassificationRecipe
from CXRTriageLib.training.segmentation_data import Draw

LETTERS_SHARE, TAILS_SHARE = 0.2, 0.2
"""How many of the patches get letters, and cut tails of their histogram, at full strength."""


@dataclass(frozen=True, kw_only=True)
class PatchChanges:
    """What is changed at random in a patch.

    Attributes
    ----------
    rotation_degrees
        Greatest rotation to either side.
    flip
        Whether half of the patches are mirrored.
    gray
        How strongly gray scale, sharpness and noise change, 0 to 1.
    """

    rotation_degrees: float
    flip: bool
    gray: float

    @classmethod
    def of(cls, recipe: ClassificationRecipe) -> PatchChanges:
        """Return the changes of a recipe."""
        return cls(
            rotation_degrees=recipe.rotation_degrees, flip=recipe.flip, gray=recipe.gray_augment
        )


def film_weights(films: Sequence[LungFilm], balance: str) -> list[float] | None:
    """Return how often each film is drawn.

    Parameters
    ----------
    films
        Films with a class.
    balance
        See `ClassificationRecipe.balance`.

    Returns
    -------
    list of float or None
        One weight for each film; None takes each film once.
    """
    if balance == "none":
        return None
    classes = [film.listed.class_name for film in films]
    sizes = Counter(classes)
    if balance == "class":
        return [1 / sizes[name] for name in classes]
    cells = [(film.listed.class_name, film.listed.dataset) for film in films]
    cell_sizes = Counter(cells)
    within: Counter[str] = Counter()
    for (name, _), size in cell_sizes.items():
        within[name] += size**0.5
    return [cell_sizes[cell] ** -0.5 / within[cell[0]] for cell in cells]


class PatchDataset(Dataset[tuple[Tensor, int, int]]):
    """One patch for each draw: the patch, its class, and the index of its film.

    Parameters
    ----------
    films
        Lung-masked films.
    class_names
        Order of the classes.
    approach
        Patches, or the whole film at patch size.
    changes
        Random changes; None for validation.
    seed
        Of the whole training.
    repeats
        Patches of each film when it is indexed by number, as in validation.
    """

    def __init__(
        self,
        films: Sequence[LungFilm],
        class_names: Sequence[str],
        *,
        approach: Approach,
        changes: PatchChanges | None,
        seed: int = 0,
        repeats: int = 1,
    ) -> None:
        self._films, self._class_names = films, class_names
        self._approach, self._changes = approach, changes
        self._seed, self._repeats = seed, repeats

    def __len__(self) -> int:
        return len(self._films) * self._repeats

    def __getitem__(self, draw: Draw | int) -> tuple[Tensor, int, int]:
        if isinstance(draw, Draw):
            index, key = draw.film, (self._seed, draw.epoch, draw.position)
        else:
            index, key = draw // self._repeats, (self._seed, draw % self._repeats, draw)
        film, generator = self._films[index], np.random.default_rng(key)
        patch = self._changed(self._cut(film, generator), generator)
        return patch[None], self._class_names.index(film.listed.class_name), index

    def _cut(self, film: LungFilm, generator: np.random.Generator) -> Tensor:
        if self._approach is Approach.GLOBAL:
            patch = film.whole
        else:
            center = film.random_center(generator)
            boxes = patch_boxes(center, film.image.shape, border=BorderRule.SHIFTED)
            patch = cut_patches(film.image, boxes)[0, 0]
        return torch.from_numpy(patch.astype(np.float32))

    def _changed(self, patch: Tensor, generator: np.random.Generator) -> Tensor:
        changes = self._changes
        if changes is None:
            return patch
        if changes.gray:
            patch = change_lungs(patch, generator, strength=changes.gray)
        affine = random_affine(
            generator,
            degrees=changes.rotation_degrees,
            scale=0.15 if changes.gray else 0.0,
            shift=0.0,
            shear=0.0,
        )
        patch = warp(patch, affine, PATCH_SIDE_PX, nearest=False)
        if changes.flip and generator.random() < 0.5:
            patch = patch.flip(1)
        return patch


def change_lungs(patch: Tensor, generator: np.random.Generator, *, strength: float) -> Tensor:
    """Change gray scale, sharpness, noise and letters of what the mask has left.

    Parameters
    ----------
    patch
        (rows, columns), 0 to 255, black outside the lungs.
    generator
        Source of randomness.
    strength
        0 to 1; see `random_gray`.

    Returns
    -------
    Tensor
        Same shape, 0 to 255. What is black stays black: the border of a mask is no finding.
    """
    changed = random_gray(patch, generator, strength=strength)
    if generator.random() < TAILS_SHARE * strength:
        changed = random_tails(changed, generator)
    if generator.random() < LETTERS_SHARE * strength:
        changed = random_letters(changed, generator)
    return changed.masked_fill(patch == 0, 0)
