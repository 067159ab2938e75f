"""Numbers that are either there or come with the reason why they are not."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from CXRTriageLib.domain.biomarker import Biomarker
from CXRTriageLib.domain.spacing import PixelSpacing
from CXRTriageLib.errors import UndefinedBiomarkerError

NO_SPACING = "The pixel spacing is unknown."
MM2_PER_CM2 = 100.0


def measured(name: str, label: str, unit: str, compute: Callable[[], float]) -> Biomarker:
    """Return a biomarker, with the reason in place of a value where it is undefined.

    Parameters
    ----------
    name, label, unit
        Of the biomarker.
    compute
        Returns the value, or raises `UndefinedBiomarkerError`.
    """
    try:
        return Biomarker(name=name, label=label, unit=unit, value=float(compute()))
    except UndefinedBiomarkerError as error:
        return Biomarker(name=name, label=label, unit=unit, value=None, reason=str(error))


def lengths(
    name: str, label: str, compute_px: Callable[[], float], spacing: PixelSpacing
) -> Iterator[Biomarker]:
    """Yield a length in pixels and in millimeters.

    Parameters
    ----------
    name, label
        Of the biomarkers; the unit is put behind the name.
    compute_px
        Returns the length in widths of a pixel, or raises `UndefinedBiomarkerError`.
    spacing
        Of the film.
    """
    yield measured(f"{name}_px", label, "px", compute_px)
    yield measured(f"{name}_mm", label, "mm", lambda: compute_px() * _known(spacing.column_mm))


def areas(
    name: str, label: str, count_pixels: Callable[[], int], spacing: PixelSpacing
) -> Iterator[Biomarker]:
    """Yield an area in pixels and in square centimeters.

    Parameters
    ----------
    name, label
        Of the biomarkers; the unit is put behind the name.
    count_pixels
        Returns the number of pixels, or raises `UndefinedBiomarkerError`.
    spacing
        Of the film.
    """
    yield measured(f"{name}_px2", label, "px2", count_pixels)
    yield measured(
        f"{name}_cm2",
        label,
        "cm2",
        lambda: count_pixels() * _known(spacing.row_mm) * _known(spacing.column_mm) / MM2_PER_CM2,
    )


def _known(distance_mm: float | None) -> float:
    if distance_mm is None:
        raise UndefinedBiomarkerError(NO_SPACING)
    return distance_mm
