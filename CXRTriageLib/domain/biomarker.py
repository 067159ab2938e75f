"""A measured number, or the reason why there is none; and the lines it was measured along."""

from __future__ import annotations

import math
from dataclasses import dataclass

from CXRTriageLib.errors import InvalidValueError


@dataclass(frozen=True, kw_only=True)
class Biomarker:
    """One imaging biomarker.

    Attributes
    ----------
    name
        Key in files, for example "cardiothoracic_ratio".
    label
        Name for people, for example "Cardiothoracic ratio".
    unit
        "1" for ratios and normalized intensities, else for example "px", "mm", "cm2".
    value
        The number, or None where it is undefined.
    reason
        Why there is no number; empty where there is one.
    """

    name: str
    label: str
    unit: str
    value: float | None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.value is None and not self.reason:
            raise InvalidValueError(f"{self.name} has neither a value nor a reason.")
        if self.value is not None and (self.reason or not math.isfinite(self.value)):
            raise InvalidValueError(
                f"{self.name} must be a finite number without a reason, got {self.value}."
            )


@dataclass(frozen=True, kw_only=True)
class Caliper:
    """A straight line that a distance was measured along.

    Attributes
    ----------
    name
        Key in files: "heart_diameter", "thoracic_diameter", "midline", "heart_right_half",
        "heart_left_half".
    start, end
        End points in pixel coordinates of the film, (row, column); pixel centers lie at whole
        numbers, so that a mask that spans columns 10 to 19 runs from 9.5 to 19.5.
    """

    name: str
    start: tuple[float, float]
    end: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """What was measured on one film.

    Attributes
    ----------
    biomarkers
        In the order of reports.
    calipers
        The lines that exist, in pixels of the film.
    """

    biomarkers: tuple[Biomarker, ...]
    calipers: tuple[Caliper, ...]
