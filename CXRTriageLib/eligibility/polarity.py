"""Whether air is bright on a film where it should be dark.

Only the order of gray levels counts, so that no window and no exposure changes the answer.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.domain.anatomy import LUNGS
from CXRTriageLib.domain.arrays import GrayLevels, Labels, Mask
from CXRTriageLib.domain.film_warning import FilmWarning, WarningCode
from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageLib.domain.segmentation import ChestSegmentation

LEAST_LUNGS_DARKER = 0.45
"""Chance that a lung pixel is darker than one beside the lungs. On 977 training and validation
films with label images it is 0.68 or more on 99 percent, and 0.50 at the lowest."""

MOST_LUNG_FIELDS_BRIGHTER = 0.1
LEAST_CORNER_RANK = 0.5
"""An inverted film has lung fields brighter than the mediastinum by more than the former, in
ranks of gray from 0 to 1, and upper corners above the latter. None of 1,516 training and
validation films has both; turned around, 96 percent of them have."""

_SIDE_PX = 512
"""Fine enough for areas as large as these."""

_MEDIASTINUM = ((0.25, 0.80, 0.45, 0.55),)
_LUNG_FIELDS = ((0.25, 0.60, 0.18, 0.36), (0.25, 0.60, 0.64, 0.82))
_UPPER_CORNERS = ((0.00, 0.08, 0.00, 0.08), (0.00, 0.08, 0.92, 1.00))
"""First and last row, first and last column of boxes, as shares of the film."""


def check_polarity(
    radiograph: Radiograph, segmentation: ChestSegmentation
) -> Iterator[FilmWarning]:
    """Yield a warning where the film looks as if air were bright.

    Two signs, of which one is enough: lungs that are brighter than what lies between and
    around them, and, because masks of an inverted film may be anywhere, bright corners and
    lung fields where a chest film is dark.

    Parameters
    ----------
    radiograph
        One film.
    segmentation
        Its masks.

    Yields
    ------
    FilmWarning
        At most one.
    """
    step = max(max(radiograph.shape) // _SIDE_PX, 1)
    pixels = radiograph.pixels[::step, ::step]
    labels = segmentation.labels[::step, ::step]
    exposed = _exposed(pixels, radiograph.padding_levels)
    if _lungs_are_bright(pixels, labels, exposed) or _layout_is_inverted(pixels, exposed):
        yield FilmWarning(
            code=WarningCode.INVERTED_POLARITY,
            message="The film looks as if its polarity were inverted, with air bright; "
            "check how it was exported.",
        )


def _exposed(pixels: GrayLevels, padding_levels: tuple[int, int] | None) -> Mask:
    if padding_levels is None:
        return np.ones(pixels.shape, np.bool_)
    first, last = padding_levels
    return (pixels < first) | (pixels > last)


def _lungs_are_bright(pixels: GrayLevels, labels: Labels, exposed: Mask) -> bool:
    """Compare the lungs with the rest of the box around them."""
    is_lung = labels >= min(LUNGS)
    if not is_lung.any():
        return False
    rows, columns = (np.flatnonzero(is_lung.any(axis=axis)) for axis in (1, 0))
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    levels = int(pixels.max()) + 1
    lung, other = (
        np.bincount(pixels[box][chosen[box]], minlength=levels)
        for chosen in (is_lung & exposed, ~is_lung & exposed)
    )
    pairs = int(lung.sum()) * int(other.sum())
    if not pairs:
        return False
    brighter_than_level = other.sum() - other.cumsum() + other / 2
    return float(lung @ brighter_than_level) / pairs < LEAST_LUNGS_DARKER


def _layout_is_inverted(pixels: GrayLevels, exposed: Mask) -> bool:
    """Compare places of the film, without masks."""
    counts = np.bincount(pixels[exposed], minlength=int(pixels.max()) + 1)
    ranks = ((counts.cumsum() - counts / 2) / max(counts.sum(), 1))[pixels]
    ranks[~exposed] = np.nan
    mediastinum, lung_fields, corners = (
        _mean_rank(ranks, boxes) for boxes in (_MEDIASTINUM, _LUNG_FIELDS, _UPPER_CORNERS)
    )
    # Not a number, where a place is all padding, compares as false.
    return lung_fields - mediastinum > MOST_LUNG_FIELDS_BRIGHTER and corners > LEAST_CORNER_RANK


def _mean_rank(
    ranks: NDArray[np.float64], boxes: tuple[tuple[float, float, float, float], ...]
) -> float:
    rows, columns = ranks.shape
    values = np.concatenate(
        [
            ranks[
                int(top * rows) : int(bottom * rows), int(left * columns) : int(right * columns)
            ].reshape(-1)
            for top, bottom, left, right in boxes
        ]
    )
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")
