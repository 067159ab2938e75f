"""From a position in a slice view to a pixel of the film, and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import vtk
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Pixel:
    """A pixel of the film, or where one would be beyond its edge.

    Attributes
    ----------
    row, column
        From 0; outside the film they are negative or too large.
    """

    row: int
    column: int


@dataclass(frozen=True, kw_only=True)
class SliceGeometry:
    """How the film lies in the frame of a slice view.

    Attributes
    ----------
    xyToIjk
        4 x 4 matrix: from frame coordinates (column from the left, row from the bottom) to
        column, row and slice of the volume; pixel centers are whole numbers on both sides.
    frameRows
        Height of the frame in device pixels.
    """

    xyToIjk: Matrix
    frameRows: int

    @classmethod
    def of(cls, sliceNode: Any, volumeNode: Any, frameRows: int) -> SliceGeometry:
        """Return the geometry of a view as it is now.

        Parameters
        ----------
        sliceNode
            ``vtkMRMLSliceNode`` of the view.
        volumeNode
            ``vtkMRMLScalarVolumeNode`` that is shown.
        frameRows
            Height of the frame in device pixels.
        """
        rasToIjk = vtk.vtkMatrix4x4()
        volumeNode.GetRASToIJKMatrix(rasToIjk)
        xyToIjk = arrayOf(rasToIjk) @ arrayOf(sliceNode.GetXYToRAS())
        return cls(xyToIjk=xyToIjk, frameRows=frameRows)

    def pixelAt(self, x: float, y: float) -> Pixel:
        """Return the film pixel under a pixel of the frame.

        Parameters
        ----------
        x, y
            Column and row of the frame from the left and the top, in device pixels; what lies
            behind the decimal point is within that pixel.
        """
        down = self.frameRows - 1 - np.floor(y)
        column, row, _, _ = self.xyToIjk @ (np.floor(x), down, 0, 1)
        return Pixel(row=int(np.floor(row + 0.5)), column=int(np.floor(column + 0.5)))

    def filmToFrame(self) -> Matrix:
        """Return the 2 x 3 matrix from (column, row) of the film to the frame.

        Pixel centers are whole numbers in the film. In the frame the origin is the upper left
        corner, so that the center of the first pixel lies at one half.
        """
        flat = self.xyToIjk[np.ix_([0, 1], [0, 1, 3])]
        inverse = np.linalg.inv(np.vstack([flat, [0, 0, 1]]))
        x, y = inverse[0], inverse[1]
        offset = np.array([[0, 0, 0.5], [0, 0, self.frameRows - 0.5]])
        return offset + np.array([x, -y])


def arrayOf(matrix: Any) -> Matrix:
    """Return a ``vtkMatrix4x4`` as an array.

    Parameters
    ----------
    matrix
        Any 4 x 4 matrix.
    """
    values = [[matrix.GetElement(row, column) for column in range(4)] for row in range(4)]
    return np.array(values, np.float64)
