"""How far the masks agree with drawn ones, over all films that have such masks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.metrics.bootstrap import DRAWS, joint_patient_bootstrap
from CXRTriageLib.site_evaluation.film_record import ORGAN_NAMES
from CXRTriageLib.site_evaluation.statistics.columns import (
    AGREEMENT_MEASURES,
    FilmColumns,
    Numbers,
)
from CXRTriageLib.site_evaluation.statistics.labeled_films import Codes


@dataclass(frozen=True, kw_only=True)
class OverlapRow:
    """One measure of one structure.

    Attributes
    ----------
    organ, measure
        Names as in `FilmColumns.agreement`.
    mean
        Over films, with its interval.
    sd
        Over films, None for a single one.
    median, worst
        Over films; the worst is the smallest overlap or the largest distance.
    """

    organ: str
    measure: str
    mean: Estimate
    sd: float | None
    median: float
    worst: float


def lungs_jaccard(films: FilmColumns) -> Numbers:
    """Return for each film the mean Jaccard index of left and right lung, NaN without both."""
    left, right = (films.agreement[organ, "jaccard"] for organ in ("left_lung", "right_lung"))
    return (left + right) / 2


def overlap_rows(films: FilmColumns, *, draws: int = DRAWS) -> tuple[OverlapRow, ...]:
    """Return all measures of all structures that were drawn.

    Parameters
    ----------
    films
        Films with and without drawn masks.
    draws
        Resampled sets of patients.

    Returns
    -------
    tuple of OverlapRow
        Structure by structure; empty where nothing was drawn.
    """
    rows = [
        _row(films, organ, measure, draws)
        for organ in ORGAN_NAMES
        for measure in AGREEMENT_MEASURES
    ]
    return tuple(row for row in rows if row is not None)


def _row(films: FilmColumns, organ: str, measure: str, draws: int) -> OverlapRow | None:
    values = films.agreement[organ, measure]
    known = ~np.isnan(values)
    if not known.any():
        return None
    values = values[known]
    is_overlap = measure in ("jaccard", "dice")
    return OverlapRow(
        organ=organ,
        measure=measure,
        mean=mean_estimate(values, list(films.patient[known]), draws=draws),
        sd=float(values.std(ddof=1)) if len(values) > 1 else None,
        median=float(np.median(values)),
        worst=float(values.min() if is_overlap else values.max()),
    )


def mean_estimate(values: Numbers, patients: list[str], *, draws: int = DRAWS) -> Estimate:
    """Return the mean of finite values with its interval over resampled patients."""

    def mean(chosen: Codes) -> Numbers:
        return np.array([values[chosen].mean()])

    (estimate,) = joint_patient_bootstrap(mean, patients, draws=draws)
    return estimate
