"""How well classes are told apart, by patches in training and by films in validation."""

from __future__ import annotations

import torch
from torch import Tensor


def confusion(truth: Tensor, found: Tensor, classes: int) -> Tensor:
    """Count answers, (true classes, found classes), float64.

    Parameters
    ----------
    truth, found
        Indices of classes, (n,).
    classes
        Number of classes.
    """
    pairs = truth.long() * classes + found.long()
    return torch.bincount(pairs, minlength=classes**2).reshape(classes, classes).double()


def accuracy(counts: Tensor) -> float:
    """Return the share of right answers in a table of `confusion`."""
    return float(counts.trace() / counts.sum())


def macro_f1(counts: Tensor) -> float:
    """Return the mean F1 score of the classes that are true or found (paper, section III-C).

    Parameters
    ----------
    counts
        From `confusion`.

    Returns
    -------
    float
        0 to 1.
    """
    double = 2 * counts.diagonal()
    answers = counts.sum(dim=0) + counts.sum(dim=1)
    return float((double / answers)[answers > 0].mean())


def film_votes(rows: Tensor, classes: int) -> tuple[Tensor, Tensor]:
    """Let the patches of each film vote.

    Parameters
    ----------
    rows
        (patches, 3 or more): film, its class, and the class that the patch was given.
    classes
        Number of classes.

    Returns
    -------
    truth, found
        Of each film, (films,), int64; the first of several classes with as many votes.
    """
    films, places = rows[:, 0].unique(return_inverse=True)  # type: ignore[no-untyped-call]
    ballots = places * classes + rows[:, 2].long()
    votes = torch.bincount(ballots, minlength=len(films) * classes).reshape(-1, classes)
    truth = torch.zeros(len(films), dtype=torch.int64, device=rows.device)
    truth[places] = rows[:, 1].long()
    return truth, votes.argmax(dim=1)
