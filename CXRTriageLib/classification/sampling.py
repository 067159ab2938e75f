"""Where patches are cut: at random, or on a lattice that covers the lungs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.classification.patches import PATCH_SIDE_PX, BorderRule, patch_boxes
from CXRTriageLib.domain.arrays import Centers, Mask
from CXRTriageLib.errors import InvalidValueError


def random_centers(lung_fields: Mask, count: int, *, rng: np.random.Generator) -> Centers:
    """Draw patch centers uniformly from the lung fields, with replacement.

    Parameters
    ----------
    lung_fields
        Mask of both lungs, (rows, columns).
    count
        Number of centers.
    rng
        Source of randomness.

    Returns
    -------
    ndarray
        (count, 2), int64, row and column, in the order of drawing.

    Raises
    ------
    InvalidValueError
        If the mask is empty.
    """
    _require_lungs(lung_fields)
    inside = np.flatnonzero(lung_fields)
    # Row and column are drawn together. Drawing them apart samples the product of the
    # marginals and puts centers into the mediastinum.
    drawn = inside[rng.integers(len(inside), size=count)]
    return np.stack(np.unravel_index(drawn, lung_fields.shape), axis=1).astype(np.int64)


def lattice_centers(lung_fields: Mask, *, side: int = PATCH_SIDE_PX) -> Centers:
    """Return centers inside the lungs whose patches cover every lung pixel.

    The points of a staggered lattice that lie in the lungs are taken, then the few lung pixels
    that no patch reached, such as a costophrenic angle, get patches of their own. A normal
    chest on an image of 1024 pixels needs about 35 patches of 224 pixels.

    The lattice is fixed to the image, not to the lungs: a corrected mask leaves the centers
    away from the correction where they were, so that their patches need no second look. No
    patch of the lattice is dropped where its neighbors cover the same pixels, for then the
    parts of the lung would vote with unequal weight.

    Parameters
    ----------
    lung_fields
        Mask of both lungs, (rows, columns).
    side
        Rows and columns of a patch.

    Returns
    -------
    ndarray
        (n, 2), int64, row and column; the same for the same mask.

    Raises
    ------
    InvalidValueError
        If the mask is empty.
    """
    _require_lungs(lung_fields)
    lattice = _lattice_points(lung_fields, side)
    centers = lattice[lung_fields[lattice[:, 0], lattice[:, 1]]]
    uncovered = lung_fields.copy()
    _cover(uncovered, centers, side)
    return np.vstack([centers, *_centers_for_rest(lung_fields, uncovered, side)])


def _require_lungs(lung_fields: Mask) -> None:
    if not lung_fields.any():
        raise InvalidValueError("Patches need lungs, and the mask of the lungs is empty.")


def _lattice_points(lung_fields: Mask, side: int) -> Centers:
    """Return every point of the lattice, (n, 2), odd rows moved by half a step."""
    # Steps well below a patch let about four patches meet over most of a lung and leave
    # little uncovered at its border; nearly equal distances to all neighbors keep that even.
    row_step, column_step = max(1, side * 3 // 8), max(1, side // 2)
    row_count, column_count = lung_fields.shape
    rows = range(row_step // 2, row_count, row_step)
    starts = cycle((column_step // 2, 0))
    points = [
        (row, column)
        for row, start in zip(rows, starts, strict=False)
        for column in range(start, column_count, column_step)
    ]
    return np.array(points, dtype=np.int64).reshape(-1, 2)


def _cover(uncovered: Mask, centers: Centers, side: int) -> None:
    """Clear the patches around some centers, in place.

    Boxes are clipped here; shifted ones hold at least as much.
    """
    boxes = patch_boxes(
        centers, (uncovered.shape[0], uncovered.shape[1]), border=BorderRule.CLIPPED, side=side
    )
    for top, left, bottom, right in boxes:
        uncovered[top:bottom, left:right] = False


def _centers_for_rest(lung_fields: Mask, uncovered: Mask, side: int) -> Iterator[Centers]:
    """Yield centers, each (1, 2), until nothing is uncovered; clears `uncovered`.

    Each patch holds the topmost pixel that is left, hence the loop ends, and lies over the
    middle of what is left around and below it, as near as the lungs allow.
    """
    while uncovered.any():
        row, column = divmod(int(uncovered.argmax()), uncovered.shape[1])
        left = max(column - side + 1, 0)
        rest = np.argwhere(uncovered[row : row + side, left : column + side])
        target = rest.mean(axis=0) + np.array([row, left])
        center = _nearest_center(lung_fields, (row, column), target, side)
        _cover(uncovered, center, side)
        yield center


def _nearest_center(
    lung_fields: Mask, pixel: tuple[int, int], target: NDArray[np.float64], side: int
) -> Centers:
    """Return the lung pixel nearest to a target among those whose patch holds a pixel."""
    row, column = pixel
    before, after = side - side // 2 - 1, side // 2
    origin = np.array([max(row - before, 0), max(column - before, 0)])
    window = lung_fields[origin[0] : row + after + 1, origin[1] : column + after + 1]
    candidates: Centers = np.argwhere(window) + origin
    distances = np.square(candidates - target).sum(axis=1)
    nearest = distances.argmin()
    return candidates[nearest : nearest + 1]
