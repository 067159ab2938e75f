"""Millimeters between pixel centers, and what they are worth."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from CXRTriageLib.errors import InvalidValueError


class SpacingSource(Enum):
    """What a pixel spacing was measured on; DICOM PS3.3, section 10.7."""

    CALIBRATED = "calibrated"
    """In the patient: corrected for magnification, by geometry or by a fiducial."""

    DETECTOR = "detector"
    """At the detector, Imager Pixel Spacing (0018,1164): structures appear magnified."""

    UNKNOWN = "unknown"
    """Nothing that a length in millimeters could rest on."""


@dataclass(frozen=True, kw_only=True)
class PixelSpacing:
    """Distance between pixel centers.

    Attributes
    ----------
    row_mm, column_mm
        Between adjacent rows and between adjacent columns, in millimeters; both None if and
        only if the source is unknown.
    source
        What the distance was measured on.
    aspect
        Distance between rows divided by distance between columns; 1 where nothing is known.
        It may be known where millimeters are not, Pixel Aspect Ratio (0028,0034).
    """

    row_mm: float | None = None
    column_mm: float | None = None
    source: SpacingSource = SpacingSource.UNKNOWN
    aspect: float = 1.0

    def __post_init__(self) -> None:
        lengths = (self.row_mm, self.column_mm)
        if self.source is SpacingSource.UNKNOWN:
            if lengths != (None, None):
                raise InvalidValueError("A pixel spacing of unknown source has no millimeters.")
        elif not all(mm is not None and 0 < mm < math.inf for mm in lengths):
            raise InvalidValueError(
                f"Pixel spacing must be positive, got {self.row_mm} x {self.column_mm} mm."
            )
        if not 0 < self.aspect < math.inf:
            raise InvalidValueError(f"Pixel aspect ratio must be positive, got {self.aspect}.")

    @property
    def is_known(self) -> bool:
        """Whether lengths in millimeters may be given."""
        return self.source is not SpacingSource.UNKNOWN

    @classmethod
    def from_mm(cls, row_mm: float, column_mm: float, source: SpacingSource) -> PixelSpacing:
        """Return a known spacing with the aspect that follows from it."""
        if not (0 < row_mm < math.inf and 0 < column_mm < math.inf):
            raise InvalidValueError(
                f"Pixel spacing must be positive, got {row_mm} x {column_mm} mm."
            )
        return cls(row_mm=row_mm, column_mm=column_mm, source=source, aspect=row_mm / column_mm)
