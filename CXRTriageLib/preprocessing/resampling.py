"""To the networks' grid; every resampling covers the same field, edge to edge."""

from __future__ import annotations

import numpy as np
from PIL import Image

from CXRTriageLib.domain.arrays import AnyArray, FloatImage
from CXRTriageLib.preprocessing.equalization import WHITE


def resize_gray(image: FloatImage, shape: tuple[int, int]) -> FloatImage:
    """Return an image at another size, by bicubic interpolation with antialiasing.

    Parameters
    ----------
    image
        (rows, columns), 0 to 255.
    shape
        Rows and columns wanted.

    Returns
    -------
    ndarray of float32
        ``shape``, clipped to 0 to 255, since bicubic interpolation overshoots at edges.
    """
    if image.shape == tuple(shape):
        return image
    rows, columns = shape
    resized = Image.fromarray(image).resize((columns, rows), Image.Resampling.BICUBIC)
    return np.clip(np.asarray(resized), 0.0, WHITE)


def resize_nearest(image: AnyArray, shape: tuple[int, int]) -> AnyArray:
    """Return labels or a mask at another size, by the nearest pixel center.

    Parameters
    ----------
    image
        (rows, columns), any type.
    shape
        Rows and columns wanted.

    Returns
    -------
    ndarray
        ``shape``, same type.
    """
    rows = ((np.arange(shape[0]) + 0.5) * image.shape[0] / shape[0]).astype(np.int64)
    columns = ((np.arange(shape[1]) + 0.5) * image.shape[1] / shape[1]).astype(np.int64)
    resized: AnyArray = image[rows[:, None], columns]
    return resized
