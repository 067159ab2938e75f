"""Shares of films, with exact intervals."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.metrics.bootstrap import LEVEL


def exact_share(hits: Sequence[bool], patients: Sequence[Hashable]) -> Estimate:
    """Return the share of films for which something holds, with its exact interval.

    Clopper and Pearson's interval [1]_; it takes films for independent, also those of one
    patient.

    Parameters
    ----------
    hits
        For each film whether it holds.
    patients
        Patient of each film.

    Returns
    -------
    Estimate
        Undefined where there is no film.

    References
    ----------
    .. [1] C. J. Clopper, E. S. Pearson, "The use of confidence or fiducial limits illustrated
       in the case of the binomial", Biometrika, 1934.
    """
    films = len(patients)
    value = low = high = None
    if films:
        count = int(np.count_nonzero(hits))
        value = count / films
        low, high = (
            float(end) for end in proportion_confint(count, films, alpha=1 - LEVEL, method="beta")
        )
    return Estimate(
        value=value, low=low, high=high, films=films, patients=len(set(patients)), level=LEVEL
    )


def predictive_values(
    sensitivity: float, specificity: float, prevalence: float
) -> tuple[float | None, float | None]:
    """Return what a finding, and its absence, are worth where a disease is so frequent.

    Bayes' theorem; see for example [1]_.

    Parameters
    ----------
    sensitivity, specificity
        Of the finding, 0 to 1.
    prevalence
        Share of patients who have the disease, 0 to 1.

    Returns
    -------
    tuple of float or None
        Positive and negative predictive value; None where nobody would have the finding, or
        where nobody would be without it.

    References
    ----------
    .. [1] D. G. Altman, J. M. Bland, "Diagnostic tests 2: predictive values", BMJ, 1994.
    """
    true_positive = sensitivity * prevalence
    false_positive = (1 - specificity) * (1 - prevalence)
    true_negative = specificity * (1 - prevalence)
    false_negative = (1 - sensitivity) * prevalence
    return (
        _share(true_positive, true_positive + false_positive),
        _share(true_negative, true_negative + false_negative),
    )


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None
