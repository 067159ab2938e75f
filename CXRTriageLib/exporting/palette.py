"""Colors of result pictures; people with a color vision deficiency can tell them apart."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.domain.anatomy import Structure

Color: TypeAlias = tuple[int, int, int]

# After M. Okabe and K. Ito, "Color Universal Design", 2008, brightened for a dark ground.
STRUCTURE_COLORS: dict[Structure, Color] = {
    Structure.RIGHT_LUNG: (86, 180, 233),
    Structure.LEFT_LUNG: (64, 215, 160),
    Structure.HEART: (255, 130, 200),
}

CLASS_COLORS: tuple[Color, ...] = (
    (120, 200, 90),
    (86, 140, 255),
    (240, 228, 66),
    (235, 95, 60),
    (204, 121, 167),
    (160, 165, 175),
)
"""Of classes in their order; a set of more classes starts over."""

CLASS_MARKS: tuple[str, ...] = ("●", "■", "◆", "▲", "★", "✚")
"""Of classes in their order, so that nobody depends on the colors."""

GROUND: Color = (16, 17, 20)
RULE: Color = (58, 61, 68)
TEXT: Color = (236, 238, 242)
FAINT_TEXT: Color = (160, 165, 175)
ALARM: Color = (255, 190, 70)
LEADING_BAR: Color = (236, 238, 242)
OTHER_BAR: Color = (120, 126, 138)
LINE: Color = (255, 255, 255)

# Nine points of matplotlib's map "inferno", whose lightness rises evenly; the dark end of the
# map is left out, since what is small is transparent.
_SALIENCY_ANCHORS = np.array(
    [
        (87, 16, 110), (120, 28, 109), (152, 39, 102), (186, 54, 85), (212, 72, 66),
        (237, 105, 37), (249, 142, 9), (250, 193, 39), (252, 255, 164),
    ]
)  # fmt: skip


def saliency_colors(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the color of each saliency.

    Parameters
    ----------
    values
        From 0 to 1, any shape.

    Returns
    -------
    ndarray
        Red, green and blue along a new last axis, float32, 0 to 255.
    """
    positions = np.linspace(0, 1, len(_SALIENCY_ANCHORS))
    channels = [np.interp(values, positions, channel) for channel in _SALIENCY_ANCHORS.T]
    return np.stack(channels, axis=-1).astype(np.float32)


def saliency_opacity(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how much the color covers the film: nothing at first, never more than half.

    Parameters
    ----------
    values
        From 0 to 1, any shape.

    Returns
    -------
    ndarray
        From 0 to 0.5, float32, of the same shape.
    """
    return np.asarray(0.5 * np.clip((values - 0.1) / 0.6, 0, 1), np.float32)
