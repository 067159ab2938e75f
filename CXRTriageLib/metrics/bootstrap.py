"""Confidence intervals by resampling patients."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

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
    _, cluster = np.unique(np.array([str(item) for item in patients]), return_inverse=True)
    films_of = [
        np.flatnonzero(cluster == index) for index in range(int(cluster.max(initial=-1)) + 1)
    ]
    value = statistic(np.arange(len(patients))) if len(patients) else None
    low = high = None
    if value is not None and len(films_of) > 1:
        generator = np.random.default_rng(seed)
        drawn = (
            statistic(np.concatenate([films_of[index] for index in chosen]))
            for chosen in generator.integers(len(films_of), size=(draws, len(films_of)))
        )
        defined = [item for item in drawn if item is not None]
        tail = (1 - LEVEL) / 2
        if defined:
            low, high = (float(item) for item in np.quantile(defined, (tail, 1 - tail)))
    return Estimate(
        value=value, low=low, high=high, films=len(patients), patients=len(films_of), level=LEVEL
    )
