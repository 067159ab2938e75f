"""All imaging biomarkers of one film, with the reason where there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.biomarkers.cardiothoracic import (
    PatientSide,
    cardiothoracic_ratio,
    heart_diameter,
    heart_half,
    length_px,
    midline,
    thoracic_diameter,
)
from CXRTriageLib.biomarkers.intensity import lung_histogram, lung_intensity
from CXRTriageLib.biomarkers.morphology import eccentricity, perimeter_px, solidity
from CXRTriageLib.biomarkers.presence import pixels_of
from CXRTriageLib.biomarkers.reasons import areas, lengths, measured
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.arrays import Labels, Mask
from CXRTriageLib.domain.biomarker import Biomarker, Caliper, Measurement
from CXRTriageLib.domain.label_runs import LabelRuns, PixelRuns
from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageLib.domain.segmentation import ChestSegmentation
from CXRTriageLib.domain.spacing import PixelSpacing
from CXRTriageLib.errors import UndefinedBiomarkerError


def measure_biomarkers(
    radiograph: Radiograph,
    segmentation: ChestSegmentation,
    intensity_table: NDArray[np.float32],
) -> Measurement:
    """Measure all biomarkers of a film.

    ========================================  =======  =========================================
    name                                      unit     meaning
    ========================================  =======  =========================================
    mean_lung_intensity, sd_lung_intensity    1        after preprocessing, divided by 255
    cardiothoracic_ratio                      1        heart diameter by thoracic diameter
    heart_diameter_px, _mm                    px, mm   all columns that the heart spans
    heart_right_half_px, _mm                  px, mm   from the midline to the patient's right
    heart_left_half_px, _mm                   px, mm   from the midline to the patient's left
    thoracic_diameter_px, _mm                 px, mm   widest row, outer to outer lung border
    left_right_area_ratio                     1        area of the left lung by the right one's
    lungs_area_px2, _cm2                      px2, cm2 of both lungs; px2: number of pixels
    right_lung_area_px2, _cm2, left_lung_...  px2, cm2 of one lung
    right_lung_solidity, left_lung_...        1        share of the convex hull
    right_lung_eccentricity, left_lung_...    1        of the ellipse with the same moments
    right_lung_perimeter_px, _mm, left_...    px, mm   length of the border
    ========================================  =======  =========================================

    A length in px is in widths of a pixel, also where pixels are not square. Sides are the
    patient's. Millimeters are those of the spacing's source: at the detector, where it is not
    calibrated.

    Parameters
    ----------
    radiograph
        One film.
    segmentation
        Its masks.
    intensity_table
        Preprocessed value of each gray level, 0 to 255, (levels,).

    Returns
    -------
    Measurement
        Biomarkers and calipers.
    """
    labels, levels = segmentation.labels, len(intensity_table)
    runs = LabelRuns.from_labels(labels)
    histogram = lung_histogram(radiograph.pixels, labels, levels=levels)
    return Measurement(
        biomarkers=(
            *_intensities(radiograph, histogram, intensity_table),
            *_diameters(runs, radiograph.spacing),
            *_both_lungs(runs, radiograph.spacing),
            *_one_lung(runs, Structure.RIGHT_LUNG, labels, radiograph.spacing),
            *_one_lung(runs, Structure.LEFT_LUNG, labels, radiograph.spacing),
        ),
        calipers=tuple(_calipers(runs)),
    )


def measure_while_drawing(
    radiograph: Radiograph,
    runs: LabelRuns,
    histogram: NDArray[np.int64],
    intensity_table: NDArray[np.float32],
) -> Measurement:
    """Measure what can follow a brush stroke: intensities, diameters and areas.

    Parameters
    ----------
    radiograph
        One film.
    runs
        Its masks.
    histogram
        Lung pixels of each gray level, (levels,), as `lung_histogram` counts them. It can be
        kept up to date without counting all pixels again, as can the runs.
    intensity_table
        Preprocessed value of each gray level, 0 to 255, (levels,).

    Returns
    -------
    Measurement
        The same values as `measure_biomarkers` gives, in its order; shapes are left out.
    """
    spacing = radiograph.spacing
    return Measurement(
        biomarkers=(
            *_intensities(radiograph, histogram, intensity_table),
            *_diameters(runs, spacing),
            *_both_lungs(runs, spacing),
            *_area_of_lung(runs, Structure.RIGHT_LUNG, spacing),
            *_area_of_lung(runs, Structure.LEFT_LUNG, spacing),
        ),
        calipers=tuple(_calipers(runs)),
    )


def _intensities(
    radiograph: Radiograph, histogram: NDArray[np.int64], table: NDArray[np.float32]
) -> Iterator[Biomarker]:
    if radiograph.padding_levels is not None:
        first, last = radiograph.padding_levels
        histogram = histogram.copy()
        histogram[first : last + 1] = 0
    yield measured(
        "mean_lung_intensity",
        "Mean lung intensity",
        "1",
        lambda: lung_intensity(histogram, table).mean,
    )
    yield measured(
        "sd_lung_intensity",
        "SD of lung intensity",
        "1",
        lambda: lung_intensity(histogram, table).standard_deviation,
    )


def _diameters(runs: LabelRuns, spacing: PixelSpacing) -> Iterator[Biomarker]:
    yield measured(
        "cardiothoracic_ratio",
        "Cardiothoracic ratio",
        "1",
        lambda: cardiothoracic_ratio(heart_diameter(runs), thoracic_diameter(runs)),
    )
    yield from lengths(
        "heart_diameter", "Heart diameter", lambda: length_px(heart_diameter(runs)), spacing
    )
    yield from lengths(
        "heart_right_half",
        "Right half of the heart",
        lambda: length_px(heart_half(runs, PatientSide.RIGHT)),
        spacing,
    )
    yield from lengths(
        "heart_left_half",
        "Left half of the heart",
        lambda: length_px(heart_half(runs, PatientSide.LEFT)),
        spacing,
    )
    yield from lengths(
        "thoracic_diameter",
        "Thoracic diameter",
        lambda: length_px(thoracic_diameter(runs)),
        spacing,
    )


def _both_lungs(runs: LabelRuns, spacing: PixelSpacing) -> Iterator[Biomarker]:
    def left() -> int:
        return pixels_of(runs, Structure.LEFT_LUNG).area_px

    def right() -> int:
        return pixels_of(runs, Structure.RIGHT_LUNG).area_px

    yield measured(
        "left_right_area_ratio", "Left to right lung area", "1", lambda: left() / right()
    )
    yield from areas("lungs_area", "Area of both lungs", lambda: left() + right(), spacing)


def _one_lung(
    runs: LabelRuns, lung: Structure, labels: Labels, spacing: PixelSpacing
) -> Iterator[Biomarker]:
    key, words = lung.name.lower(), lung.spoken_name.capitalize()

    def region() -> PixelRuns:
        return pixels_of(runs, lung)

    yield from _area_of_lung(runs, lung, spacing)
    yield measured(f"{key}_solidity", f"{words} solidity", "1", lambda: solidity(region()))
    yield measured(
        f"{key}_eccentricity",
        f"{words} eccentricity",
        "1",
        lambda: eccentricity(region(), aspect=spacing.aspect),
    )
    yield from lengths(
        f"{key}_perimeter",
        f"{words} perimeter",
        lambda: perimeter_px(_cut_out(labels, lung, region()), aspect=spacing.aspect),
        spacing,
    )


def _area_of_lung(runs: LabelRuns, lung: Structure, spacing: PixelSpacing) -> Iterator[Biomarker]:
    yield from areas(
        f"{lung.name.lower()}_area",
        f"{lung.spoken_name.capitalize()} area",
        lambda: pixels_of(runs, lung).area_px,
        spacing,
    )


def _cut_out(labels: Labels, structure: Structure, region: PixelRuns) -> Mask:
    rows = slice(region.rows[0], region.rows[-1] + 1)
    mask: Mask = labels[rows, region.starts.min() : region.stops.max()] == structure
    return mask


def _calipers(runs: LabelRuns) -> Iterator[Caliper]:
    lines: tuple[Callable[[], Caliper], ...] = (
        lambda: heart_diameter(runs),
        lambda: thoracic_diameter(runs),
        lambda: midline(runs),
        lambda: heart_half(runs, PatientSide.RIGHT),
        lambda: heart_half(runs, PatientSide.LEFT),
    )
    for line in lines:
        # The biomarker that is measured along a line says why it is missing.
        with suppress(UndefinedBiomarkerError):
            yield line()
