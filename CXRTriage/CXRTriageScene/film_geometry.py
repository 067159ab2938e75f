"""Where the pixels of a film lie in the scene: as 3D Slicer places a film."""

from __future__ import annotations

from typing import Any

import numpy as np
import vtk
from numpy.typing import NDArray


def filmShape(film: Any) -> tuple[int, int]:
    """Return rows and columns of a film node."""
    columns, rows, _ = film.GetImageData().GetDimensions()
    return rows, columns


def filmAspect(film: Any) -> float:
    """Return the distance between rows divided by the distance between columns."""
    columnStep, rowStep, _ = film.GetSpacing()
    return float(rowStep / columnStep)


def placeLikeFilm(
    node: Any,
    steps: tuple[float, float],
    *,
    shape: tuple[int, int],
    imageShape: tuple[int, int],
) -> None:
    """Give a volume the geometry in which its image covers the field of a film.

    Row 0 is at the top and the patient's right at the left of the screen. The film's first
    pixel lies at the origin, as in the files that the library writes.

    Parameters
    ----------
    node
        vtkMRMLScalarVolumeNode.
    steps
        Distance between rows and between columns of the film.
    shape, imageShape
        Rows and columns of the film, and of the image of the node.
    """
    row, column = (
        step * whole / own for step, whole, own in zip(steps, shape, imageShape, strict=True)
    )
    matrix = vtk.vtkMatrix4x4()
    matrix.SetElement(0, 0, -column)
    matrix.SetElement(1, 1, -row)
    # The outer corners coincide, the centers of the first pixels do not.
    matrix.SetElement(0, 3, (steps[1] - column) / 2)
    matrix.SetElement(1, 3, (steps[0] - row) / 2)
    node.SetIJKToRASMatrix(matrix)


def positionOf(film: Any, row: float, column: float) -> tuple[float, float, float]:
    """Return where a pixel of a film lies, in RAS; pixel centers are whole numbers."""
    matrix = vtk.vtkMatrix4x4()
    film.GetIJKToRASMatrix(matrix)
    right, anterior, superior, _ = matrix.MultiplyPoint((column, row, 0.0, 1.0))
    return right, anterior, superior


def pixelAt(film: Any, position: tuple[float, float, float]) -> tuple[float, float]:
    """Return row and column of a position in RAS; pixel centers are whole numbers."""
    matrix = vtk.vtkMatrix4x4()
    film.GetRASToIJKMatrix(matrix)
    column, row, _, _ = matrix.MultiplyPoint((*position, 1.0))
    return row, column


def toFilmPixels(
    positions: NDArray[np.int64], workingShape: tuple[int, int], shape: tuple[int, int]
) -> NDArray[np.float64]:
    """Return positions on a working image as positions on its film.

    Parameters
    ----------
    positions
        (n, 2), row and column, pixel centers at whole numbers.
    workingShape, shape
        Rows and columns of the working image and of the film, which cover the same field.

    Returns
    -------
    ndarray
        (n, 2), float64.
    """
    scale: NDArray[np.float64] = np.divide(shape, workingShape)
    return (positions + 0.5) * scale - 0.5
