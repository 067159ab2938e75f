"""The same films measured twice: another model, or corrected masks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from statsmodels.stats.contingency_tables import mcnemar

from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.metrics.bootstrap import DRAWS, joint_patient_bootstrap
from CXRTriageLib.site_evaluation.statistics.agreement import ENLARGED_ABOVE, LIMIT
from CXRTriageLib.site_evaluation.statistics.calibration import calibration_errors
from CXRTriageLib.site_evaluation.statistics.classification import class_areas
from CXRTriageLib.site_evaluation.statistics.columns import (
    PATCH_MEAN,
    PATCH_SD,
    FilmColumns,
    Numbers,
)
from CXRTriageLib.site_evaluation.statistics.labeled_films import (
    CLASS_MEANS,
    Codes,
    LabeledFilms,
    class_measures,
)

COMPARED_BIOMARKERS = (
    "mean_lung_intensity", "sd_lung_intensity", "cardiothoracic_ratio", PATCH_MEAN, PATCH_SD,
)  # fmt: skip
OF_ALL_CLASSES = ("accuracy", *CLASS_MEANS, "area", "brier", "expected_error")
OF_EACH_CLASS = (*CLASS_MEANS, "area")
VOTE_MARGIN = "vote_margin"
RATIO_BIAS = "ratio_bias"
"""By how much the cardiothoracic ratio is larger than the one of the drawn masks."""
RATIO_ERROR = "ratio_error"
"""Distance of the cardiothoracic ratio from the one of the drawn masks."""
RATIO_LIMITS = ("ratio_lower_limit", "ratio_upper_limit")
"""Limits of agreement of the cardiothoracic ratio with the one of the drawn masks."""
OTHER_SIDE = "ratio_other_side"
"""Share of films whose ratio lies on the other side of 0.5 than the drawn masks say."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One number of both measurements.

    Attributes
    ----------
    name
        What is compared, for example "accuracy", "viral recall" or "heart jaccard".
    first, second
        The numbers, over films that have both.
    difference
        Second minus first, with its interval over resampled patients.
    absolute
        Mean distance of the two over films, None for numbers that films do not have alone.
    """

    name: str
    first: float
    second: float
    difference: Estimate
    absolute: float | None = None


@dataclass(frozen=True, kw_only=True)
class McNemar:
    """Films that only one of two classifiers gets right.

    Attributes
    ----------
    both, first_only, second_only, neither
        Films that are right.
    p
        Exact McNemar test, two-sided.
    """

    both: int
    first_only: int
    second_only: int
    neither: int
    p: float


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two measurements of the same films.

    Attributes
    ----------
    films
        How many were measured both times.
    differences
        Every number that both have.
    mcnemar
        None where no film has a class.
    changed_class
        Films whose class found differs.
    """

    films: int
    differences: tuple[Difference, ...]
    mcnemar: McNemar | None
    changed_class: int


def paired(first: FilmColumns, second: FilmColumns) -> tuple[FilmColumns, FilmColumns]:
    """Return the films that both measurements hold, in the same order."""
    _, of_first, of_second = np.intersect1d(first.key, second.key, return_indices=True)
    order = np.argsort(of_first)
    return first.take(of_first[order]), second.take(of_second[order])


def compare(
    first: FilmColumns, second: FilmColumns, class_names: Sequence[str], *, draws: int = DRAWS
) -> Comparison | None:
    """Compare two measurements of the same films.

    Parameters
    ----------
    first, second
        Films, paired by their keys.
    class_names
        The classes of both.
    draws
        Resampled sets of patients.

    Returns
    -------
    Comparison or None
        None where no film was measured both times.
    """
    first, second = paired(first, second)
    if not len(first):
        return None
    votes = [LabeledFilms.of(films, class_names) for films in (first, second)]
    differences = [
        *_film_differences(first, second, draws), *_limit_differences(first, second, draws)
    ]  # fmt: skip
    if len(votes[0]):
        differences = [*_vote_differences(votes[0], votes[1], draws), *differences]
    return Comparison(
        films=len(first),
        differences=tuple(differences),
        mcnemar=mcnemar_test(votes[0], votes[1]) if len(votes[0]) else None,
        changed_class=int(np.count_nonzero(first.found != second.found)),
    )


