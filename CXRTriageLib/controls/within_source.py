"""How well the vote tells classes apart where the source cannot help: within one source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.metrics.bootstrap import DRAWS, patient_bootstrap
from CXRTriageLib.metrics.ranks import probability_of_superiority
from CXRTriageLib.site_evaluation.statistics.columns import FilmColumns


@dataclass(frozen=True, kw_only=True)
class WithinSource:
    """How well the vote tells two classes of the same source apart.

    Attributes
    ----------
    source, class_name, other_class
        Where, and what against what.
    area
        Under the ROC curve of the probability of ``class_name``.
    """

    source: str
    class_name: str
    other_class: str
    area: Estimate


def within_sources(
    films: FilmColumns, class_names: Sequence[str], *, draws: int = DRAWS
) -> tuple[WithinSource, ...]:
    """Compare the classes that a source has with each other.

    Parameters
    ----------
    films
        Those without a vote are left out.
    class_names
        Order of the classes.
    draws
        Resampled sets of patients.

    Returns
    -------
    tuple of WithinSource
        By source; empty where no source has two classes.
    """
    voted = films.take(~np.isnan(films.probabilities[:, 0]))
    return tuple(
        WithinSource(
            source=source,
            class_name=name,
            other_class=other,
            area=_area(here, name, other, list(class_names).index(name), draws),
        )
        for source in np.unique(voted.site).tolist()
        for here in [voted.take(voted.site == source)]
        for other, name in combinations(class_names, 2)
        if {other, name} <= set(here.class_name.tolist())
    )


def _area(films: FilmColumns, name: str, other: str, column: int, draws: int) -> Estimate:
    pair = films.take(np.isin(films.class_name, (name, other)))
    values, is_first = pair.probabilities[:, column], pair.class_name == name

    def area(chosen: NDArray[np.int64]) -> float | None:
        return probability_of_superiority(values[chosen], is_first[chosen])

    return patient_bootstrap(area, list(pair.patient), draws=draws)
