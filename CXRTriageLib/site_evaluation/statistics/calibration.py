"""Whether a probability of 80 % is right in 80 of 100 films, and a temperature that helps."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import softmax
from scipy.stats import binned_statistic
from sklearn.metrics import log_loss
from sklearn.model_selection import GroupShuffleSplit

from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.metrics.bootstrap import DRAWS, joint_patient_bootstrap
from CXRTriageLib.site_evaluation.statistics.columns import Numbers
from CXRTriageLib.site_evaluation.statistics.labeled_films import Codes, LabeledFilms

BINS = 10
SMALLEST_PROBABILITY = 1e-7
TEMPERATURE_RANGE = (0.05, 20.0)


@dataclass(frozen=True, kw_only=True)
class ReliabilityBin:
    """Films whose probability of the class found lies in one range.

    Attributes
    ----------
    low, high
        Of the range.
    films
        How many.
    probability, right
        Mean probability, and share of films that are right.
    """

    low: float
    high: float
    films: int
    probability: float
    right: float


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """Agreement of probabilities with outcomes.

    Attributes
    ----------
    brier
        Mean over films of the squared differences, summed over classes; 0 to 2.
    expected_error
        Mean distance of probability and share of right films over ten bins.
    bins
        Of the reliability curve, the empty ones left out.
    """

    brier: Estimate
    expected_error: Estimate
    bins: tuple[ReliabilityBin, ...]


@dataclass(frozen=True, kw_only=True)
class TemperatureTest:
    """A temperature fitted on a part of the patients and tested on the others.

    Attributes
    ----------
    temperature
        Logits are divided by it; above 1 the network was too sure.
    fitted_films
        How many films it was fitted on.
    before, after
        Calibration on the films that it was not fitted on.
    """

    temperature: float
    fitted_films: int
    before: Calibration
    after: Calibration

    @property
    def is_at_limit(self) -> bool:
        """Whether the search ended at an end of `TEMPERATURE_RANGE`: it found no temperature."""
        # It stops a little short of its ends.
        return any(math.isclose(self.temperature, end, rel_tol=0.01) for end in TEMPERATURE_RANGE)


def voted_films(films: LabeledFilms) -> LabeledFilms:
    """Leave out films without a vote: they have no probability."""
    voted = ~np.isnan(films.probabilities[:, 0])
    return LabeledFilms(
        class_names=films.class_names,
        truth=films.truth[voted],
        found=films.found[voted],
        probabilities=films.probabilities[voted],
        patient=films.patient[voted],
    )


def calibration(
    truth: Codes, probabilities: Numbers, patients: Sequence[Hashable], *, draws: int = DRAWS
) -> Calibration:
    """Measure calibration.

    The Brier score is the one of several classes [1]_; the expected calibration error takes
    the most probable class and ten bins of equal width [2]_.

    Parameters
    ----------
    truth
        Class codes, (n,), at least one.
    probabilities
        (n, classes).
    patients
        Of each film.
    draws
        Resampled sets of patients.

    Returns
    -------
    Calibration
        With intervals.

    References
    ----------
    .. [1] G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly
       Weather Review, 1950.
    .. [2] C. Guo et al., "On calibration of modern neural networks", ICML, 2017.
    """
    brier, expected_error = joint_patient_bootstrap(
        lambda chosen: calibration_errors(truth[chosen], probabilities[chosen]),
        patients,
        draws=draws,
    )
    return Calibration(
        brier=brier,
        expected_error=expected_error,
        bins=_reliability_bins(*_stated_and_right(truth, probabilities)),
    )


def calibration_errors(truth: Codes, probabilities: Numbers) -> Numbers:
    """Return Brier score and expected calibration error; see `calibration`.

    Parameters
    ----------
    truth
        Class codes, (n,).
    probabilities
        (n, classes).

    Returns
    -------
    ndarray
        Both, NaN where there is no film.
    """
    if not len(truth):
        return np.full(2, np.nan)
    outcome = np.eye(probabilities.shape[1])[truth]
    sums = _sums_by_bin(*_stated_and_right(truth, probabilities))
    return np.array(
        [
            ((probabilities - outcome) ** 2).sum(axis=1).mean(),
            np.abs(sums[1] - sums[2]).sum() / len(truth),
        ]
    )


def _stated_and_right(truth: Codes, probabilities: Numbers) -> tuple[Numbers, Numbers]:
    right = probabilities.argmax(axis=1) == truth
    return probabilities.max(axis=1), right.astype(np.float64)


def _sums_by_bin(top: Numbers, right: Numbers) -> NDArray[np.float64]:
    """Return for each bin the number of films, the sum of probabilities and of right films."""
    summed = binned_statistic(
        top, [np.ones_like(top), top, right], statistic="sum", bins=BINS, range=(0, 1)
    )
    return np.asarray(summed.statistic)


def _reliability_bins(top: Numbers, right: Numbers) -> tuple[ReliabilityBin, ...]:
    films, probability, hits = _sums_by_bin(top, right)
    return tuple(
        ReliabilityBin(
            low=index / BINS,
            high=(index + 1) / BINS,
            films=int(films[index]),
            probability=float(probability[index] / films[index]),
            right=float(hits[index] / films[index]),
        )
        for index in np.flatnonzero(films)
    )


def with_temperature(probabilities: Numbers, temperature: float) -> Numbers:
    """Return softmax values as if logits had been divided by a temperature [1]_.

    Parameters
    ----------
    probabilities
        (n, classes).
    temperature
        Above 0.

    Returns
    -------
    ndarray
        (n, classes), each row adds up to 1.

    References
    ----------
    .. [1] C. Guo et al., "On calibration of modern neural networks", ICML, 2017.
    """
    logits = np.log(np.clip(probabilities, SMALLEST_PROBABILITY, 1))
    return np.asarray(softmax(logits / temperature, axis=1))


def fitted_temperature(truth: Codes, probabilities: Numbers) -> float:
    """Return the temperature under which the true classes are most likely.

    Parameters
    ----------
    truth
        Class codes, (n,).
    probabilities
        (n, classes).

    Returns
    -------
    float
        From 0.05 to 20.
    """
    codes = np.arange(probabilities.shape[1])

    def loss(log_temperature: float) -> float:
        scaled = with_temperature(probabilities, float(np.exp(log_temperature)))
        return float(log_loss(truth, scaled, labels=codes))

    low, high = np.log(TEMPERATURE_RANGE)
    return float(np.exp(minimize_scalar(loss, bounds=(low, high), method="bounded").x))


def temperature_test(films: LabeledFilms, *, draws: int = DRAWS) -> TemperatureTest | None:
    """Fit a temperature on half of the patients and test it on the other half.

    Parameters
    ----------
    films
        Films with a vote.
    draws
        Resampled sets of patients.

    Returns
    -------
    TemperatureTest or None
        None with fewer than four patients: there is nothing to split.
    """
    if len(np.unique(films.patient)) < 4:
        return None
    split = GroupShuffleSplit(n_splits=1, test_size=0.5, random_state=0)
    fitting, testing = next(split.split(films.probabilities, groups=films.patient))
    temperature = fitted_temperature(films.truth[fitting], films.probabilities[fitting])
    truth, tested = films.truth[testing], films.probabilities[testing]
    patients = list(films.patient[testing])
    return TemperatureTest(
        temperature=temperature,
        fitted_films=len(fitting),
        before=calibration(truth, tested, patients, draws=draws),
        after=calibration(truth, with_temperature(tested, temperature), patients, draws=draws),
    )
