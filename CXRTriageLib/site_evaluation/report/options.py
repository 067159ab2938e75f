"""What a site may choose about its report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from CXRTriageLib.errors import InvalidValueError
from CXRTriageLib.metrics.bootstrap import DRAWS
from CXRTriageLib.site_evaluation.film_record import FilmRecord
from CXRTriageLib.site_evaluation.run_facts import RunFacts


class RecordSource(Protocol):
    """What a report is drawn from: an `EvaluationStore`, or records made by hand."""

    def facts(self) -> RunFacts:
        """Return what the run was made with."""
        ...

    def records(self) -> Iterator[FilmRecord]:
        """Yield the films of the run, one at a time."""
        ...


@dataclass(frozen=True, kw_only=True)
class ReportOptions:
    """Choices of one report.

    Attributes
    ----------
    prevalence
        Pairs of class name and share of the patients who have it, for predictive values.
    compare_with
        Output folder of another evaluation of the same films.
    date
        The one date of the report, as it shall be printed; None takes SOURCE_DATE_EPOCH from
        the environment, else today.
    draws
        Resampled sets of patients behind each interval.
    normal_cardiothoracic_range
        Films outside are listed. The default is the range of healthy adults on posteroanterior
        films.
    site_name
        Stands in the title.
    gallery_films
        How many films each part of the gallery shows.
    """

    prevalence: tuple[tuple[str, float], ...] = ()
    compare_with: Path | None = None
    date: str | None = None
    draws: int = DRAWS
    normal_cardiothoracic_range: tuple[float, float] = (0.42, 0.50)
    site_name: str = ""
    gallery_films: int = 6

    def __post_init__(self) -> None:
        for name, share in self.prevalence:
            if not 0 < share < 1:
                raise InvalidValueError(
                    f"The prevalence of {name} must lie between 0 and 1, got {share}."
                )
        low, high = self.normal_cardiothoracic_range
        if not 0 < low < high < 1:
            raise InvalidValueError(f"{low} to {high} is no range of cardiothoracic ratios.")
