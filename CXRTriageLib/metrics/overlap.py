"""How far two masks agree."""

from __future__ import annotations

import numpy as np

from CXRTriageLib.domain.anatomy import LUNGS
from CXRTriageLib.domain.arrays import Labels, Mask
from CXRTriageLib.errors import InvalidValueError, UndefinedMetricError


def jaccard(predicted: Mask, reference: Mask) -> float:
    """Return the Jaccard index, without a smoothing term.

    The pixels that both masks hold divided by the pixels that either holds [1]_.

    Parameters
    ----------
    predicted, reference
        Masks of one structure, (rows, columns).

    Returns
    -------
    float
        0 to 1.

    Raises
    ------
    UndefinedMetricError
        If both masks are empty.
    InvalidValueError
        If the masks differ in shape.

    References
    ----------
    .. [1] P. Jaccard, "The distribution of the flora in the alpine zone", New Phytologist,
       1912.
    """
    both, total = _both_and_total(predicted, reference)
    return both / (total - both)


def dice(predicted: Mask, reference: Mask) -> float:
    """Return the Dice coefficient, without a smoothing term.

    Twice the pixels that both masks hold divided by the sum of their pixels [1]_.

    Parameters
    ----------
    predicted, reference
        Masks of one structure, (rows, columns).

    Returns
    -------
    float
        0 to 1.

    Raises
    ------
    UndefinedMetricError
        If both masks are empty.
    InvalidValueError
        If the masks differ in shape.

    References
    ----------
    .. [1] L. R. Dice, "Measures of the amount of ecologic association between species",
       Ecology, 1945.
    """
    both, total = _both_and_total(predicted, reference)
    return 2 * both / total


def _both_and_total(predicted: Mask, reference: Mask) -> tuple[int, int]:
    if predicted.shape != reference.shape:
        raise InvalidValueError(
            f"Masks to compare must have one shape, got {predicted.shape} and {reference.shape}."
        )
    total = int(np.count_nonzero(predicted) + np.count_nonzero(reference))
    if total == 0:
        raise UndefinedMetricError("Overlap is undefined: both masks are empty.")
    return int(np.count_nonzero(predicted & reference)), total


def lung_jaccard(predicted: Labels, reference: Labels) -> float:
    """Return the Jaccard index of the lungs of one film: the mean of left and right.

    Parameters
    ----------
    predicted, reference
        Values of `Structure`, (rows, columns).

    Returns
    -------
    float
        0 to 1; 0 for a lung that only one of the two holds.

    Raises
    ------
    UndefinedMetricError
        If neither holds one of the lungs.
    InvalidValueError
        If the labels differ in shape.
    """
    return sum(jaccard(predicted == lung, reference == lung) for lung in LUNGS) / len(LUNGS)


def lung_union_jaccard(predicted: Labels, reference: Labels) -> float:
    """Return the Jaccard index of the union of both lungs of one film.

    Parameters
    ----------
    predicted, reference
        Values of `Structure`, (rows, columns).

    Returns
    -------
    float
        0 to 1; swapped sides do not lower it.

    Raises
    ------
    UndefinedMetricError
        If neither holds any lung.
    InvalidValueError
        If the labels differ in shape.
    """
    return jaccard(np.isin(predicted, LUNGS), np.isin(reference, LUNGS))
