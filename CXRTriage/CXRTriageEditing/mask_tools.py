"""What can be done to masks, as pure functions of arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from CXRTriageEditing.box import Box
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.arrays import Labels, Mask

Point = tuple[float, float]
"""Row and column; pixel centers are whole numbers."""


def brushed(
    start: Point, end: Point, radius: float, shape: tuple[int, int], *, aspect: float = 1.0
) -> tuple[Box, Mask]:
    """Return the pixels that a round brush covers on its way along a line.

    Parameters
    ----------
    start, end
        Of the line; the same point for a single dab.
    radius
        In widths of a pixel. However small, the pixel under the end is covered.
    shape
        Rows and columns of the film.
    aspect
        Distance between rows divided by distance between columns: the brush is round on the
        screen.

    Returns
    -------
    box
        Empty where the brush is beside the film.
    mask
        Of the pixels in the box.
    """
    rows, columns = shape
    high = radius / aspect
    box = Box(
        max(int(np.floor(min(start[0], end[0]) - high)), 0),
        min(int(np.ceil(max(start[0], end[0]) + high)) + 1, rows),
        max(int(np.floor(min(start[1], end[1]) - radius)), 0),
        min(int(np.ceil(max(start[1], end[1]) + radius)) + 1, columns),
    )
    if box.isEmpty:
        return box, np.zeros((0, 0), np.bool_)
    down = (np.arange(box.top, box.bottom)[:, np.newaxis] - start[0]) * aspect
    right = np.arange(box.left, box.right) - start[1]
    line = ((end[0] - start[0]) * aspect, end[1] - start[1])
    squared = line[0] ** 2 + line[1] ** 2
    along = np.clip((down * line[0] + right * line[1]) / squared, 0, 1) if squared else 0.0
    mask = (down - along * line[0]) ** 2 + (right - along * line[1]) ** 2 <= radius**2
    row, column = round(end[0]) - box.top, round(end[1]) - box.left
    if 0 <= row < mask.shape[0] and 0 <= column < mask.shape[1]:
        mask[row, column] = True
    return box, mask


def filledPolygon(points: Sequence[Point], shape: tuple[int, int]) -> tuple[Box, Mask]:
    """Return the pixels inside a polygon.

    Parameters
    ----------
    points
        Corners in order; the last is joined to the first. They may lie beside the film.
    shape
        Rows and columns of the film.

    Returns
    -------
    box
        Empty where no pixel is inside.
    mask
        Of the pixels in the box.
    """
    from skimage.draw import polygon

    nothing = Box(0, 0, 0, 0), np.zeros((0, 0), np.bool_)
    if len(points) < 3:
        return nothing
    corners = np.asarray(points, np.float64)
    rows, columns = polygon(corners[:, 0], corners[:, 1], shape)
    if not rows.size:
        return nothing
    box = Box(int(rows.min()), int(rows.max()) + 1, int(columns.min()), int(columns.max()) + 1)
    mask = np.zeros((box.bottom - box.top, box.right - box.left), np.bool_)
    mask[rows - box.top, columns - box.left] = True
    return box, mask


def swappedSides(labels: Labels) -> Labels:
    """Return masks with left and right lung exchanged.

    Parameters
    ----------
    labels
        Values of `Structure`, (rows, columns); they stay as they are.
    """
    exchanged = np.arange(max(Structure) + 1, dtype=np.uint8)
    exchanged[[Structure.LEFT_LUNG, Structure.RIGHT_LUNG]] = (
        Structure.RIGHT_LUNG,
        Structure.LEFT_LUNG,
    )
    return exchanged[labels]
