"""One chest radiograph as the rest of the library sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.domain.arrays import GrayLevels, read_only
from CXRTriageLib.domain.film_warning import FilmWarning
from CXRTriageLib.domain.spacing import PixelSpacing
from CXRTriageLib.errors import InvalidValueError


class ViewPosition(Enum):
    """Direction of the beam; DICOM View Position (0018,5101)."""

    PA = "PA"
    AP = "AP"
    LATERAL = "lateral"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class VoiWindow:
    """A display window that the file brings along, in modality values.

    Attributes
    ----------
    center, width
        In the units of `Radiograph.level_values`.
    name
        Window Center & Width Explanation (0028,1055), or empty.
    """

    center: float
    width: float
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class FilmFacts:
    """What the file says of the film; nothing here names a patient.

    Attributes
    ----------
    file_name
        Name of the file without its folder.
    file_format
        For example "DICOM", "PNG", "NRRD".
    modality
        DICOM Modality (0008,0060), or empty.
    view
        Direction of the beam.
    age_years
        None where the file does not say it.
    sex
        "M", "F", "O" or empty.
    body_part
        DICOM Body Part Examined (0018,0015) in upper case, or empty.
    manufacturer
        DICOM Manufacturer (0008,0070), or empty.
    sop_instance_uid, sop_class_uid
        DICOM identification of the image, or empty.
    left_edge
        Side of the patient at the left edge of the film, "R" or "L", by DICOM Patient
        Orientation (0020,0020); empty where the file does not say it.
    """

    file_name: str
    file_format: str
    modality: str = ""
    view: ViewPosition = ViewPosition.UNKNOWN
    age_years: float | None = None
    sex: str = ""
    body_part: str = ""
    manufacturer: str = ""
    sop_instance_uid: str = ""
    sop_class_uid: str = ""
    left_edge: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Radiograph:
    """One frontal chest radiograph.

    The networks see `pixels`, after the modality LUT and before the VOI LUT; the eye sees
    `display_table[pixels]`, after both. Every step of the DICOM grayscale pipeline works on
    single values, so a table over all gray levels holds it without loss.

    Attributes
    ----------
    pixels
        Gray levels, (rows, columns), uint8 or uint16; denser tissue is larger, air is dark.
    level_values
        Modality value of each gray level, (levels,), float64, strictly monotone; falling
        where the polarity was inverted.
    display_table
        Gray on screen of each gray level, (levels,), uint8.
    padding_levels
        First and last gray level that mark pixels without X-ray data, or None.
    windows
        Display windows of the file, in modality values.
    spacing
        Millimeters and their source.
    facts
        What the file says of the film.
    warnings
        What the reader found worth saying.
    """

    pixels: GrayLevels
    level_values: NDArray[np.float64]
    display_table: NDArray[np.uint8]
    facts: FilmFacts
    spacing: PixelSpacing = field(default_factory=PixelSpacing)
    padding_levels: tuple[int, int] | None = None
    windows: tuple[VoiWindow, ...] = ()
    warnings: tuple[FilmWarning, ...] = ()

    def __post_init__(self) -> None:
        if self.pixels.ndim != 2 or self.pixels.dtype not in (np.uint8, np.uint16):
            raise InvalidValueError(
                "A radiograph has one uint8 or uint16 image, "
                f"got {self.pixels.dtype} with {self.pixels.ndim} axes."
            )
        levels = len(self.display_table)
        if len(self.level_values) != levels or int(self.pixels.max(initial=0)) >= levels:
            raise InvalidValueError(
                f"The tables cover {len(self.level_values)} and {levels} gray levels, "
                f"the image reaches {int(self.pixels.max(initial=0))}."
            )
        for name in ("pixels", "level_values", "display_table"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.pixels.shape
        return rows, columns

    def for_display(self) -> NDArray[np.uint8]:
        """Return the film as the eye should see it, (rows, columns), 0 to 255."""
        shown: NDArray[np.uint8] = self.display_table[self.pixels]
        return shown
