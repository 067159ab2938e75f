"""Squares cut from the lung-masked film (paper, section II-B)."""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from CXRTriageLib.domain.arrays import Centers, Mask

PATCH_SIDE_PX = 224
"""Side of a patch: the input size that ResNet-18 was trained for."""

Gray = TypeVar("Gray", np.uint8, np.float32)


class BorderRule(Enum):
    """What happens to a patch that would reach beyond the image."""

    SHIFTED = "shifted"
    """It moves inward until it fits, so that nothing is distorted."""
    CLIPPED = "clipped"
    """It loses what lies outside and is stretched to its full side, as the authors did."""


def patch_boxes(
    centers: Centers,
    shape: tuple[int, int],
    *,
    border: BorderRule,
    side: int = PATCH_SIDE_PX,
) -> NDArray[np.int64]:
    """Return the borders of the patches around some centers.

    Parameters
    ----------
    centers
        Pixels of the image, (n, 2), row and column.
    shape
        Rows and columns of the image.
    border
        What happens at the edge of the image. A shifted box holds all that the clipped box
        of the same center holds, so what clipped boxes cover is covered either way.
    side
        Rows and columns of a patch that lies inside the image; at an even side the center is
        the pixel below and right of the middle.

    Returns
    -------
    ndarray
        (n, 4), int64: first row, first column, and the row and column after the last. Sides
        are shorter than `side` where a box was clipped or the image is smaller than a patch.
    """
    extent = np.asarray(shape, dtype=np.int64)
    first = centers - side // 2
    if border is BorderRule.SHIFTED:
        first = np.minimum(first, extent - side)
    last = first + side
    if border is BorderRule.SHIFTED:
        last = np.maximum(last, side)
    return np.hstack([np.maximum(first, 0), np.minimum(last, extent)])


def cut_patches(
    masked_image: NDArray[Gray], boxes: NDArray[np.int64], *, side: int = PATCH_SIDE_PX
) -> NDArray[Gray]:
    """Cut patches out of an image and stack them as network input.

    Parameters
    ----------
    masked_image
        Gray values 0 to 255, zero outside the lungs, (rows, columns).
    boxes
        Borders of the patches, (n, 4), as `patch_boxes` returns them.
    side
        Rows and columns of every patch.

    Returns
    -------
    ndarray
        (n, 1, side, side), in the data type of the image; gray values stay as they are. A
        smaller box is stretched to the full side, bilinear with pixel areas aligned.
    """
    patches = np.empty((len(boxes), 1, side, side), dtype=masked_image.dtype)
    for patch, (top, left, bottom, right) in zip(patches, boxes, strict=True):
        content = masked_image[top:bottom, left:right]
        patch[0] = content if content.shape == (side, side) else _stretched(content, side)
    return patches


def _stretched(content: NDArray[Gray], side: int) -> NDArray[Gray]:
    resized = Image.fromarray(content).resize((side, side), Image.Resampling.BILINEAR)
    return np.asarray(resized, dtype=content.dtype)


def boxes_that_touch(region: Mask, boxes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which boxes hold a pixel of a region, for example of a correction.

    Parameters
    ----------
    region
        (rows, columns).
    boxes
        Borders of the patches, (n, 4), as `patch_boxes` returns them.

    Returns
    -------
    ndarray
        (n,), bool.
    """
    return np.array([region[r0:r1, c0:c1].any() for r0, c0, r1, c1 in boxes], dtype=np.bool_)
