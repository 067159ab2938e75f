"""Tables of how far masks agree with label images, on one split."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.evaluation.film_outcomes import FilmOutcome
from CXRTriageLib.evaluation.measured_films import MeasuredFilms
from CXRTriageLib.metrics.bootstrap import patient_bootstrap
from CXRTriageLib.site_evaluation.statistics.agreement import Agreement, bland_altman


@dataclass(frozen=True, kw_only=True)
class SegmentationRow:
    """Agreement with the label images of one dataset.

    Attributes
    ----------
    dataset
        Source of the films.
    measure
        "lungs", "lungs_union" or "heart", Jaccard index; "lungs_hausdorff_95_px";
        "lungs_as_drawn_dice", of lungs that are drawn behind the heart too.
    mean
        Mean over films, with its interval.
    sd
        Standard deviation over films, or None for a single film.
    """

    dataset: str
    measure: str
    mean: Estimate
    sd: float | None


def segmentation_rows(films: MeasuredFilms) -> list[SegmentationRow]:
    """Return the overlap on each dataset that has masks.

    Parameters
    ----------
    films
        Films of one split.

    Returns
    -------
    list of SegmentationRow
        By dataset, then measure.
    """
    rows: list[SegmentationRow] = []
    measures: dict[str, Callable[[FilmOutcome], float | None]] = {
        "lungs": lambda outcome: outcome.lung_jaccard,
        "lungs_union": lambda outcome: outcome.lung_union_jaccard,
        "heart": lambda outcome: outcome.heart_jaccard,
        "lungs_hausdorff_95_px": lambda outcome: outcome.lung_hausdorff_95_px,
        "lungs_as_drawn_dice": lambda outcome: outcome.lungs_as_drawn_dice,
    }
    for dataset in sorted({film.dataset for film in films.films}):
        for measure, read in measures.items():
            pairs = [
                (value, film.patient)
                for film, outcome in films.pairs()
                if film.dataset == dataset and (value := read(outcome)) is not None
            ]
            if pairs:
                rows.append(_segmentation_row(dataset, measure, pairs))
    return rows


def _segmentation_row(
    dataset: str, measure: str, pairs: Sequence[tuple[float, str]]
) -> SegmentationRow:
    values = np.array([value for value, _ in pairs])
    mean = patient_bootstrap(
        lambda chosen: float(values[chosen].mean()), [patient for _, patient in pairs]
    )
    sd = float(values.std(ddof=1)) if len(values) > 1 else None
    return SegmentationRow(dataset=dataset, measure=measure, mean=mean, sd=sd)


def ratio_agreement(films: MeasuredFilms) -> Agreement | None:
    """Compare the cardiothoracic ratio of the masks with that of the label images.

    Parameters
    ----------
    films
        Films of one split.

    Returns
    -------
    Agreement or None
        Bias and limits of agreement over all films that have both, None where there is none.
    """
    ratios = [
        (found, drawn, film.patient)
        for film, outcome in films.pairs()
        if (found := outcome.biomarker("cardiothoracic_ratio")) is not None
        and (drawn := outcome.label_cardiothoracic_ratio) is not None
    ]
    if not ratios:
        return None
    measured, reference = np.array([pair[:2] for pair in ratios]).T
    return bland_altman(measured, reference, [patient for *_, patient in ratios])
