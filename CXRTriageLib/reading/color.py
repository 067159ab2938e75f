"""Color that is really gray."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.domain.film_warning import FilmWarning, WarningCode
from CXRTriageLib.errors import TrueColorError
from CXRTriageLib.reading.stored_image import STRIP_ROWS

GRAY_TOLERANCE = 1 / 16
"""Difference between the channels of a pixel, as a share of white, up to which it is gray.
JPEG stores color coarsely: a film that was a little tinted comes back with differences up to
about 1/20."""

COLORED_SHARE = 1e-3
"""Share of colored pixels up to which a film is gray: a colored side marker or a sharp edge
that JPEG has blurred, but no photograph."""

_LUMA_WEIGHTS = (19_595, 38_470, 7_471)
"""0.299, 0.587, 0.114 (ITU-R BT.601) in 65,536ths; their sum is exactly 1, so that equal
channels keep their value."""

COLOR_WAS_GRAY = FilmWarning(
    code=WarningCode.COLOR_WAS_GRAY,
    message="The file stores color, all of it gray: it may be a screenshot or a photograph "
    "of the film.",
)


def gray_of_color(colors: NDArray[Any], *, white: int, file_name: str) -> NDArray[Any]:
    """Return the brightness of an image whose channels are nearly equal.

    Parameters
    ----------
    colors
        (rows, columns, 3), uint8 or uint16: red, green, blue.
    white
        Highest value a channel can have.
    file_name
        Name of the file, for the message.

    Returns
    -------
    ndarray
        (rows, columns) of the same type. Where the channels are equal it is their value.

    Raises
    ------
    TrueColorError
        If more than `COLORED_SHARE` of the pixels differ by more than `GRAY_TOLERANCE`.
    """
    gray = np.empty(colors.shape[:2], colors.dtype)
    colored = 0
    for row in range(0, len(colors), STRIP_ROWS):
        strip = slice(row, row + STRIP_ROWS)
        red, green, blue = np.moveaxis(colors[strip].astype(np.uint32), -1, 0)
        brightest = np.maximum(np.maximum(red, green), blue)
        darkest = np.minimum(np.minimum(red, green), blue)
        colored += int(np.count_nonzero(brightest - darkest > GRAY_TOLERANCE * white))
        weights = _LUMA_WEIGHTS
        luma = red * weights[0] + green * weights[1] + blue * weights[2]
        gray[strip] = (luma + 32_768 * (brightest > darkest)) >> 16
    if colored > COLORED_SHARE * gray.size:
        raise TrueColorError(
            f"{file_name} is a color picture: {100 * colored / gray.size:.1f} % of its pixels "
            "are colored. Export the original film in gray, best as DICOM."
        )
    return gray


def blend_on_black(gray: NDArray[Any], opacity: NDArray[Any], *, opaque: int) -> NDArray[Any]:
    """Return gray as it looks on black, which is air.

    Parameters
    ----------
    gray, opacity
        (rows, columns), uint8 or uint16.
    opaque
        Value of full opacity.

    Returns
    -------
    ndarray
        (rows, columns) of the type of `gray`; `gray` itself if nothing shines through.
    """
    if int(opacity.min()) == opaque:
        return gray
    blended = (gray.astype(np.uint32) * opacity + opaque // 2) // opaque
    return blended.astype(gray.dtype)
