"""How often values of one group lie above those of another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def probability_of_superiority(
    values: NDArray[np.float64], is_first: NDArray[np.bool_]
) -> float | None:
    """Return the share of pairs in which the value of the first group is the larger one.

    For the score of a classifier this is the area under the ROC curve [1]_; Cliff's delta [2]_
    is twice this share minus 1.

    Parameters
    ----------
    values
        (n,), finite.
    is_first
        (n,), which of them belong to the first group.

    Returns
    -------
    float or None
        0 to 1, ties counting half; None where one of the groups is empty.

    References
    ----------
    .. [1] J. A. Hanley, B. J. McNeil, "The meaning and use of the area under a receiver
       operating characteristic (ROC) curve", Radiology, 1982.
    .. [2] N. Cliff, "Dominance statistics: ordinal analyses to answer ordinal questions",
       Psychological Bulletin, 1993.
    """
    first, second = values[is_first], np.sort(values[~is_first])
    if not len(first) or not len(second):
        return None
    # SciPy's ranks give the same number; their checks take ten times as long as the counting.
    below = np.searchsorted(second, first, side="left")
    not_above = np.searchsorted(second, first, side="right")
    return float((below + not_above).sum() / (2 * len(first) * len(second)))
