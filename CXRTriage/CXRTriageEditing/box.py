"""A rectangle of pixels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from CXRTriageLib.domain.arrays import Labels, Mask


class Box(NamedTuple):
    """First row, row after the last, first column, column after the last."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """What an image is indexed with."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    @property
    def isEmpty(self) -> bool:
        """Whether there is no pixel in it."""
        return self.bottom <= self.top or self.right <= self.left

    def within(self, outer: Box) -> tuple[slice, slice]:
        """Return what an image of a box around this one is indexed with."""
        return (
            slice(self.top - outer.top, self.bottom - outer.top),
            slice(self.left - outer.left, self.right - outer.left),
        )

    def joined(self, other: Box) -> Box:
        """Return the smallest box around both."""
        return Box(
            min(self.top, other.top),
            max(self.bottom, other.bottom),
            min(self.left, other.left),
            max(self.right, other.right),
        )


def boxOf(mask: Mask) -> Box | None:
    """Return the smallest box around a mask, or None where it is empty."""
    rows = np.flatnonzero(mask.any(axis=1))
    if not rows.size:
        return None
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    columns = np.flatnonzero(mask[top:bottom].any(axis=0))
    return Box(top, bottom, int(columns[0]), int(columns[-1]) + 1)


def boxOfDifference(one: Labels, other: Labels) -> Box | None:
    """Return the smallest box around the pixels where two images differ, or None."""
    return boxOf(one != other)
