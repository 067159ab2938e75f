"""All figures of one benchmark, and what they are held against."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from CXRTriageLib.benchmarking.machine import Machine
from CXRTriageLib.benchmarking.measurement import Measurement, Timing
from CXRTriageLib.domain.provenance import ModelIdentity
from CXRTriageLib.networks.device import Arithmetic
from CXRTriageLib.version import __version__

RESULT_LIMITS_S: Mapping[Arithmetic, float] = MappingProxyType(
    {Arithmetic.BF16: 1.0, Arithmetic.F32: 2.5}
)
MASKS_LIMITS_S: Mapping[Arithmetic, float] = MappingProxyType(
    {Arithmetic.BF16: 0.4, Arithmetic.F32: 0.9}
)
FIRST_RESULT_LIMIT_S = 5.0
PEAK_MEMORY_LIMIT_MB = 1500.0
LEAST_RATIO = 10.0


@dataclass(frozen=True, kw_only=True)
class PipelineFigures:
    """What this library takes in one arithmetic.

    Attributes
    ----------
    arithmetic
        BF16 or F32.
    loaded
        With the networks loaded.
    first_film
        From the start of an interpreter to its first result.
    first_film_memory_mb
        Peak memory of a process that triaged one film, or None where the system does not tell.
    """

    arithmetic: Arithmetic
    loaded: Measurement
    first_film: Timing
    first_film_memory_mb: float | None

    def to_document(self) -> dict[str, Any]:
        """Return all fields for JSON."""
        return {
            "arithmetic": self.arithmetic.value,
            "loaded": self.loaded.to_document(),
            "first_film": self.first_film.to_document(),
            "first_film_memory_mb": self.first_film_memory_mb,
        }


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """Two medians of the same run of the benchmark.

    Attributes
    ----------
    arithmetic
        Of this library.
    paper_s, ours_s
        From the file to the result.
    """

    arithmetic: Arithmetic
    paper_s: float
    ours_s: float

    @property
    def times_faster(self) -> float:
        """How often the result is there before the paper's."""
        return self.paper_s / self.ours_s


@dataclass(frozen=True, kw_only=True)
class Target:
    """A figure beside what it should be.

    Attributes
    ----------
    name
        What was measured.
    found
        The figure.
    limit
        What it should be at most, or at least where `at_least` is set.
    unit
        Of both; "times" for ratios.
    at_least
        Whether more is better.
    """

    name: str
    found: float
    limit: float
    unit: str
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        """Whether the figure keeps the limit."""
        return self.found >= self.limit if self.at_least else self.found <= self.limit


@dataclass(frozen=True, kw_only=True)
class BenchmarkFigures:
    """All figures of one benchmark.

    Attributes
    ----------
    machine
        What it ran on.
    film
        Where the film came from.
    models
        The networks.
    ours
        This library, first in the arithmetic that it chooses on this machine.
    paper
        The paper's procedure, or None.
    paper_left_out
        Why there is no paper's procedure; empty where there is one.
    """

    machine: Machine
    film: str
    models: tuple[ModelIdentity, ...]
    ours: tuple[PipelineFigures, ...]
    paper: Measurement | None
    paper_left_out: str = ""

    def ratios(self) -> list[Ratio]:
        """Return how much faster this library is, for each arithmetic."""
        if self.paper is None:
            return []
        return [
            Ratio(
                arithmetic=item.arithmetic,
                paper_s=self.paper.file_to_result.median_s,
                ours_s=item.loaded.file_to_result.median_s,
            )
            for item in self.ours
        ]

    def targets(self) -> list[Target]:
        """Return the figures that have a limit, medians where there are several runs."""
        return [
            *(target for item in self.ours for target in _targets_of(item)),
            Target(
                name="first result of a cold process",
                found=self.ours[0].first_film.median_s,
                limit=FIRST_RESULT_LIMIT_S,
                unit="s",
            ),
            *(
                Target(
                    name="speed against the paper's procedure",
                    found=ratio.times_faster,
                    limit=LEAST_RATIO,
                    unit="times",
                    at_least=True,
                )
                for ratio in self.ratios()[:1]
            ),
        ]

    def to_document(self) -> dict[str, Any]:
        """Return all figures for JSON."""
        return {
            "software_version": __version__,
            "machine": dataclasses.asdict(self.machine) | {"is_busy": self.machine.is_busy},
            "film": self.film,
            "models": [dataclasses.asdict(model) for model in self.models],
            "ours": [item.to_document() for item in self.ours],
            "paper": self.paper.to_document() if self.paper else None,
            "paper_left_out": self.paper_left_out,
            "ratios": [
                {
                    "arithmetic": ratio.arithmetic.value,
                    "paper_s": ratio.paper_s,
                    "ours_s": ratio.ours_s,
                    "times_faster": ratio.times_faster,
                }
                for ratio in self.ratios()
            ],
            "targets": [
                dataclasses.asdict(target) | {"is_met": target.is_met} for target in self.targets()
            ],
        }


def _targets_of(item: PipelineFigures) -> Iterator[Target]:
    name = item.arithmetic.value
    yield Target(
        name=f"{name}, file to result",
        found=item.loaded.file_to_result.median_s,
        limit=RESULT_LIMITS_S[item.arithmetic],
        unit="s",
    )
    if item.loaded.file_to_masks is not None:
        yield Target(
            name=f"{name}, file to masks",
            found=item.loaded.file_to_masks.median_s,
            limit=MASKS_LIMITS_S[item.arithmetic],
            unit="s",
        )
    if item.first_film_memory_mb is not None:
        yield Target(
            name=f"{name}, peak memory of inference",
            found=item.first_film_memory_mb,
            limit=PEAK_MEMORY_LIMIT_MB,
            unit="MB",
        )
