"""The heart without the tails that run from it along the diaphragm."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import binary_dilation, distance_transform_edt

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.arrays import Labels, Mask

RADIUS_SHARE = 20 / 1024
"""Radius of the disc, as a share of the film's longest side."""

_CELLS_ALONG_LONGEST_SIDE = 512
"""The opening is worked out on cells of this many along a side; borders stay those of pixels."""


def open_heart(labels: Labels) -> Labels:
    """Remove what is too narrow of the heart to hold a disc: morphological opening [1]_.

    Between heart and diaphragm there is no border to see. There the network draws the heart out
    to both sides in thin tails, which hardly change its area, but widen its diameter and with it
    the cardiothoracic ratio.

    Parameters
    ----------
    labels
        Values of `Structure`, (rows, columns), with pixels that are about square.

    Returns
    -------
    ndarray of uint8
        A new label image of the same shape; what was removed is background. A heart that holds
        no disc at all stays as it is.

    References
    ----------
    .. [1] J. Serra, "Image Analysis and Mathematical Morphology", Academic Press, 1982.
    """
    heart = np.asarray(labels == Structure.HEART)
    rows, columns = (np.flatnonzero(heart.any(axis=axis)) for axis in (1, 0))
    opened = labels.copy()
    if not len(rows):
        return opened
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    step = max(1, max(labels.shape) // _CELLS_ALONG_LONGEST_SIDE)
    kept = _opened(heart[box][::step, ::step], RADIUS_SHARE * max(labels.shape) / step)
    if kept.any():
        # One cell further out, so that a border never moves where nothing was removed.
        grown = np.kron(binary_dilation(kept, np.ones((3, 3))), np.ones((step, step), np.bool_))
        height, width = heart[box].shape
        opened[box][heart[box] & ~grown[:height, :width]] = Structure.BACKGROUND
    return opened


def _opened(mask: Mask, radius: float) -> Mask:
    """Return the union of all discs that fit into a mask."""
    margin = int(np.ceil(radius)) + 1
    padded = np.pad(mask, margin)
    centers = distance_transform_edt(padded) > radius
    if not centers.any():
        return np.zeros_like(mask)
    reached = distance_transform_edt(~centers) <= radius
    return np.asarray(reached[margin:-margin, margin:-margin] & mask)
