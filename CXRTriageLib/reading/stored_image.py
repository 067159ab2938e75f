"""Pixels as a file stores them, and the value behind each code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.domain.arrays import GrayLevels

QUANTIZED_LEVELS = 65_536
"""Levels that real numbers, and whole numbers of a greater range, are rounded to."""

_EXACT_FLOATS = 1 << 53
"""Below it every whole number is a float64."""

_GREATEST = 1e300
"""What is beyond it is treated as no number, so that differences stay finite."""

_SAMPLING = 16
"""Rows and columns between pixels that are looked at first."""

STRIP_ROWS = 128
"""Rows handled at a time, so that what NumPy converts on the way stays in the cache."""


@dataclass(frozen=True, kw_only=True, eq=False)
class StoredImage:
    """One gray image before any transformation.

    Everything that follows works on single values, so it is computed once for each value and
    not once for each pixel.

    Attributes
    ----------
    codes
        (rows, columns), uint8 or uint16, as they lie in the file wherever possible.
    values
        All values that can be stored, (n,), float64, strictly rising.
    position_of_code
        Where in `values` the value of each code is, (codes,), int64. Several codes may share
        one: bits above Bits Stored do not count.
    gap_value
        Stored value that stands in for pixels that are no number, or None.
    """

    codes: GrayLevels
    values: NDArray[np.float64]
    position_of_code: NDArray[np.int64]
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

    @property
    def lowest(self) -> int:
        """The lowest value that can be stored."""
        return -(1 << (self.stored - 1)) if self.is_signed else 0

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
    values_of_codes = bits.values(np.arange(1 << (8 * unsigned.dtype.itemsize)))
    return StoredImage(
        codes=unsigned,
        values=bits.lowest + np.arange(1 << bits.stored, dtype=np.float64),
        position_of_code=values_of_codes - bits.lowest,
    )


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
        is_exact = max(abs(lowest), abs(highest)) < _EXACT_FLOATS
        if highest - lowest < QUANTIZED_LEVELS and is_exact:
            codes = (numbers - numbers.dtype.type(lowest)).astype(np.uint16)
            positions = np.arange(highest - lowest + 1)
            values = positions.astype(np.float64) + lowest
            return StoredImage(codes=codes, values=values, position_of_code=positions)
    return _quantize(numbers.astype(np.float64))


def _quantize(numbers: NDArray[np.float64]) -> StoredImage:
    """Round real numbers to equally spaced levels."""
    finite = np.abs(numbers) < _GREATEST
    all_finite = bool(finite.all())
    known = numbers if all_finite else numbers[finite]
    lowest, highest = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    first = 0 if all_finite else 1
    steps = QUANTIZED_LEVELS - 1 - first
    step = (highest / steps - lowest / steps) or 1.0
    codes = np.zeros(numbers.shape, np.uint16)
    codes[finite] = first + np.clip(np.rint((known - lowest) / step), 0, steps).ravel()
    values = lowest + step * np.arange(-first, steps + 1, dtype=np.float64)
    gap_value = None if all_finite else float(values[0])
    # Where the steps are too small for the numbers themselves, some of them are the same.
    values, position_of_code = np.unique(values, return_inverse=True)
    return StoredImage(
        codes=codes, values=values, position_of_code=position_of_code, gap_value=gap_value
    )


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
    first = table[:1]
    steps = np.diff(table[: int(codes.max()) + 1])
    if table.dtype == codes.dtype and np.all(steps == 1):
        return codes + first if first[0] else codes
    # In unsigned arithmetic one step down is the highest number.
    if table.dtype == codes.dtype and np.all(steps == np.iinfo(table.dtype).max):
        return first - codes
    replaced = np.empty(codes.shape, table.dtype)
    for row in range(0, len(codes), STRIP_ROWS):
        strip = slice(row, row + STRIP_ROWS)
        # No code lies outside the table; without "clip" NumPy would buffer the output.
        np.take(table, codes[strip], out=replaced[strip], mode="clip")
    return replaced


def present_levels(
    levels: GrayLevels, level_count: int, padding: tuple[int, int] | None, *, enough: int
) -> NDArray[np.int64]:
    """Return gray levels that pixels have.

    Parameters
    ----------
    levels
        (rows, columns), uint8 or uint16.
    level_count
        One more than the highest level there can be.
    padding
        First and last level that do not count, or None.
    enough
        The number of levels from which on not all are looked for.

    Returns
    -------
    ndarray
        Rising, int64: all levels that are there, or at least `enough` of them with the lowest
        and the highest.
    """
    if padding is None:
        ends = np.array([levels.min(), levels.max()], np.int64)
        some = np.union1d(levels[::_SAMPLING, ::_SAMPLING], ends).astype(np.int64)
        if len(some) >= enough:
            return some
    counts = np.zeros(level_count, np.int64)
    for row in range(0, len(levels), STRIP_ROWS):
        counts += np.bincount(levels[row : row + STRIP_ROWS].ravel(), minlength=level_count)
    if padding is not None:
        counts[padding[0] : padding[1] + 1] = 0
    return np.flatnonzero(counts)
