"""A small picture of a film for the gallery: contours on the left, saliency on the right.

Only what lies between the masks and a finger's breadth around them is shown: words that are
burned into the corners and borders of films, names and dates among them, stay out.
"""

from __future__ import annotations

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import binary_dilation, binary_erosion, distance_transform_edt
from skimage.morphology import convex_hull_image

from CXRTriageLib.domain.anatomy import ORGANS
from CXRTriageLib.domain.arrays import Labels
from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageLib.domain.triage import TriageResult
from CXRTriageLib.exporting.palette import (
    GROUND,
    LINE,
    STRUCTURE_COLORS,
    saliency_colors,
    saliency_opacity,
)
from CXRTriageLib.preprocessing.resampling import resize_nearest

LONGEST_SIDE_PX = 288
"""Of each of the two halves."""

_MARGIN = 0.03
"""Around the masks, as a share of the film's longer side."""
_GAP_PX = 4

Picture = NDArray[np.uint8]


def small_overlay(
    radiograph: Radiograph, result: TriageResult, drawn: Labels | None = None
) -> bytes | None:
    """Draw what was found on a film.

    Parameters
    ----------
    radiograph
        The film.
    result
        What was found; colored lines.
    drawn
        Label image of the film; white lines.

    Returns
    -------
    bytes or None
        A PNG file; None where there is no mask, and so no chest to cut out.
    """
    found = result.segmentation.labels
    anything = found > 0 if drawn is None else (found > 0) | (drawn > 0)
    if not anything.any():
        return None
    box = _box_with_margin(anything)
    rows, columns = (part.stop - part.start for part in box)
    scale = LONGEST_SIDE_PX / max(rows * radiograph.spacing.aspect, columns)
    shape = (
        max(1, round(rows * radiograph.spacing.aspect * scale)),
        max(1, round(columns * scale)),
    )
    gray = radiograph.display_table[radiograph.pixels[box]]
    size = (shape[1], shape[0])
    shrunk = np.asarray(Image.fromarray(gray).resize(size, Image.Resampling.LANCZOS))
    film = Image.fromarray(shrunk * _near(resize_nearest(anything[box], shape)))
    left = np.asarray(film.convert("RGB")).copy()
    if drawn is not None:
        _draw_contours(left, resize_nearest(drawn[box], shape), reference=True)
    _draw_contours(left, resize_nearest(found[box], shape), reference=False)
    right = _with_saliency(film, result, box)
    gap = np.full((shape[0], _GAP_PX, 3), GROUND, np.uint8)
    file = BytesIO()
    Image.fromarray(np.concatenate([left, gap, right], axis=1)).save(file, "PNG", optimize=True)
    return file.getvalue()


def _box_with_margin(mask: NDArray[np.bool_]) -> tuple[slice, slice]:
    margin = round(_MARGIN * max(mask.shape))
    sides = []
    for axis, length in ((1, mask.shape[0]), (0, mask.shape[1])):
        filled = np.flatnonzero(mask.any(axis=axis))
        sides.append(slice(max(filled[0] - margin, 0), min(filled[-1] + 1 + margin, length)))
    return sides[0], sides[1]


def _near(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the hull of all masks with a margin around it."""
    margin = round(_MARGIN * LONGEST_SIDE_PX)
    hull = np.asarray(convex_hull_image(mask), np.bool_)
    return np.asarray(distance_transform_edt(~hull) <= margin, np.bool_)


def _draw_contours(picture: Picture, labels: Labels, *, reference: bool) -> None:
    for structure in ORGANS:
        mask = labels == structure
        # The reference lies around its mask, so that both lines are seen where they agree.
        line = binary_dilation(mask) & ~mask if reference else mask & ~binary_erosion(mask)
        picture[line] = LINE if reference else STRUCTURE_COLORS[structure]


def _with_saliency(film: Image.Image, result: TriageResult, box: tuple[slice, slice]) -> Picture:
    if result.saliency is None or result.classification is None:
        return np.asarray(film.convert("RGB"))
    leading = result.saliency.values[result.classification.votes.winner]
    rows, columns = (
        working / own for working, own in zip(leading.shape, result.shape, strict=True)
    )
    # Image.resize takes the part to show in pixels of the map: left, top, right, bottom.
    part = (box[1].start * columns, box[0].start * rows, box[1].stop * columns, box[0].stop * rows)
    shown = Image.fromarray(leading / max(float(leading.max()), 1e-12)).resize(
        film.size, Image.Resampling.BILINEAR, box=part
    )
    values = np.asarray(shown, np.float32)
    opacity = saliency_opacity(values)[..., np.newaxis]
    gray = np.asarray(film, np.float32)[..., np.newaxis]
    blended = gray * (1 - opacity) + saliency_colors(values) * opacity
    return np.asarray(np.rint(blended), np.uint8)
