"""Does it do as well for everybody: results by view, sex, age, machine and source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.metrics.bootstrap import DRAWS, patient_bootstrap
from CXRTriageLib.site_evaluation.statistics.columns import FilmColumns, Words
from CXRTriageLib.site_evaluation.statistics.labeled_films import (
    Codes,
    LabeledFilms,
    class_measures,
)
from CXRTriageLib.site_evaluation.statistics.overlap import lungs_jaccard, mean_estimate
from CXRTriageLib.site_evaluation.statistics.proportions import exact_share

SMALLEST_GROUP = 30
"""Below this number of films a group gets a warning."""

AGE_BANDS = ((0, 18), (18, 40), (40, 60), (60, 75), (75, 200))
UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class SubgroupRow:
    """Films that share one property.

    Attributes
    ----------
    factor, group
        For example "sex" and "F".
    films, patients
        In the group, labeled or not.
    accuracy
        Among labeled films, None where there is none.
    balanced_accuracy
        Mean over the classes that have films in the group.
    lungs_jaccard
        Among films with drawn lungs, None where there is none.
    is_small
        Whether the group has so few films that its numbers say little.
    """

    factor: str
    group: str
    films: int
    patients: int
    accuracy: Estimate | None
    balanced_accuracy: Estimate | None
    lungs_jaccard: Estimate | None
    is_small: bool


def age_bands(films: FilmColumns) -> Words:
    """Return the age band of each film, "unknown" where the age is."""
    bands = np.full(len(films), UNKNOWN, dtype="<U16")
    for low, high in AGE_BANDS:
        name = f"under {high}" if low == 0 else f"{low} to {high - 1}"
        bands[(films.age >= low) & (films.age < high)] = name
    bands[films.age >= AGE_BANDS[-1][0]] = f"{AGE_BANDS[-1][0]} and over"
    return bands


def subgroup_rows(
    films: FilmColumns, class_names: Sequence[str], *, draws: int = DRAWS
) -> tuple[SubgroupRow, ...]:
    """Return results for every group of every property.

    Parameters
    ----------
    films
        All films.
    class_names
        The classes that the vote can give.
    draws
        Resampled sets of patients.

    Returns
    -------
    tuple of SubgroupRow
        By view, sex, age band, manufacturer and source, groups in alphabetical order.
    """
    factors = {
        "view": films.view,
        "sex": films.sex,
        "age": age_bands(films),
        "manufacturer": films.manufacturer,
        "source": films.site,
    }
    return tuple(
        _row(factor, group, films.take(names == group), class_names, draws)
        for factor, raw in factors.items()
        for names in [np.where(raw == "", UNKNOWN, raw)]
        for group in np.unique(names).tolist()
    )


def _row(
    factor: str, group: str, films: FilmColumns, class_names: Sequence[str], draws: int
) -> SubgroupRow:
    labeled = LabeledFilms.of(films, class_names)
    jaccard = lungs_jaccard(films)
    drawn = ~np.isnan(jaccard)
    accuracy = balanced = overlap = None
    if len(labeled):
        accuracy = exact_share(list(labeled.right), list(labeled.patient))
        balanced = balanced_accuracy(labeled, draws=draws)
    if drawn.any():
        overlap = mean_estimate(jaccard[drawn], list(films.patient[drawn]), draws=draws)
    return SubgroupRow(
        factor=factor,
        group=group,
        films=len(films),
        patients=films.patient_count,
        accuracy=accuracy,
        balanced_accuracy=balanced,
        lungs_jaccard=overlap,
        is_small=len(films) < SMALLEST_GROUP,
    )


def balanced_accuracy(films: LabeledFilms, *, draws: int = DRAWS) -> Estimate:
    """Return the mean over classes with films of the share of films that are right."""
    present = films.present

    def mean_recall(chosen: Codes) -> float | None:
        recall = class_measures(films.confusion(chosen))["recall"][present].mean()
        return None if np.isnan(recall) else float(recall)

    return patient_bootstrap(mean_recall, list(films.patient), draws=draws)


def small_groups(rows: Sequence[SubgroupRow]) -> Iterator[SubgroupRow]:
    """Yield the groups whose numbers say little."""
    return (row for row in rows if row.is_small)
