"""Masks against the label image of a film."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from CXRTriageLib.biomarkers.cardiothoracic import (
    cardiothoracic_ratio,
    heart_diameter,
    thoracic_diameter,
)
from CXRTriageLib.cohort.film_list import LabelKind
from CXRTriageLib.domain.anatomy import LUNGS, Structure
from CXRTriageLib.domain.arrays import AnyArray, Labels, Mask
from CXRTriageLib.domain.label_runs import LabelRuns
from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageLib.domain.settings import WorkingSize
from CXRTriageLib.errors import UndefinedBiomarkerError, UndefinedMetricError
from CXRTriageLib.metrics.overlap import dice, jaccard
from CXRTriageLib.metrics.surface_distance import SurfaceDistance, surface_distance
from CXRTriageLib.preprocessing.resampling import resize_nearest
from CXRTriageLib.preprocessing.working_film import working_shape
from CXRTriageLib.site_evaluation.film_record import OrganAgreement

_ORGANS: dict[str, tuple[Structure, ...]] = {
    "heart": (Structure.HEART,),
    "left_lung": (Structure.LEFT_LUNG,),
    "right_lung": (Structure.RIGHT_LUNG,),
    "lungs": LUNGS,
}


def label_kind_of(labels: Labels, stated: LabelKind) -> LabelKind:
    """Return what a label image draws: as stated, else told from its values."""
    if stated is not LabelKind.NONE:
        return stated
    has_heart = bool((labels == Structure.HEART).any())
    return LabelKind.LUNGS_AND_HEART if has_heart else LabelKind.LUNGS


def organ_agreement(
    radiograph: Radiograph, found: Labels, drawn: Labels, kind: LabelKind
) -> tuple[OrganAgreement, ...]:
    """Compare masks with a label image, structure by structure.

    Overlap is measured at the film's own size, distances on the film scaled to a longest side
    of 1024 square pixels.

    Parameters
    ----------
    radiograph
        The film.
    found, drawn
        Masks and label image, (rows, columns).
    kind
        What the label image draws. Lungs that are drawn behind the heart are another structure
        than the masks' and are not compared.

    Returns
    -------
    tuple of OrganAgreement
        Heart, where it is drawn, left lung, right lung, both lungs.
    """
    if kind is LabelKind.LUNGS_WITH_RETROCARDIAC:
        return ()
    shape = working_shape(radiograph, WorkingSize.LONGEST_SIDE_1024)
    small_found, small_drawn = resize_nearest(found, shape), resize_nearest(drawn, shape)
    mm_per_px = _mm_per_px(radiograph, shape)
    agreements = []
    for organ, structures in _ORGANS.items():
        if organ == "heart" and kind is not LabelKind.LUNGS_AND_HEART:
            continue
        masks = np.isin(found, structures), np.isin(drawn, structures)
        small = np.isin(small_found, structures), np.isin(small_drawn, structures)
        distance = _distance(*small)
        px = (None, None) if distance is None else (distance.hausdorff_95, distance.average)
        mm = [None if mm_per_px is None or item is None else item * mm_per_px for item in px]
        agreements.append(
            OrganAgreement(
                organ=organ,
                jaccard=_overlap(jaccard, *masks),
                dice=_overlap(dice, *masks),
                hd95_px=px[0],
                hd95_mm=mm[0],
                surface_distance_px=px[1],
                surface_distance_mm=mm[1],
            )
        )
    return tuple(agreements)


def label_cardiothoracic_ratio(drawn: Labels, kind: LabelKind, *, aspect: float) -> float | None:
    """Return the cardiothoracic ratio of a label image, or None where it has none."""
    if kind is not LabelKind.LUNGS_AND_HEART:
        return None
    runs = LabelRuns.from_labels(drawn)
    try:
        return cardiothoracic_ratio(heart_diameter(runs), thoracic_diameter(runs), aspect=aspect)
    except UndefinedBiomarkerError:
        return None


def _mm_per_px(radiograph: Radiograph, shape: tuple[int, int]) -> float | None:
    """Return the side of a pixel of the scaled film."""
    if radiograph.spacing.column_mm is None:
        return None
    return radiograph.spacing.column_mm * radiograph.shape[1] / shape[1]


def _distance(found: Mask, drawn: Mask) -> SurfaceDistance | None:
    try:
        return surface_distance(found, drawn)
    except UndefinedMetricError:
        return None


def _overlap(
    measure: Callable[[AnyArray, AnyArray], float], found: AnyArray, drawn: AnyArray
) -> float | None:
    try:
        return measure(found, drawn)
    except UndefinedMetricError:
        return None
