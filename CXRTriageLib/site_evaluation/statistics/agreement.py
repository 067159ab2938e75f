"""Two measurements of one thing: how far apart they are, and how often it matters."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.metrics.bootstrap import DRAWS, joint_patient_bootstrap
from CXRTriageLib.site_evaluation.statistics.columns import Numbers
from CXRTriageLib.site_evaluation.statistics.labeled_films import Codes
from CXRTriageLib.site_evaluation.statistics.proportions import exact_share

ENLARGED_ABOVE = 0.5
"""Above this cardiothoracic ratio the heart of an adult is commonly called enlarged."""

LIMIT = 1.96
"""Standard deviations that hold 95 % of a normal distribution."""


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Bland-Altman analysis.

    Attributes
    ----------
    bias
        Mean of the differences, measured minus reference.
    lower_limit, upper_limit
        Limits of agreement: bias minus and plus 1.96 standard deviations.
    absolute_error
        Mean distance.
    """

    bias: Estimate
    lower_limit: Estimate
    upper_limit: Estimate
    absolute_error: Estimate


@dataclass(frozen=True, kw_only=True)
class OtherSide:
    """How often a ratio lies on the other side of a threshold than the reference.

    Attributes
    ----------
    share
        Of all films.
    missed
        Films above it by the reference alone.
    added
        Films above it by the measurement alone.
    """

    share: Estimate
    missed: int
    added: int


def bland_altman(
    measured: Numbers, reference: Numbers, patients: Sequence[Hashable], *, draws: int = DRAWS
) -> Agreement:
    """Return bias and limits of agreement [1]_.

    Parameters
    ----------
    measured, reference
        (n,), finite, at least one.
    patients
        Of each film.
    draws
        Resampled sets of patients; they give the intervals.

    Returns
    -------
    Agreement
        The limits are undefined for a single film.

    References
    ----------
    .. [1] J. M. Bland, D. G. Altman, "Statistical methods for assessing agreement between two
       methods of clinical measurement", Lancet, 1986.
    """
    differences = measured - reference

    def parts(chosen: Codes) -> Numbers:
        drawn = differences[chosen]
        mean = drawn.mean()
        reach = LIMIT * drawn.std(ddof=1) if len(drawn) > 1 else np.nan
        return np.array([mean, mean - reach, mean + reach, np.abs(drawn).mean()])

    bias, lower, upper, error = joint_patient_bootstrap(parts, patients, draws=draws)
    return Agreement(bias=bias, lower_limit=lower, upper_limit=upper, absolute_error=error)


def other_side(measured: Numbers, reference: Numbers, patients: Sequence[Hashable]) -> OtherSide:
    """Count films whose ratio lies on the other side of 0.5 than the reference says.

    Parameters
    ----------
    measured, reference
        (n,), finite.
    patients
        Of each film.

    Returns
    -------
    OtherSide
        With an exact interval.
    """
    is_high, should_be = measured > ENLARGED_ABOVE, reference > ENLARGED_ABOVE
    return OtherSide(
        share=exact_share(list(is_high != should_be), patients),
        missed=int(np.count_nonzero(should_be & ~is_high)),
        added=int(np.count_nonzero(is_high & ~should_be)),
    )
