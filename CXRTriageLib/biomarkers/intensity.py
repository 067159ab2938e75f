"""Mean and standard deviation of lung intensity (paper, section III-B, Tables VI and VII)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.domain.anatomy import LUNGS
from CXRTriageLib.domain.arrays import GrayLevels, Labels
from CXRTriageLib.errors import UndefinedBiomarkerError

WHITE = 255.0
"""The tables of the paper are given in parts of it."""


@dataclass(frozen=True, kw_only=True)
class LungIntensity:
    """What the lungs look like after preprocessing, 0 to 1.

    Attributes
    ----------
    mean
        Over the pixels of both lungs.
    standard_deviation
        Of the same pixels, as a whole population: divided by their number.
    """

    mean: float
    standard_deviation: float


def lung_histogram(pixels: GrayLevels, labels: Labels, *, levels: int) -> NDArray[np.int64]:
    """Count the lung pixels of each gray level.

    Counts of parts of a film add up. After a brush stroke the histogram is the old one, minus
    that of the changed box under the old labels, plus that of the box under the new ones.

    Parameters
    ----------
    pixels
        Gray levels, (rows, columns).
    labels
        Values of `Structure`, (rows, columns).
    levels
        Number of gray levels of the film.

    Returns
    -------
    ndarray of int64
        (levels,).
    """
    return np.bincount(pixels[labels >= min(LUNGS)], minlength=levels)


def lung_intensity(
    histogram: NDArray[np.int64], intensity_table: NDArray[np.float32]
) -> LungIntensity:
    """Return mean and standard deviation of lung intensity.

    Parameters
    ----------
    histogram
        Lung pixels of each gray level, (levels,).
    intensity_table
        Preprocessed value of each gray level, 0 to 255, (levels,).

    Returns
    -------
    LungIntensity
        Exact: every pixel of a gray level has the same value.

    Raises
    ------
    UndefinedBiomarkerError
        If there is no lung pixel.
    """
    # A film of 16 bits leaves most levels empty, and a short sum is ready before threads start.
    (levels,) = histogram.nonzero()
    if not len(levels):
        raise UndefinedBiomarkerError("There is no lung in the masks.")
    pixels = histogram[levels]
    values = intensity_table[levels].astype(np.float64) / WHITE
    mean = (pixels @ values) / pixels.sum()
    variance = (pixels @ (values - mean) ** 2) / pixels.sum()
    return LungIntensity(mean=float(mean), standard_deviation=float(variance**0.5))
