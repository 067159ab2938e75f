"""How often the class is right: Table X, each class, and the confusion matrix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.metrics.bootstrap import DRAWS, joint_patient_bootstrap
from CXRTriageLib.metrics.ranks import probability_of_superiority
from CXRTriageLib.site_evaluation.statistics.columns import Numbers
from CXRTriageLib.site_evaluation.statistics.labeled_films import (
    CLASS_MEANS,
    Codes,
    LabeledFilms,
    class_measures,
)
from CXRTriageLib.site_evaluation.statistics.proportions import exact_share, predictive_values


@dataclass(frozen=True, kw_only=True)
class OverallScores:
    """Table X and what stands beside it.

    Attributes
    ----------
    accuracy
        Share of films that are right.
    precision, recall, f1, specificity
        Means over the classes that have films.
    balanced_accuracy
        Mean over these classes of the share of films that are right.
    area
        Mean over these classes of the area under the ROC curve, one class against all others.
    """

    accuracy: Estimate
    precision: Estimate
    recall: Estimate
    f1: Estimate
    specificity: Estimate
    balanced_accuracy: Estimate
    area: Estimate


@dataclass(frozen=True, kw_only=True)
class ClassScores:
    """One class against all others.

    Attributes
    ----------
    class_name
        The class.
    sensitivity, specificity
        Shares with exact intervals.
    positive_value, negative_value
        Predictive values among the site's films, as frequent as the class is there.
    f1, area
        With intervals from resampled patients.
    """

    class_name: str
    sensitivity: Estimate
    specificity: Estimate
    positive_value: Estimate
    negative_value: Estimate
    f1: Estimate
    area: Estimate


@dataclass(frozen=True, kw_only=True)
class PrevalenceRow:
    """Predictive values of one class at a prevalence that the site set."""

    class_name: str
    prevalence: float
    positive_value: Estimate
    negative_value: Estimate


def overall_scores(films: LabeledFilms, *, draws: int = DRAWS) -> OverallScores:
    """Return Table X for a site's films.

    Parameters
    ----------
    films
        At least one film.
    draws
        Resampled sets of patients.

    Returns
    -------
    OverallScores
        The class means leave out classes that have no film at the site; a draw that misses
        one of the others is left out.
    """
    present = films.present

    def means(chosen: Codes) -> Numbers:
        measures = class_measures(films.confusion(chosen))
        areas = class_areas(films, chosen)
        return np.array(
            [*(measures[name][present].mean() for name in CLASS_MEANS), areas[present].mean()]
        )

    precision, recall, f1, specificity, area = joint_patient_bootstrap(
        means, list(films.patient), draws=draws
    )
    return OverallScores(
        accuracy=exact_share(list(films.right), list(films.patient)),
        precision=precision,
        recall=recall,
        f1=f1,
        specificity=specificity,
        balanced_accuracy=recall,
        area=area,
    )


def class_areas(films: LabeledFilms, chosen: Codes) -> Numbers:
    """Return the area under the ROC curve of each class against all others.

    Parameters
    ----------
    films
        Those without a vote are left out.
    chosen
        Positions of films, possibly repeated.

    Returns
    -------
    ndarray
        (classes,), NaN where there are no pairs of films.
    """
    truth, probabilities = films.truth[chosen], films.probabilities[chosen]
    voted = ~np.isnan(probabilities[:, 0])
    areas = [
        probability_of_superiority(probabilities[voted, code], truth[voted] == code)
        for code in range(len(films.class_names))
    ]
    return np.array([np.nan if area is None else area for area in areas])


def class_scores(films: LabeledFilms, *, draws: int = DRAWS) -> tuple[ClassScores, ...]:
    """Return the scores of each class that has films.

    Parameters
    ----------
    films
        At least one film.
    draws
        Resampled sets of patients.

    Returns
    -------
    tuple of ClassScores
        In the order of the classes.
    """

    def resampled(chosen: Codes) -> Numbers:
        measures = class_measures(films.confusion(chosen))
        return np.concatenate([measures["f1"], class_areas(films, chosen)])

    estimates = joint_patient_bootstrap(resampled, list(films.patient), draws=draws)
    return tuple(
        _scores_of_class(films, code, estimates[code], estimates[len(films.class_names) + code])
        for code in films.present.tolist()
    )


def _scores_of_class(films: LabeledFilms, code: int, f1: Estimate, area: Estimate) -> ClassScores:
    is_class, is_found = films.truth == code, films.found == code
    return ClassScores(
        class_name=films.class_names[code],
        sensitivity=_share_among(is_class, is_found, films),
        specificity=_share_among(~is_class, ~is_found, films),
        positive_value=_share_among(is_found, is_class, films),
        negative_value=_share_among(~is_found, ~is_class, films),
        f1=f1,
        area=area,
    )


def _share_among(
    among: NDArray[np.bool_], hits: NDArray[np.bool_], films: LabeledFilms
) -> Estimate:
    return exact_share(list(hits[among]), list(films.patient[among]))


def scores_at_prevalence(
    films: LabeledFilms, prevalence: Mapping[str, float], *, draws: int = DRAWS
) -> tuple[PrevalenceRow, ...]:
    """Return predictive values where classes are as frequent as the site says.

    Parameters
    ----------
    films
        At least one film.
    prevalence
        Share of patients with a class, by its name; classes without films are left out.
    draws
        Resampled sets of patients.

    Returns
    -------
    tuple of PrevalenceRow
        In the order of the classes.
    """
    wanted = [code for code in films.present.tolist() if films.class_names[code] in prevalence]
    shares = [prevalence[films.class_names[code]] for code in wanted]

    def values(chosen: Codes) -> Numbers:
        measures = class_measures(films.confusion(chosen))
        pairs = [
            predictive_values(measures["recall"][code], measures["specificity"][code], share)
            for code, share in zip(wanted, shares, strict=True)
        ]
        return np.array(pairs, dtype=np.float64).ravel()

    estimates = joint_patient_bootstrap(values, list(films.patient), draws=draws)
    return tuple(
        PrevalenceRow(
            class_name=films.class_names[code],
            prevalence=share,
            positive_value=estimates[2 * index],
            negative_value=estimates[2 * index + 1],
        )
        for index, (code, share) in enumerate(zip(wanted, shares, strict=True))
    )
