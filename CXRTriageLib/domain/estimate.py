"""A statistic with what is known of its uncertainty."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A number that was measured on films.

    Attributes
    ----------
    value
        The number, or None where it is undefined.
    low, high
        Ends of the confidence interval, or None where there is none.
    films, patients
        How many it rests on.
    level
        Of the confidence interval.
    """

    value: float | None
    low: float | None
    high: float | None
    films: int
    patients: int
    level: float = 0.95
