"""How well organs are found, counted in pixels so that counts of films can be added."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from CXRTriageLib.domain.anatomy import ORGANS, Structure
from CXRTriageLib.training.losses import SETS
from CXRTriageLib.training.possible_labels import INSIDE_WHOLE_LUNGS, OUTSIDE_WHOLE_LUNGS

COUNTS = 2 + 3 * len(ORGANS)


def pixel_counts(logits: Tensor, possible: Tensor, drawn: Tensor) -> Tensor:
    """Count the pixels of each film that are right, and the hits and misses of each organ.

    Parameters
    ----------
    logits
        (n, structures or more, rows, columns).
    possible
        What each pixel may be, see `possible_labels`, (n, rows, columns), int64.
    drawn
        Which of `ORGANS` the label draws, (n, organs), bool.

    Returns
    -------
    Tensor
        (n, `COUNTS`), float64: pixels that are what their label allows, all pixels, and for
        each of `ORGANS` the pixels found rightly, found wrongly and missed; 0 where the label
        does not draw the organ.
    """
    found = logits.detach()[:, : len(Structure)].argmax(dim=1)
    is_right = (possible >> found) % 2
    organs = torch.tensor(ORGANS, device=possible.device)[:, None, None]
    is_found, is_drawn = found[:, None] == organs, (possible % SETS)[:, None] == 1 << organs
    parts = (is_found & is_drawn, is_found & ~is_drawn, ~is_found & is_drawn)
    of_organs = [part.sum(dim=(2, 3)) * drawn for part in parts]
    right = is_right.sum(dim=(1, 2))
    summed = torch.stack((right, torch.full_like(right, possible[0].numel())), dim=1)
    return torch.cat((summed, *of_organs), dim=1).double()


def whole_lung_counts(logits: Tensor, possible: Tensor) -> Tensor:
    """Count as `pixel_counts` does, of the whole lungs in place of each organ.

    Parameters
    ----------
    logits
        (n, structures + 1, rows, columns).
    possible
        What each pixel may be, (n, rows, columns), int64; pixels that it does not tell count
        as right.

    Returns
    -------
    Tensor
        (n, `COUNTS`), float64; all 0 behind the first two where a film does not tell where its
        whole lungs end.
    """
    inside, outside = ((possible & bit) > 0 for bit in (INSIDE_WHOLE_LUNGS, OUTSIDE_WHOLE_LUNGS))
    is_known = inside ^ outside
    is_found, is_drawn = (logits.detach()[:, len(Structure)] > 0) & is_known, inside & is_known
    ends = (outside & is_known).any(dim=(1, 2), keepdim=True)
    parts = (is_found & is_drawn, is_found & ~is_drawn, ~is_found & is_drawn)
    hits, wrong, missed = ((part & ends).sum(dim=(1, 2)) for part in parts)
    right = ((is_found == is_drawn) | ~is_known).sum(dim=(1, 2))
    pixels = torch.full_like(right, possible[0].numel())
    columns = [each for part in (hits, wrong, missed) for each in [part] * len(ORGANS)]
    return torch.stack([right, pixels, *columns], dim=1).double()


@dataclass(frozen=True)
class PixelScores:
    """Scores of some films.

    Attributes
    ----------
    accuracy
        Share of all pixels that are right.
    f1
        F1 score of an organ's pixels, which is their Dice index; the mean of the organs.
    jaccard
        Mean over all films and organs that are drawn.
    """

    accuracy: float
    f1: float
    jaccard: float

    @classmethod
    def of(cls, counts: Tensor) -> PixelScores:
        """Return the scores of films from their counts, (n, `COUNTS`)."""
        hits, wrong, missed = counts[:, 2:].reshape(len(counts), 3, len(ORGANS)).unbind(dim=1)
        is_drawn = hits + missed > 0
        jaccard = (hits / (hits + wrong + missed))[is_drawn]
        double = 2 * hits.sum(dim=0)
        of_organs = (double / (double + wrong.sum(dim=0) + missed.sum(dim=0)))[is_drawn.any(dim=0)]
        right, pixels = counts[:, :2].sum(dim=0)
        return cls(
            accuracy=float(right / pixels),
            f1=float(of_organs.mean()),
            jaccard=float(jaccard.mean()),
        )