def mcnemar_test(first: LabeledFilms, second: LabeledFilms) -> McNemar:
    """Test whether one of two classifiers is right more often [1]_.

    Parameters
    ----------
    first, second
        The same films in the same order.

    Returns
    -------
    McNemar
        Films are taken for independent.

    References
    ----------
    .. [1] Q. McNemar, "Note on the sampling error of the difference between correlated
       proportions or percentages", Psychometrika, 1947.
    """
    table = np.array(
        [
            [np.sum(first.right & second.right), np.sum(first.right & ~second.right)],
            [np.sum(~first.right & second.right), np.sum(~first.right & ~second.right)],
        ]
    )
    return McNemar(
        both=int(table[0, 0]),
        first_only=int(table[0, 1]),
        second_only=int(table[1, 0]),
        neither=int(table[1, 1]),
        p=float(mcnemar(table, exact=True).pvalue),
    )


def _vote_differences(
    first: LabeledFilms, second: LabeledFilms, draws: int
) -> Iterator[Difference]:
    present = first.present
    names = OF_ALL_CLASSES + tuple(
        f"{first.class_names[code]} {measure}" for measure in OF_EACH_CLASS for code in present
    )

    def scores(films: LabeledFilms, chosen: Codes) -> Numbers:
        measures = class_measures(films.confusion(chosen)) | {"area": class_areas(films, chosen)}
        of_each = [measures[name][present] for name in OF_EACH_CLASS]
        return np.concatenate(
            [
                [films.right[chosen].mean()],
                [values.mean() for values in of_each],
                _calibration_errors(films, chosen),
                *of_each,
            ]
        )

    every = np.arange(len(first))
    changes = joint_patient_bootstrap(
        lambda chosen: scores(second, chosen) - scores(first, chosen),
        list(first.patient),
        draws=draws,
    )
    pairs = zip(scores(first, every), scores(second, every), strict=True)
    for name, (before, after), change in zip(names, pairs, changes, strict=True):
        # With films of one class alone there is no specificity and no area.
        if change.value is not None:
            yield Difference(name=name, first=float(before), second=float(after), difference=change)


def _calibration_errors(films: LabeledFilms, chosen: Codes) -> Numbers:
    voted = chosen[~np.isnan(films.probabilities[chosen, 0])]
    return calibration_errors(films.truth[voted], films.probabilities[voted])


def _film_differences(first: FilmColumns, second: FilmColumns, draws: int) -> Iterator[Difference]:
    before_all, after_all = _compared_columns(first), _compared_columns(second)
    for name, before in before_all.items():
        after = after_all[name]
        known = ~np.isnan(before) & ~np.isnan(after)
        if known.any():
            yield _mean_difference(
                name, before[known], after[known], list(first.patient[known]), draws
            )


def _compared_columns(films: FilmColumns) -> dict[str, Numbers]:
    overlaps = {
        f"{organ} {measure}": values for (organ, measure), values in films.agreement.items()
    }
    biomarkers = {name: films.biomarker(name) for name in COMPARED_BIOMARKERS}
    return overlaps | biomarkers | _ratio_columns(films) | {VOTE_MARGIN: films.margin}


def _ratio_columns(films: FilmColumns) -> dict[str, Numbers]:
    found, drawn = films.biomarker("cardiothoracic_ratio"), films.ratio_of_label
    known = ~np.isnan(found) & ~np.isnan(drawn)
    is_other = (found > ENLARGED_ABOVE) != (drawn > ENLARGED_ABOVE)
    return {
        RATIO_BIAS: found - drawn,
        RATIO_ERROR: np.abs(found - drawn),
        OTHER_SIDE: np.where(known, is_other.astype(np.float64), np.nan),
    }


def _limit_differences(first: FilmColumns, second: FilmColumns, draws: int) -> Iterator[Difference]:
    before, after = (_ratio_columns(films)[RATIO_BIAS] for films in (first, second))
    known = ~np.isnan(before) & ~np.isnan(after)
    if np.count_nonzero(known) < 2:
        return
    before, after = before[known], after[known]

    def limits(errors: Numbers) -> Numbers:
        return errors.mean() + LIMIT * errors.std(ddof=1) * np.array([-1, 1])

    changes = joint_patient_bootstrap(
        lambda chosen: limits(after[chosen]) - limits(before[chosen]),
        list(first.patient[known]),
        draws=draws,
    )
    pairs = zip(limits(before), limits(after), strict=True)
    for name, (one, other), change in zip(RATIO_LIMITS, pairs, changes, strict=True):
        yield Difference(name=name, first=float(one), second=float(other), difference=change)


def _mean_difference(
    name: str, before: Numbers, after: Numbers, patients: list[str], draws: int
) -> Difference:
    change = after - before
    (difference,) = joint_patient_bootstrap(
        lambda chosen: np.array([change[chosen].mean()]), patients, draws=draws
    )
    return Difference(
        name=name,
        first=float(before.mean()),
        second=float(after.mean()),
        difference=difference,
        absolute=float(np.abs(change).mean()),
    )
