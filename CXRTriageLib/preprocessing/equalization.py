"""Histogram equalization and gamma as one lookup table (paper, section II-A)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.domain.arrays import FloatImage, GrayLevels
from CXRTriageLib.domain.radiograph import Radiograph

GAMMA = 0.5
WHITE = 255.0


def preprocessing_table(radiograph: Radiograph) -> NDArray[np.float32]:
    """Return the preprocessed value of every gray level of a film.

    Padding does not enter the histogram and becomes 0.

    Parameters
    ----------
    radiograph
        One film.

    Returns
    -------
    ndarray of float32
        (levels,), rising, 0 to 255.
    """
    levels = len(radiograph.display_table)
    histogram = gray_level_histogram(radiograph.pixels, levels)
    if radiograph.padding_levels is not None:
        first, last = radiograph.padding_levels
        histogram[first : last + 1] = 0
    table = equalization_table(histogram)
    if radiograph.padding_levels is not None:
        table[first : last + 1] = 0
    return table


def gray_level_histogram(pixels: GrayLevels, levels: int) -> NDArray[np.int64]:
    """Count the pixels of every gray level.

    Parameters
    ----------
    pixels
        Gray levels, any shape.
    levels
        Number of gray levels.

    Returns
    -------
    ndarray of int64
        (levels,).
    """
    # Row blocks keep the 8-byte copy that bincount makes inside the processor's cache.
    counts = np.zeros(levels, np.int64)
    flat = pixels.reshape(-1)
    for start in range(0, flat.size, _BLOCK):
        counts += np.bincount(flat[start : start + _BLOCK], minlength=levels)
    return counts


_BLOCK = 1 << 19


def equalization_table(histogram: NDArray[np.int64], gamma: float = GAMMA) -> NDArray[np.float32]:
    """Return the table that equalizes a histogram and applies a gamma.

    Works on all gray levels, not on 256 bins. The lowest level that occurs maps to 0 and does
    not count, so that black padding leaves the rest of the film as it is.

    Parameters
    ----------
    histogram
        Pixels of each gray level, (levels,).
    gamma
        Exponent; 0.5 in the paper.

    Returns
    -------
    ndarray of float32
        (levels,), rising, 0 to 255.

    References
    ----------
    .. [1] R. C. Gonzalez, R. E. Woods, "Digital Image Processing", section 3.3.1.
    """
    cumulative = np.cumsum(histogram)
    occurring = np.flatnonzero(histogram)
    if occurring.size < 2:
        return np.zeros(len(histogram), np.float32)
    lowest = cumulative[occurring[0]]
    rising = np.clip((cumulative - lowest) / (cumulative[-1] - lowest), 0.0, 1.0)
    return (WHITE * rising**gamma).astype(np.float32)


def apply_table(table: NDArray[np.float32], pixels: GrayLevels) -> FloatImage:
    """Return a film with every gray level replaced by its value in a table.

    Parameters
    ----------
    table
        Value of each gray level, (levels,).
    pixels
        Gray levels, (rows, columns).

    Returns
    -------
    ndarray of float32
        (rows, columns).
    """
    return np.take(table, pixels)
