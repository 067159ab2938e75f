"""Stored pixels and what is known of them -> Radiograph; the checks that all formats share."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from CXRTriageLib.domain.film_warning import FilmWarning, WarningCode
from CXRTriageLib.domain.radiograph import FilmFacts, Radiograph, VoiWindow
from CXRTriageLib.domain.spacing import PixelSpacing
from CXRTriageLib.errors import (
    ConstantImageError,
    ImageTooLargeError,
    ImageTooSmallError,
    InvalidValueError,
)
from CXRTriageLib.reading.grayscale import (
    FloatTable,
    LevelTables,
    Modality,
    Rescale,
    Voi,
    Window,
    compose_display,
    compose_levels,
)
from CXRTriageLib.reading.stored_image import StoredImage, present_levels, replace_codes

SHORTEST_SIDE_PX = 128
"""Half of what the segmentation network sees: a film below it is refused."""

SMALL_SIDE_PX = 256
"""The size that the segmentation network sees: a film below it gets a warning."""

LONGEST_SIDE_PX = 20_000
MOST_PIXELS = 80_000_000
"""Three times the largest detector; what is larger is a damaged header or an attack."""

FEW_LEVELS = 64
"""Below this, bands are seen in the lungs."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Rendition:
    """What a file says about turning its stored values into gray.

    Attributes
    ----------
    modality
        From stored to modality values.
    voi
        From modality values to brightness; None shows all values that there are.
    inverted
        Whether the lowest modality value is shown brightest.
    padding
        First and last stored value of pixels without X-ray data, or None.
    windows
        All display windows of the file.
    """

    modality: Modality = field(default_factory=Rescale)
    voi: Voi | None = None
    inverted: bool = False
    padding: tuple[float, float] | None = None
    windows: tuple[VoiWindow, ...] = ()


def header_warning(message: str) -> FilmWarning:
    """Return the warning that a part of the header was left out."""
    return FilmWarning(code=WarningCode.UNUSABLE_HEADER, message=message)


def check_sides(file_name: str, rows: int, columns: int) -> None:
    """Refuse an image that is too small to read or too large to be a radiograph.

    Parameters
    ----------
    file_name
        Name of the file, for the message.
    rows, columns
        Size of the image.

    Raises
    ------
    ImageTooSmallError
        If a side is under `SHORTEST_SIDE_PX`.
    ImageTooLargeError
        If a side is over `LONGEST_SIDE_PX` or there are more than `MOST_PIXELS`.
    """
    if min(rows, columns) < SHORTEST_SIDE_PX:
        raise ImageTooSmallError(
            f"{file_name} has {rows} x {columns} pixels, and each side needs at least "
            f"{SHORTEST_SIDE_PX}. Export the film at its full size."
        )
    if max(rows, columns) > LONGEST_SIDE_PX or rows * columns > MOST_PIXELS:
        raise ImageTooLargeError(
            f"{file_name} has {rows} x {columns} pixels, more than any radiograph "
            f"(at most {LONGEST_SIDE_PX} along a side and {MOST_PIXELS // 1_000_000} million "
            "in all). Export the film at its own size."
        )


def assemble_radiograph(
    stored: StoredImage,
    rendition: Rendition,
    *,
    facts: FilmFacts,
    spacing: PixelSpacing,
    warnings: tuple[FilmWarning, ...] = (),
) -> Radiograph:
    """Return the film that stored pixels make.

    Parameters
    ----------
    stored
        The pixels; `check_sides` has seen their size.
    rendition
        How they become gray. A modality LUT or VOI that cannot be used is left out with a
        warning.
    facts, spacing
        What the file says.
    warnings
        What the reader has found so far.

    Returns
    -------
    Radiograph
        With the warnings of the checks made here added.

    Raises
    ------
    ConstantImageError
        If all pixels, but for padding, have the same value.
    """
    found = list(warnings)
    rendition, tables = _usable_levels(stored, rendition, found)
    pixels = replace_codes(stored.codes, tables.level_of_value[stored.position_of_code])
    padding = _padding_levels(stored, rendition, tables)
    present = present_levels(pixels, len(tables.level_values), padding, enough=FEW_LEVELS)
    if len(present) < 2:
        raise ConstantImageError(
            f"{facts.file_name} is blank: all pixels have the same value. "
            "Export the film again, or choose another one."
        )
    found.extend(_warnings_of_pixels(pixels.shape, len(present)))
    # 8 bits are shown as they are, as every viewer does; more are spread over the screen.
    shown = tables.level_values if pixels.dtype == np.uint8 else tables.level_values[present]
    whole_range = Window.spanning(float(shown.min()), float(shown.max()))
    return Radiograph(
        pixels=pixels,
        level_values=tables.level_values,
        display_table=compose_display(
            tables.level_values,
            _usable_voi(rendition, tables.level_values[present], found) or whole_range,
            inverted=rendition.inverted,
        ),
        facts=facts,
        spacing=spacing,
        padding_levels=padding,
        windows=rendition.windows,
        warnings=tuple(found),
    )


def _usable_levels(
    stored: StoredImage, rendition: Rendition, found: list[FilmWarning]
) -> tuple[Rendition, LevelTables]:
    """Return the levels, without the modality LUT if it cannot be used."""
    inverted = rendition.inverted
    try:
        return rendition, compose_levels(stored.values, rendition.modality, inverted=inverted)
    except InvalidValueError as error:
        found.append(header_warning(f"{error} The modality LUT was left out."))
    rendition = replace(rendition, modality=Rescale(), voi=None, windows=())
    return rendition, compose_levels(stored.values, Rescale(), inverted=inverted)


def _padding_levels(
    stored: StoredImage, rendition: Rendition, tables: LevelTables
) -> tuple[int, int] | None:
    """Return the first and last level of padding."""
    if stored.gap_value is not None:
        limits = (stored.gap_value, stored.gap_value)
    elif rendition.padding is not None:
        limits = rendition.padding
    else:
        return None
    is_padding = (stored.values >= limits[0]) & (stored.values <= limits[1])
    levels = tables.level_of_value[is_padding]
    return (int(levels.min()), int(levels.max())) if len(levels) else None


def _warnings_of_pixels(shape: tuple[int, ...], level_count: int) -> list[FilmWarning]:
    """Return what size and gray levels give reason to say."""
    found = []
    if min(shape) < SMALL_SIDE_PX:
        message = (
            f"The film has only {shape[0]} x {shape[1]} pixels: detail that the networks look "
            "for is missing."
        )
        found.append(FilmWarning(code=WarningCode.SMALL_IMAGE, message=message))
    if level_count < FEW_LEVELS:
        message = f"The film has only {level_count} gray levels: fine differences are lost."
        found.append(FilmWarning(code=WarningCode.FEW_GRAY_LEVELS, message=message))
    return found


def _usable_voi(rendition: Rendition, values: FloatTable, found: list[FilmWarning]) -> Voi | None:
    """Return the file's VOI if it tells any values of the film apart."""
    voi = rendition.voi
    if voi is None or len(np.unique(compose_display(values, voi, inverted=False))) > 1:
        return voi
    found.append(
        header_warning(
            "The display window of the file lies outside of the film's values and was left out."
        )
    )
    return None
