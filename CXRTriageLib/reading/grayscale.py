"""Stored values to gray: modality LUT, then VOI, then polarity (PS3.3, C.11; PS3.4, N.2).

Each step maps single values, so all of them are worked out once for each value there can be
and become two tables. The first gives each stored value its gray level: the modality LUT
decides which values are the same and their order, polarity decides which end is dense. The
second gives each level its gray on screen: VOI on the modality value, and inversion of what
comes out of it. Inversion must come last, for a window that met inverted values would cut off
the wrong end.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.errors import InvalidValueError

FloatTable: TypeAlias = NDArray[np.float64]
"""One number for each stored value or level, (n,)."""


@dataclass(frozen=True, kw_only=True)
class Rescale:
    """Modality LUT by Rescale Slope (0028,1053) and Rescale Intercept (0028,1052)."""

    slope: float = 1.0
    intercept: float = 0.0

    def apply(self, values: FloatTable) -> FloatTable:
        """Return slope times value plus intercept."""
        with np.errstate(over="ignore"):
            return values * self.slope + self.intercept


@dataclass(frozen=True, kw_only=True, eq=False)
class LookupTable:
    """Modality LUT Sequence (0028,3000) or VOI LUT Sequence (0028,3010), first item.

    Attributes
    ----------
    first_value
        Input that the first entry stands for.
    entries
        Outputs, (n,), float64; inputs below and above get the first and the last.
    highest
        Output that is full white, by the number of bits that the descriptor gives.
    """

    first_value: float
    entries: FloatTable
    highest: float

    def apply(self, values: FloatTable) -> FloatTable:
        """Return the entry for each value; values between two inputs go to the nearer one."""
        positions = np.clip(np.rint(values - self.first_value), 0, len(self.entries) - 1)
        entries: FloatTable = self.entries[positions.astype(np.int64)]
        return entries


class WindowFunction(Enum):
    """VOI LUT Function (0028,1056)."""

    LINEAR = "LINEAR"
    LINEAR_EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


@dataclass(frozen=True, kw_only=True)
class Window:
    """Window Center (0028,1050) and Window Width (0028,1051), in modality values."""

    center: float
    width: float
    function: WindowFunction = WindowFunction.LINEAR

    def __post_init__(self) -> None:
        # PS3.3 C.11.2.1.2: at least 1 for LINEAR, greater than 0 for the others.
        is_linear = self.function is WindowFunction.LINEAR
        if not (self.width >= 1 if is_linear else self.width > 0):
            raise InvalidValueError(
                f"A window of width {self.width:g} is too narrow for {self.function.value}."
            )

    @classmethod
    def spanning(cls, first: float, last: float) -> Window:
        """Return the window that shows one value as black and a greater one as white."""
        return cls(
            center=(first + last) / 2, width=last - first, function=WindowFunction.LINEAR_EXACT
        )

    def apply(self, values: FloatTable) -> FloatTable:
        """Return brightness, 0 to 1 (PS3.3, C.11.2.1.2.1 and C.11.2.1.3)."""
        # A window may be so narrow that the quotient overflows; it is cut off anyway.
        with np.errstate(over="ignore"):
            return self._brightness(values)

    def _brightness(self, values: FloatTable) -> FloatTable:
        if self.function is WindowFunction.SIGMOID:
            # Beyond +-700 the exponential would overflow, long after it has reached 0 or 1.
            exponent = np.clip(-4 * (values - self.center) / self.width, -700, 700)
            sigmoid: FloatTable = 1 / (1 + np.exp(exponent))
            return sigmoid
        is_exact = self.function is WindowFunction.LINEAR_EXACT
        center = self.center if is_exact else self.center - 0.5
        width = self.width if is_exact else self.width - 1
        if width == 0:
            return np.where(values > center, 1.0, 0.0)
        return np.clip((values - center) / width + 0.5, 0, 1)


_GREATEST = 1e300
"""Modality values beyond it are damaged numbers; below it their differences are finite."""

Modality: TypeAlias = Rescale | LookupTable
Voi: TypeAlias = Window | LookupTable


@dataclass(frozen=True, kw_only=True, eq=False)
class LevelTables:
    """Which gray level each stored value gets, and what each level stands for.

    Attributes
    ----------
    level_of_value
        (values,), uint8 where there are at most 256 levels, else uint16.
    level_values
        Modality value of each level, (levels,), float64; strictly rising, or strictly falling
        where the polarity was inverted.
    """

    level_of_value: NDArray[np.uint8] | NDArray[np.uint16]
    level_values: FloatTable


def compose_levels(values: FloatTable, modality: Modality, *, inverted: bool) -> LevelTables:
    """Return the gray levels of stored values, from dark (air) to bright (dense).

    A falling modality LUT and an inverted polarity each reverse the order of stored values;
    together they cancel. VOI has no part in it: it may clip, and the networks see all.

    Parameters
    ----------
    values
        All stored values there can be, (n,), strictly rising.
    modality
        From stored to modality values.
    inverted
        Whether the lowest modality value is shown brightest.

    Returns
    -------
    LevelTables
        As many levels as there are different modality values. A rescale keeps all stored
        values apart; a lookup table may say that some of them are the same.

    Raises
    ------
    InvalidValueError
        If a rescale is so flat or so steep that different stored values become the same.
    """
    level_values = modality.apply(values)
    levels = np.arange(len(values))
    if isinstance(modality, LookupTable):
        level_values, levels = np.unique(level_values, return_inverse=True)
    else:
        ends = np.abs(level_values[[0, -1]])
        if not (ends.max() < _GREATEST and _is_strictly_monotone(level_values)):
            raise InvalidValueError(
                f"Rescale Slope {modality.slope:g} and Intercept {modality.intercept:g} make "
                "different stored values the same."
            )
    if (level_values[0] > level_values[-1]) != inverted:
        level_values, levels = level_values[::-1], len(level_values) - 1 - levels
    few = len(level_values) <= 256
    return LevelTables(
        level_of_value=levels.astype(np.uint8) if few else levels.astype(np.uint16),
        level_values=np.ascontiguousarray(level_values),
    )


def _is_strictly_monotone(numbers: FloatTable) -> bool:
    """Return whether all numbers rise or all of them fall."""
    steps = np.diff(numbers)
    return bool((steps > 0).all() or (steps < 0).all())


def compose_display(level_values: FloatTable, voi: Voi, *, inverted: bool) -> NDArray[np.uint8]:
    """Return the gray on screen of each level.

    Parameters
    ----------
    level_values
        Modality value of each level, (levels,).
    voi
        What is of interest among them.
    inverted
        Whether the output of `voi` is inverted: Photometric Interpretation MONOCHROME1 or
        Presentation LUT Shape INVERSE.

    Returns
    -------
    ndarray
        (levels,), uint8, 0 black to 255 white.
    """
    bright = voi.apply(level_values)
    if isinstance(voi, LookupTable):
        bright = bright / voi.highest
    if inverted:
        bright = 1 - bright
    return np.rint(255 * bright).astype(np.uint8)
