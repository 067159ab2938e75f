"""From the network's grid to the film's own size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.domain.arrays import Labels
from CXRTriageLib.errors import InvalidValueError

_VALUES_AT_ONCE = 1 << 20
"""Interpolated probabilities that are held at a time, 4 MB: they stay in the cache."""


def labels_from_probabilities(probabilities: NDArray[np.float32], shape: tuple[int, int]) -> Labels:
    """Return the most probable class of every pixel of a film.

    Class probabilities are interpolated bilinearly between the centers of the network's
    pixels, and repeated beyond the outermost ones. Where the four grid points around a pixel
    agree in their class, any mixture of them has the same, so that only the seams between
    classes need to be interpolated; the result is that of interpolating everywhere.

    Parameters
    ----------
    probabilities
        (classes, h, w), float32. Both grids cover the same field.
    shape
        Rows and columns of the film.

    Returns
    -------
    ndarray of uint8
        Index of the class, (rows, columns); the first of equal ones.

    Raises
    ------
    InvalidValueError
        If there are not three axes or one of them is empty.
    """
    if probabilities.ndim != 3 or 0 in probabilities.shape or min(shape) < 1:
        raise InvalidValueError(
            f"Class probabilities {probabilities.shape} cannot be brought to {shape}."
        )
    rows = _Axis(probabilities.shape[1], shape[0])
    columns = _Axis(probabilities.shape[2], shape[1])
    corners = probabilities.argmax(axis=0).astype(np.uint8)[rows.corners][:, columns.corners]
    coarse = corners[:-1, :-1]
    labels = np.take(coarse[:, columns.cells], rows.cells, axis=0)
    is_seam = (
        (corners[1:, :-1] != coarse) | (corners[:-1, 1:] != coarse) | (corners[1:, 1:] != coarse)
    ) & np.outer(rows.counts > 0, columns.counts > 0)
    seams = np.argwhere(is_seam)
    step = max(_VALUES_AT_ONCE // (len(probabilities) * rows.most * columns.most), 1)
    for start in range(0, len(seams), step):
        _resolve(labels, probabilities, seams[start : start + step], rows, columns)
    return labels


def labels_nearest(labels: Labels, shape: tuple[int, int]) -> Labels:
    """Return labels at film size, each pixel that of the nearest one (paper, section II-B).

    Parameters
    ----------
    labels
        (h, w), uint8. Both grids cover the same field.
    shape
        Rows and columns of the film.

    Returns
    -------
    ndarray of uint8
        (rows, columns).
    """
    row, column = (
        (2 * np.arange(size) + 1) * grid // (2 * size)
        for grid, size in zip(labels.shape, shape, strict=True)
    )
    enlarged: Labels = np.take(labels[:, column], row, axis=0)
    return enlarged


class _Axis:
    """How the pixels of one axis lie between the grid points of the network.

    Attributes
    ----------
    corners
        Grid points, the outermost ones twice: cell ``i`` lies between corners ``i`` and
        ``i + 1``.
    cells
        The cell of each pixel.
    fractions
        Where in its cell each pixel lies, 0 to 1.
    firsts, counts
        First pixel and number of pixels of each cell.
    most
        The largest of the counts.
    """

    def __init__(self, grid: int, size: int) -> None:
        position = (np.arange(size) + 0.5) * (grid / size) + 0.5
        self.corners = np.clip(np.arange(-1, grid + 1), 0, grid - 1)
        self.cells = position.astype(np.int64)
        self.fractions = (position - self.cells).astype(np.float32)
        self.counts = np.bincount(self.cells, minlength=grid + 1)
        self.firsts = np.cumsum(self.counts) - self.counts
        self.most = int(self.counts.max())

    def pixels_of(self, cells: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the pixels of each cell, (n, most), its last one repeated where it has fewer."""
        offset = np.minimum(np.arange(self.most), self.counts[cells, np.newaxis] - 1)
        return self.firsts[cells, np.newaxis] + offset


def _resolve(
    labels: Labels,
    probabilities: NDArray[np.float32],
    seams: NDArray[np.int64],
    rows: _Axis,
    columns: _Axis,
) -> None:
    """Write the most probable class of all pixels of some cells, in place."""
    i, j = seams.T
    row, column = rows.pixels_of(i), columns.pixels_of(j)
    down = rows.fractions[row][:, :, np.newaxis]
    right = columns.fractions[column][:, np.newaxis, :]
    above, below = rows.corners[i], rows.corners[i + 1]
    before, after = columns.corners[j], columns.corners[j + 1]
    winner = np.zeros((len(seams), rows.most, columns.most), np.uint8)
    highest = np.full(winner.shape, -np.inf, np.float32)
    for index, one_class in enumerate(probabilities):
        corner = one_class[:, :, np.newaxis, np.newaxis]
        upper = _between(corner[above, before], corner[above, after], right)
        lower = _between(corner[below, before], corner[below, after], right)
        value = _between(upper, lower, down)
        is_higher = value > highest
        np.copyto(highest, value, where=is_higher)
        winner[is_higher] = index
    labels[row[:, :, np.newaxis], column[:, np.newaxis, :]] = winner


def _between(
    low: NDArray[np.float32], high: NDArray[np.float32], fraction: NDArray[np.float32]
) -> NDArray[np.float32]:
    return low + (high - low) * fraction
