"""How far the masks of a film agree with its label image."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from CXRTriageLib.cohort.film_list import LabelKind, ListedFilm
from CXRTriageLib.domain.anatomy import LUNGS, Structure
from CXRTriageLib.domain.arrays import AnyArray, Labels
from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageLib.domain.segmentation import ChestSegmentation
from CXRTriageLib.domain.settings import WorkingSize
from CXRTriageLib.errors import UndefinedMetricError
from CXRTriageLib.metrics.overlap import dice, jaccard, lung_jaccard, lung_union_jaccard
from CXRTriageLib.metrics.surface_distance import surface_distance
from CXRTriageLib.preprocessing.resampling import resize_nearest
from CXRTriageLib.preprocessing.working_film import working_shape
from CXRTriageLib.site_evaluation.label_agreement import label_cardiothoracic_ratio


@dataclass(frozen=True, kw_only=True)
class MaskAgreement:
    """Agreement of masks with the label image of a film, at the label's size.

    None stands where a structure is not drawn, or neither drawn nor found.

    Attributes
    ----------
    lung_jaccard, lung_union_jaccard, heart_jaccard
        Mean of left and right lung, union of both lungs, heart.
    lung_hausdorff_95_px
        Mean of both lungs, on the film scaled to a longest side of 1024 px. None also where one
        lung was not found.
    lungs_as_drawn_dice
        Dice of the whole lungs where the label draws them behind the heart too; of the lungs'
        masks, which leave that part out, where the network does not tell the whole lungs.
    label_cardiothoracic_ratio
        Of the label image.
    """

    lung_jaccard: float | None = None
    lung_union_jaccard: float | None = None
    heart_jaccard: float | None = None
    lung_hausdorff_95_px: float | None = None
    lungs_as_drawn_dice: float | None = None
    label_cardiothoracic_ratio: float | None = None


def mask_agreement(
    film: ListedFilm, radiograph: Radiograph, segmentation: ChestSegmentation
) -> MaskAgreement:
    """Compare masks with the label image of their film.

    Parameters
    ----------
    film
        Names the label image and says what it draws.
    radiograph
        The film, read.
    segmentation
        The masks.

    Returns
    -------
    MaskAgreement
        Empty where the film has no label image.
    """
    if film.label is None:
        return MaskAgreement()
    with Image.open(film.label) as opened:
        drawn = np.asarray(opened)
    found = segmentation.labels
    if film.label_kind is LabelKind.LUNGS_WITH_RETROCARDIAC:
        whole = segmentation.whole_lungs
        lungs = segmentation.lung_fields if whole is None else whole
        return MaskAgreement(lungs_as_drawn_dice=_defined(dice, lungs, np.isin(drawn, LUNGS)))
    hearts = [labels == Structure.HEART for labels in (found, drawn)]
    has_heart = film.label_kind is LabelKind.LUNGS_AND_HEART
    shape = working_shape(radiograph, WorkingSize.LONGEST_SIDE_1024)
    scaled = [resize_nearest(labels, shape) for labels in (found, drawn)]
    return MaskAgreement(
        lung_jaccard=_defined(lung_jaccard, found, drawn),
        lung_union_jaccard=_defined(lung_union_jaccard, found, drawn),
        heart_jaccard=_defined(jaccard, *hearts) if has_heart else None,
        lung_hausdorff_95_px=_defined(_lung_hausdorff_95, *scaled),
        label_cardiothoracic_ratio=label_cardiothoracic_ratio(
            drawn, film.label_kind, aspect=radiograph.spacing.aspect
        ),
    )


def _lung_hausdorff_95(found: Labels, drawn: Labels) -> float:
    distances = [surface_distance(found == lung, drawn == lung) for lung in LUNGS]
    return sum(distance.hausdorff_95 for distance in distances) / len(distances)


def _defined(
    measure: Callable[[AnyArray, AnyArray], float], found: AnyArray, drawn: AnyArray
) -> float | None:
    try:
        return measure(found, drawn)
    except UndefinedMetricError:
        return None
