"""Arrays as the image of a volume node."""

from __future__ import annotations

from typing import Any

import numpy as np
import vtk
from numpy.typing import NDArray
from vtk.util.numpy_support import numpy_to_vtk


def imageOf(pixels: NDArray[Any]) -> Any:
    """Return one slice of pixels as vtkImageData with memory of its own.

    Parameters
    ----------
    pixels
        (rows, columns), any number type.
    """
    rows, columns = pixels.shape
    image = vtk.vtkImageData()
    image.SetDimensions(columns, rows, 1)
    flat = np.ascontiguousarray(pixels).reshape(-1)
    image.GetPointData().SetScalars(numpy_to_vtk(flat, deep=True))
    return image
