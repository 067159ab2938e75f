"""What one process measured, and how it travels to the process that asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from CXRTriageLib.errors import InvalidValueError


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Times of equal runs.

    Attributes
    ----------
    name
        What was timed.
    runs_s
        Seconds of each run, in their order; at least one.
    """

    name: str
    runs_s: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.runs_s:
            raise InvalidValueError(f"{self.name}: a timing needs at least one run.")

    @property
    def median_s(self) -> float:
        """Median over all runs."""
        return float(np.median(self.runs_s))

    @property
    def p95_s(self) -> float:
        """95th percentile over all runs, interpolated between the two nearest."""
        return float(np.percentile(self.runs_s, 95))

    @property
    def shortest_s(self) -> float:
        """Shortest run: what other programs on the machine disturbed least."""
        return min(self.runs_s)

    @property
    def longest_s(self) -> float:
        """Longest run."""
        return max(self.runs_s)

    def to_document(self) -> dict[str, Any]:
        """Return the runs and what follows from them, for JSON."""
        return {
            "name": self.name,
            "median_s": self.median_s,
            "p95_s": self.p95_s,
            "min_s": self.shortest_s,
            "max_s": self.longest_s,
            "runs_s": list(self.runs_s),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Timing:
        """Return the timing that `to_document` wrote."""
        return cls(name=document["name"], runs_s=tuple(document["runs_s"]))


def timings_of_stages(runs: Sequence[Mapping[str, float]]) -> tuple[Timing, ...]:
    """Gather the stages of equal runs.

    Parameters
    ----------
    runs
        Seconds of each stage, run by run; every run has the same stages.

    Returns
    -------
    tuple of Timing
        One for each stage, in the order of the first run.
    """
    return tuple(Timing(name=name, runs_s=tuple(run[name] for run in runs)) for name in runs[0])


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """What one process measured.

    Attributes
    ----------
    engine
        Inference engine and arithmetic.
    film_shape
        Rows and columns of the film.
    patches
        Patches that voted.
    file_to_result
        From the file to the result.
    file_to_masks
        From the file to the masks, or None where it was not measured.
    stages
        What the runs of `file_to_result` consist of, in their order.
    peak_memory_mb
        The most memory that the process held at a time, in megabytes of 10^6 bytes; None where
        the system does not tell.
    """

    engine: str
    film_shape: tuple[int, int]
    patches: int
    file_to_result: Timing
    file_to_masks: Timing | None = None
    stages: tuple[Timing, ...] = ()
    peak_memory_mb: float | None = None

    def to_document(self) -> dict[str, Any]:
        """Return all fields for JSON."""
        return {
            "engine": self.engine,
            "film_shape": list(self.film_shape),
            "patches": self.patches,
            "file_to_result": self.file_to_result.to_document(),
            "file_to_masks": self.file_to_masks.to_document() if self.file_to_masks else None,
            "stages": [stage.to_document() for stage in self.stages],
            "peak_memory_mb": self.peak_memory_mb,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Measurement:
        """Return the measurement that `to_document` wrote."""
        masks = document["file_to_masks"]
        rows, columns = document["film_shape"]
        return cls(
            engine=document["engine"],
            film_shape=(rows, columns),
            patches=document["patches"],
            file_to_result=Timing.from_document(document["file_to_result"]),
            file_to_masks=Timing.from_document(masks) if masks else None,
            stages=tuple(Timing.from_document(stage) for stage in document["stages"]),
            peak_memory_mb=document["peak_memory_mb"],
        )
