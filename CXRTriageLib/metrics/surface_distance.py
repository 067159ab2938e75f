"""How far the borders of two masks lie from each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_erosion, distance_transform_edt

from CXRTriageLib.domain.arrays import Mask
from CXRTriageLib.errors import InvalidValueError, UndefinedMetricError

_PERCENTILE = 95.0


@dataclass(frozen=True, kw_only=True)
class SurfaceDistance:
    """Distances between two borders, in pixels.

    Attributes
    ----------
    hausdorff_95
        The larger of both directions' 95th percentiles: a single stray pixel does not count.
    average
        Mean over the pixels of both borders.
    """

    hausdorff_95: float
    average: float


def surface_distance(predicted: Mask, reference: Mask) -> SurfaceDistance:
    """Measure how far two borders lie from each other.

    A border is every pixel of a mask with a neighbor, up, down, left or right, outside of it;
    pixels at the edge of the image belong to the border. Each border pixel counts with its
    distance to the nearest pixel of the other border [1]_.

    Parameters
    ----------
    predicted, reference
        Masks of one structure, (rows, columns), with square pixels.

    Returns
    -------
    SurfaceDistance
        In pixels.

    Raises
    ------
    UndefinedMetricError
        If a mask is empty.
    InvalidValueError
        If the masks differ in shape.

    References
    ----------
    .. [1] A. Reinke et al., "Understanding metric-related pitfalls in image analysis
       validation", Nature Methods 21, 2024.
    """
    if predicted.shape != reference.shape:
        raise InvalidValueError(
            f"Masks to compare must have one shape, got {predicted.shape} and {reference.shape}."
        )
    if not (predicted.any() and reference.any()):
        raise UndefinedMetricError("A distance between borders is undefined: a mask is empty.")
    box = _box_of(predicted | reference)
    borders = [_border(mask[box]) for mask in (predicted, reference)]
    there, back = (
        distance_transform_edt(~other)[one]
        for one, other in ((borders[0], borders[1]), (borders[1], borders[0]))
    )
    return SurfaceDistance(
        hausdorff_95=float(max(np.percentile(way, _PERCENTILE) for way in (there, back))),
        average=float(np.concatenate([there, back]).mean()),
    )


def _box_of(mask: Mask) -> tuple[slice, slice]:
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _border(mask: Mask) -> NDArray[np.bool_]:
    # Outside of the box lies nothing, so a mask that ends there has its border there.
    return mask & ~np.asarray(binary_erosion(mask, border_value=0))
