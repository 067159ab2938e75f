"""How far two saliency maps of the same film agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr
from skimage.metrics import structural_similarity

from CXRTriageLib.domain.arrays import Mask

STRIDE_PX = 8
"""Maps come from class maps of one value for 32 pixels: every eighth pixel holds all they say."""


@dataclass(frozen=True, kw_only=True)
class MapAgreement:
    """Agreement of two maps within the lungs.

    Attributes
    ----------
    rank_correlation
        Spearman's, -1 to 1; 0 where one map has the same value everywhere, since such a map
        says nothing of the other. None where both have.
    structural_similarity
        Of both maps scaled to a maximum of 1, -1 to 1. None as above.
    """

    rank_correlation: float | None
    structural_similarity: float | None


def map_agreement(
    first: NDArray[np.float32], second: NDArray[np.float32], lung_fields: Mask
) -> MapAgreement:
    """Compare two maps, as the sanity checks of [1]_ do.

    Parameters
    ----------
    first, second
        (rows, columns), never negative.
    lung_fields
        Where they are compared.

    Returns
    -------
    MapAgreement
        The same for both orders.

    References
    ----------
    .. [1] J. Adebayo et al., "Sanity checks for saliency maps", NeurIPS, 2018.
    """
    coarse = (slice(None, None, STRIDE_PX), slice(None, None, STRIDE_PX))
    lungs = lung_fields[coarse]
    maps = [_scaled(item[coarse]) for item in (first, second)]
    inside = [item[lungs] for item in maps]
    flat = [item.size == 0 or float(np.ptp(item)) == 0 for item in inside]
    if all(flat):
        return MapAgreement(rank_correlation=None, structural_similarity=None)
    rank = 0.0 if any(flat) else float(spearmanr(*inside).statistic)
    _, similarity = structural_similarity(*maps, data_range=1.0, full=True)
    return MapAgreement(
        rank_correlation=rank, structural_similarity=float(similarity[lungs].mean())
    )


def _scaled(values: NDArray[np.float32]) -> NDArray[np.float64]:
    highest = float(values.max(initial=0))
    return values.astype(np.float64) / (highest or 1.0)
