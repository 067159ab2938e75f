"""Soft tissue painted beside the heart, which readers leave out of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.arrays import Mask
from CXRTriageLib.training.possible_labels import bits_of

RIGHT_SHARE = 0.35
"""How many pads lie beside the right border of the heart."""
MOST_ELLIPSES = 2
"""That one pad is made of."""
_STRUCTURES = bits_of(Structure)
_REACH_PX = 4
"""Label images may leave a seam of background between heart and lung."""


def random_fat_pad(
    image: NDArray[np.uint8], possible: NDArray[np.uint8], generator: np.random.Generator
) -> NDArray[np.uint8]:
    """Paint a pericardial fat pad into the angle of heart, lung and diaphragm.

    A pad is nearly as bright as the heart and ends in no clear border. A network that has met
    few of them takes it for heart, and the cardiothoracic ratio grows; readers leave it out.

    Parameters
    ----------
    image
        (rows, columns), 0 to 255.
    possible
        From `possible_labels`, of the same shape: what is painted changes nothing of it.
    generator
        Source of randomness.

    Returns
    -------
    ndarray of uint8
        Of the same shape, nowhere darker; the image itself where no heart that touches the
        lung is drawn.
    """
    structures = possible & _STRUCTURES
    heart = np.asarray(structures == bits_of([Structure.HEART]))
    is_right = generator.random() < RIGHT_SHARE
    lung = structures == bits_of([Structure.RIGHT_LUNG if is_right else Structure.LEFT_LUNG])
    angle = _Angle.of(heart, np.asarray(lung))
    if angle is None:
        return image
    ellipses = [
        angle.soft_ellipse(image.shape, generator)
        for _ in range(int(generator.integers(1, MOST_ELLIPSES + 1)))
    ]
    tissue = image[heart & angle.is_near(image.shape)].mean() * generator.uniform(0.85, 1.0)
    cover = np.maximum.reduce(ellipses) * generator.uniform(0.3, 0.9)
    brighter = np.maximum(tissue - image.astype(np.float32), 0)
    return np.asarray((image + cover * brighter).round().clip(0, 255), dtype=np.uint8)


@dataclass(frozen=True)
class _Angle:
    """The lowest point where heart and lung touch.

    Attributes
    ----------
    row, column
        Of the point.
    outward
        1 or -1: the way of the columns from heart to lung.
    width
        Columns of heart and lung together, which all sizes are shares of.
    """

    row: int
    column: int
    outward: int
    width: int

    @classmethod
    def of(cls, heart: Mask, lung: Mask) -> _Angle | None:
        """Return the angle of a film, None where heart and lung do not touch."""
        if not heart.any() or not lung.any():
            return None
        outward = 1 if np.nonzero(lung)[1].mean() > np.nonzero(heart)[1].mean() else -1
        touching = np.zeros_like(heart)
        for step in range(1, _REACH_PX + 1):
            touching |= heart & np.roll(lung, -outward * step, axis=1)
        if not touching.any():
            return None
        rows, columns = np.nonzero(touching)
        lowest = rows.argmax()
        width = int(np.ptp(np.flatnonzero((heart | lung).any(axis=0))))
        return cls(int(rows[lowest]), int(columns[lowest]), outward, width)

    def is_near(self, shape: tuple[int, ...]) -> Mask:
        """Return which pixels are close enough to tell how bright the heart is here."""
        rows, columns = np.ogrid[: shape[0], : shape[1]]
        near = np.hypot(columns - self.column, rows - self.row) < 0.2 * self.width
        return np.asarray(near)

    def soft_ellipse(
        self, shape: tuple[int, ...], generator: np.random.Generator
    ) -> NDArray[np.float32]:
        """Return a cover from 0 to 1 that leans on the heart and fades towards its border."""
        across, up = generator.uniform((-0.02, -0.02), (0.16, 0.12)) * self.width
        radii = generator.uniform((0.05, 0.04), (0.22, 0.14)) * self.width
        tilt = self.outward * generator.uniform(-0.2, 0.9)
        softness = generator.uniform(0.1, 0.6)
        rows, columns = np.ogrid[: shape[0], : shape[1]]
        x, y = columns - (self.column + self.outward * across), rows - (self.row - up)
        along = (x * np.cos(tilt) + y * np.sin(tilt)) / radii[0]
        upright = (y * np.cos(tilt) - x * np.sin(tilt)) / radii[1]
        cover = (1 + softness - np.hypot(along, upright)) / (2 * softness)
        return np.clip(cover, 0, 1).astype(np.float32)
