"""Chests made of boxes and ellipses, whose measures follow from how they were made."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.radiograph import FilmFacts, Radiograph, ViewPosition
from CXRTriageLib.domain.segmentation import ChestSegmentation
from CXRTriageLib.domain.spacing import PixelSpacing

Box = tuple[int, int, int, int]
"""First row, row after the last, first column, column after the last."""

ADULT_CHEST_FACTS = FilmFacts(
    file_name="phantom.dcm",
    file_format="DICOM",
    modality="DX",
    view=ViewPosition.PA,
    age_years=54.0,
    sex="F",
    body_part="CHEST",
)

BOX_SHAPE = (100, 120)
BOXES: dict[Structure, Box] = {
    Structure.RIGHT_LUNG: (10, 90, 12, 50),
    Structure.LEFT_LUNG: (16, 80, 70, 104),
    Structure.HEART: (50, 75, 44, 84),
}
"""Lungs of different size, and a heart over both: its diameter is 40 of 92 columns."""


def box_labels(
    boxes: Mapping[Structure, Box] | None = None, shape: tuple[int, int] = BOX_SHAPE
) -> NDArray[np.uint8]:
    """Return labels of boxes; a later one lies over an earlier one."""
    labels = np.zeros(shape, np.uint8)
    for structure, (top, bottom, left, right) in (boxes or BOXES).items():
        labels[top:bottom, left:right] = structure
    return labels


def ellipse_mask(
    shape: tuple[int, int], center: tuple[float, float], radii: tuple[float, float]
) -> NDArray[np.bool_]:
    """Return the pixels whose centers lie in an ellipse with axes along rows and columns."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    inside: NDArray[np.bool_] = ((rows - center[0]) / radii[0]) ** 2 + (
        (columns - center[1]) / radii[1]
    ) ** 2 <= 1
    return inside


def ellipse_labels(shape: tuple[int, int] = (480, 420)) -> NDArray[np.uint8]:
    """Return labels of plausible lungs of different size, and a heart over both."""
    rows, columns = shape
    labels = np.zeros(shape, np.uint8)
    for structure, center, radii in (
        (Structure.RIGHT_LUNG, (0.49, 0.29), (0.37, 0.18)),
        (Structure.LEFT_LUNG, (0.46, 0.72), (0.33, 0.15)),
        (Structure.HEART, (0.64, 0.55), (0.13, 0.16)),
    ):
        labels[
            ellipse_mask(
                shape,
                (center[0] * rows, center[1] * columns),
                (radii[0] * rows, radii[1] * columns),
            )
        ] = structure
    return labels


def gray_film(labels: NDArray[np.uint8], *, levels: int = 4096) -> NDArray[np.uint16]:
    """Return gray levels that follow the masks, with a ramp from corner to corner.

    The lungs are dark, the heart is bright, and the sides of the film are darkest, as air is.
    """
    rows, columns = labels.shape
    share = np.array([0.60, 0.75, 0.20, 0.22])[labels]
    is_side = np.abs(np.linspace(-1, 1, columns)) > 0.84
    share[(labels == Structure.BACKGROUND) & is_side] = 0.05
    ramp = np.add.outer(np.linspace(0, 0.1, rows), np.linspace(0, 0.1, columns))
    return ((share + ramp) * (levels - 1)).astype(np.uint16)


def film_of(
    pixels: NDArray[np.uint8] | NDArray[np.uint16],
    *,
    spacing: PixelSpacing | None = None,
    facts: FilmFacts = ADULT_CHEST_FACTS,
    padding_levels: tuple[int, int] | None = None,
) -> Radiograph:
    """Return gray levels as a film whose display is linear."""
    levels = max(int(pixels.max()) + 1, 256)
    return Radiograph(
        pixels=pixels,
        level_values=np.arange(levels, dtype=np.float64),
        display_table=np.linspace(0, 255, levels).astype(np.uint8),
        facts=facts,
        spacing=spacing or PixelSpacing(),
        padding_levels=padding_levels,
    )


def chest_phantom(
    shape: tuple[int, int] = (480, 420), *, spacing: PixelSpacing | None = None
) -> tuple[Radiograph, ChestSegmentation]:
    """Return a film of ellipses and its masks."""
    labels = ellipse_labels(shape)
    return film_of(gray_film(labels), spacing=spacing), ChestSegmentation(labels=labels)
