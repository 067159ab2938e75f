"""Which attribute gives the pixel spacing, and what it is worth."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

from CXRTriageLib.domain.spacing import PixelSpacing, SpacingSource

Pair: TypeAlias = tuple[float, float]
"""Between adjacent rows, then between adjacent columns; both positive and finite."""

SAME_SPACING = 1e-3
"""Relative difference below which two spacings are equal: decimal strings are rounded, and no
calibration corrects by less than a thousandth."""


@dataclass(frozen=True, kw_only=True)
class SpacingAttributes:
    """What a file says of its pixel size; None where it says nothing that can be used.

    Attributes
    ----------
    pixel_spacing
        Pixel Spacing (0028,0030), millimeters.
    imager_pixel_spacing
        Imager Pixel Spacing (0018,1164), millimeters.
    is_calibrated
        Whether Pixel Spacing Calibration Type (0028,0A02) is given.
    other_spacing
        Any spacing that says nothing of the patient: Nominal Scanned Pixel Spacing (0018,2010)
        of a digitized film, or the voxel size of a volume format.
    aspect_ratio
        Pixel Aspect Ratio (0028,0034): vertical and horizontal size in any unit.
    """

    pixel_spacing: Pair | None = None
    imager_pixel_spacing: Pair | None = None
    is_calibrated: bool = False
    other_spacing: Pair | None = None
    aspect_ratio: Pair | None = None


MOST_ELONGATED = 100.0
"""A longer side of a pixel, divided by the shorter one, is a damaged number."""


def usable_pair(numbers: tuple[float, ...]) -> Pair | None:
    """Return two numbers that can be the sides of a pixel as a pair.

    Parameters
    ----------
    numbers
        Values of an attribute.

    Returns
    -------
    tuple of float or None
        None unless there are exactly two, positive and finite, of similar size.
    """
    if len(numbers) != 2 or not all(0 < number < math.inf for number in numbers):
        return None
    rows, columns = numbers
    return (rows, columns) if max(numbers) <= MOST_ELONGATED * min(numbers) else None


def choose_spacing(attributes: SpacingAttributes) -> PixelSpacing:
    """Return the pixel spacing with its source.

    Pixel Spacing is calibrated if the file says how it was calibrated, or if it differs from
    the spacing at the detector, which is what a correction for magnification leaves behind
    [1]_. Pixel Spacing alone leaves open what it was measured on and gives no millimeters.

    Parameters
    ----------
    attributes
        What the file says.

    Returns
    -------
    PixelSpacing
        Of source unknown with the aspect of the pixels where there are no millimeters.

    References
    ----------
    .. [1] DICOM PS3.3, section 10.7, "Basic Pixel Spacing Calibration Macro".
    """
    pixel, imager = attributes.pixel_spacing, attributes.imager_pixel_spacing
    if pixel and (attributes.is_calibrated or (imager and not _are_same(pixel, imager))):
        return PixelSpacing.from_mm(*pixel, SpacingSource.CALIBRATED)
    if imager:
        return PixelSpacing.from_mm(*imager, SpacingSource.DETECTOR)
    shape = pixel or attributes.other_spacing or attributes.aspect_ratio or (1.0, 1.0)
    return PixelSpacing(aspect=shape[0] / shape[1])


def _are_same(first: Pair, second: Pair) -> bool:
    """Return whether two spacings differ by rounding only."""
    return all(
        math.isclose(one, other, rel_tol=SAME_SPACING)
        for one, other in zip(first, second, strict=True)
    )
