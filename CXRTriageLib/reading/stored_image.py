"""Pixels as a file stores them, and the value behind each code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.domain.arrays import GrayLevels

QUANTIZED_LEVELS = 65_536
"""Levels that real numbers, and whole numbers of a greater range, are rounded to."""

STRIP_ROWS = 128
"""Rows handled at a time, so that what NumPy converts on the way stays in the cache."""


@dataclass(frozen=True, kw_only=True, eq=False)
class StoredImage:
    """One gray image before any transformation.

    Everything that follows works on single values, so it is computed once for each code and
    not once for each pixel.

    Attributes
    ----------
    codes
        (rows, columns), uint8 or uint16, as they lie in the file wherever possible.
    code_values
        Stored value of each code, (codes,), float64. Several codes may have the same value:
        bits above Bits Stored do not count.
    gap_value
        Stored value that stands in for pixels that are no number, or None.
    """

    codes: GrayLevels
    code_values: NDArray[np.float64]
    gap_value: float | None = None


@dataclass(frozen=True, kw_only=True)
class SampleBits:
    """Where in its bytes a sample lies (PS3.5, section 8.1.1).

    Attributes
    ----------
    allocated, stored, high
        Bits Allocated (0028,0100), Bits Stored (0028,0101), High Bit (0028,0102).
    is_signed
        Whether Pixel Representation (0028,0103) is two's complement.
    """

    allocated: int
    stored: int
    high: int
    is_signed: bool

    def values(self, patterns: NDArray[Any]) -> NDArray[np.int64]:
        """Return the samples that bit patterns hold, without what lies above and below."""
        below = self.high + 1 - self.stored
        samples = (patterns.astype(np.int64) >> below) & ((1 << self.stored) - 1)
        if self.is_signed:
            samples[samples >= 1 << (self.stored - 1)] -= 1 << self.stored
        return samples


def from_bits(patterns: NDArray[Any], bits: SampleBits) -> StoredImage:
    """Return an image whose samples lie within more bits.

    Parameters
    ----------
    patterns
        (rows, columns), integers of 8, 16 or 32 bits; signs are ignored.
    bits
        Where the samples lie in them.

    Returns
    -------
    StoredImage
        8 and 16 bits are kept in place. 32 bits become 16, rounded if their range demands.
    """
    unsigned = patterns.view(patterns.dtype.newbyteorder("=").str.replace("i", "u"))
    if unsigned.dtype.itemsize > 2:
        return from_numbers(bits.values(unsigned))
    codes = np.arange(1 << (8 * unsigned.dtype.itemsize))
    return StoredImage(codes=unsigned, code_values=bits.values(codes).astype(np.float64))


def from_numbers(numbers: NDArray[Any]) -> StoredImage:
    """Return an image of any numbers.

    Parameters
    ----------
    numbers
        (rows, columns), integers, real numbers or truth values.

    Returns
    -------
    StoredImage
        Up to 16 bits are kept as they are. Whole numbers with a range up to 65,535 keep their
        distance from the lowest. All else is rounded to 65,536 equally spaced levels; what is
        not finite gets a level of its own below them.
    """
    if numbers.dtype == np.bool_:
        return from_numbers(numbers.astype(np.uint8))
    if numbers.dtype.kind in "ui" and numbers.dtype.itemsize <= 2:
        width = 8 * numbers.dtype.itemsize
        is_signed = numbers.dtype.kind == "i"
        bits = SampleBits(allocated=width, stored=width, high=width - 1, is_signed=is_signed)
        return from_bits(np.asarray(numbers, numbers.dtype.newbyteorder("=")), bits)
    if numbers.dtype.kind in "ui":
        lowest, highest = int(numbers.min()), int(numbers.max())
        if highest - lowest < QUANTIZED_LEVELS:
            # In Python's integers the lowest may be anything; the difference fits.
            codes = (numbers - numbers.dtype.type(lowest)).astype(np.uint16)
            values = lowest + np.arange(highest - lowest + 1, dtype=np.float64)
            return StoredImage(codes=codes, code_values=values)
    return _quantize(numbers.astype(np.float64))


def _quantize(numbers: NDArray[np.float64]) -> StoredImage:
    """Round real numbers to equally spaced levels."""
    finite = np.isfinite(numbers)
    all_finite = bool(finite.all())
    known = numbers if all_finite else numbers[finite]
    lowest, highest = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    first = 0 if all_finite else 1
    steps = QUANTIZED_LEVELS - 1 - first
    step = (highest / steps - lowest / steps) or 1.0
    codes = np.zeros(numbers.shape, np.uint16)
    with np.errstate(over="ignore"):
        codes[finite] = first + np.clip(np.rint((known - lowest) / step), 0, steps).ravel()
        values = lowest + step * np.arange(-first, steps + 1, dtype=np.float64)
    gap_value = None if all_finite else float(values[0])
    return StoredImage(codes=codes, code_values=values, gap_value=gap_value)


def replace_codes(codes: GrayLevels, table: NDArray[Any]) -> GrayLevels:
    """Return the table's entry for each pixel.

    Parameters
    ----------
    codes
        (rows, columns), uint8 or uint16.
    table
        Entry of each code, uint8 or uint16.

    Returns
    -------
    ndarray
        (rows, columns) of the table's type; the codes themselves, not copied, where the table
        changes none of them.
    """
    used = int(codes.max(initial=0)) + 1
    if table.dtype == codes.dtype and np.array_equal(table[:used], np.arange(used)):
        return codes
    replaced = np.empty(codes.shape, table.dtype)
    for row in range(0, len(codes), STRIP_ROWS):
        strip = slice(row, row + STRIP_ROWS)
        # No code lies outside the table; without "clip" NumPy would buffer the output.
        np.take(table, codes[strip], out=replaced[strip], mode="clip")
    return replaced


def count_levels(levels: GrayLevels, level_count: int) -> NDArray[np.int64]:
    """Return how many pixels each gray level has.

    Parameters
    ----------
    levels
        (rows, columns), uint8 or uint16.
    level_count
        One more than the highest level there can be.

    Returns
    -------
    ndarray
        (level_count,), int64.
    """
    counts = np.zeros(level_count, np.int64)
    for row in range(0, len(levels), STRIP_ROWS):
        counts += np.bincount(levels[row : row + STRIP_ROWS].ravel(), minlength=level_count)
    return counts
