"""Confidence intervals by resampling patients."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.domain.estimate import Estimate

DRAWS = 2000
LEVEL = 0.95


def patient_bootstrap(
    statistic: Callable[[NDArray[np.int64]], float | None],
    patients: Sequence[Hashable],
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Estimate:
    """Return a statistic with its percentile interval over resampled patients.

    Films of one patient resemble each other, so patients are drawn with replacement, each with
    all of their films [1]_.

    Parameters
    ----------
    statistic
        Takes positions of films, (n,), possibly repeated; returns None where it is undefined.
    patients
        Patient of each film.
    draws
        Number of resampled sets.
    seed
        Of the draws.

    Returns
    -------
    Estimate
        The interval leaves out draws in which the statistic is undefined, and is None where
        there is only one patient or no draw is left.

    References
    ----------
    .. [1] C. A. Field, A. H. Welsh, "Bootstrapping clustered data", Journal of the Royal
       Statistical Society B, 2007.
    """

    def alone(films: NDArray[np.int64]) -> NDArray[np.float64]:
        value = statistic(films)
        return np.array([np.nan if value is None else value])

    estimates = joint_patient_bootstrap(alone, patients, draws=draws, seed=seed)
    return estimates[0] if estimates else _estimate(np.nan, np.empty(0), 0, 0)


def joint_patient_bootstrap(
    statistics: Callable[[NDArray[np.int64]], NDArray[np.float64]],
    patients: Sequence[Hashable],
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> tuple[Estimate, ...]:
    """Return several statistics of the same films, each with its interval.

    As `patient_bootstrap`, with one set of draws for all of them.

    Parameters
    ----------
    statistics
        Takes positions of films, (n,), possibly repeated; returns the statistics, (m,), NaN
        where one is undefined. With no film at all it is not called.
    patients
        Patient of each film.
    draws
        Number of resampled sets.
    seed
        Of the draws.

    Returns
    -------
    tuple of Estimate
        One for each statistic; empty where there is no film.
    """
    if not len(patients):
        return ()
    films_of = _FilmsOfPatients.of(patients)
    values = statistics(np.arange(len(patients)))
    drawn = np.empty((0, len(values)))
    if films_of.count > 1:
        generator = np.random.default_rng(seed)
        # Row by row: a table of all draws would grow with the number of patients.
        drawn = np.array(
            [
                statistics(films_of.take(generator.integers(films_of.count, size=films_of.count)))
                for _ in range(draws)
            ]
        ).reshape(draws, len(values))
    return tuple(
        _estimate(value, column, len(patients), films_of.count)
        for value, column in zip(values, drawn.T, strict=True)
    )


@dataclass(frozen=True)
class _FilmsOfPatients:
    """Positions of films, sorted by patient."""

    order: NDArray[np.int64]
    starts: NDArray[np.int64]
    sizes: NDArray[np.int64]

    @classmethod
    def of(cls, patients: Sequence[Hashable]) -> _FilmsOfPatients:
        _, cluster, sizes = np.unique(
            np.array([str(item) for item in patients]), return_inverse=True, return_counts=True
        )
        order = np.argsort(cluster, kind="stable")
        return cls(order, np.cumsum(sizes) - sizes, sizes)

    @property
    def count(self) -> int:
        return len(self.sizes)

    def take(self, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the films of chosen patients, one patient after the other."""
        sizes = self.sizes[chosen]
        ends = np.cumsum(sizes)
        return self.order[
            np.arange(ends[-1]) + np.repeat(self.starts[chosen] - ends + sizes, sizes)
        ]


def _estimate(value: float, drawn: NDArray[np.float64], films: int, patients: int) -> Estimate:
    is_defined = not np.isnan(value)
    low = high = None
    defined = drawn[~np.isnan(drawn)]
    if is_defined and len(defined):
        tail = (1 - LEVEL) / 2
        low, high = (float(item) for item in np.quantile(defined, (tail, 1 - tail)))
    return Estimate(
        value=float(value) if is_defined else None,
        low=low,
        high=high,
        films=films,
        patients=patients,
        level=LEVEL,
    )
