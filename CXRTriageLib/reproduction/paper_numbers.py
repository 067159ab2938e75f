"""What the paper printed, table by table (arXiv 2004.05758v1)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from CXRTriageLib.resources import resource_path

NUMBERS_FILE = "paper_numbers.json"

GROUPS = ("normal", "tuberculosis", "bacterial", "other viral", "COVID-19")
"""In the order of the paper's Tables VI to IX, by the names of our manifests."""


@dataclass(frozen=True, kw_only=True)
class MeanAndSd:
    """A mean with one standard deviation."""

    mean: float
    sd: float


@dataclass(frozen=True, kw_only=True)
class SegmentationSource:
    """One row of Table I."""

    dataset: str
    name: str
    use: str
    classes: str
    films: int
    bits: int
    masks: str


@dataclass(frozen=True, kw_only=True)
class ClassificationSource:
    """One row of Table II."""

    dataset: str
    name: str
    group: str
    films: int


@dataclass(frozen=True, kw_only=True)
class PaperJaccard:
    """One row of Table V; ``input`` is "raw" or "preprocessed"."""

    dataset: str
    input: str
    lungs: MeanAndSd
    heart: MeanAndSd | None


@dataclass(frozen=True, kw_only=True)
class PaperBiomarker:
    """One of Tables VI to IX.

    Attributes
    ----------
    table
        Its Roman number.
    measure
        Name of the biomarker in this library.
    groups
        By the names of `GROUPS`.
    stars
        By the two groups, in any order; "-" is not significant.
    """

    table: str
    measure: str
    groups: Mapping[str, MeanAndSd]
    stars: Mapping[frozenset[str], str]


@dataclass(frozen=True, kw_only=True)
class PaperNumbers:
    """All of them.

    Attributes
    ----------
    source
        Where they stand.
    segmentation_sources, classification_sources
        Tables I and II.
    splits
        Table III: films by split and group.
    jaccard, jaccard_stars
        Table V, and its stars for raw against preprocessed input.
    biomarkers
        Tables VI to IX by their numbers.
    scores
        Table X: shares by approach ("global", "local") and measure.
    """

    source: str
    segmentation_sources: tuple[SegmentationSource, ...]
    classification_sources: tuple[ClassificationSource, ...]
    splits: Mapping[str, Mapping[str, int]]
    jaccard: tuple[PaperJaccard, ...]
    jaccard_stars: str
    biomarkers: Mapping[str, PaperBiomarker]
    scores: Mapping[str, Mapping[str, float]]


@lru_cache(maxsize=1)
def paper_numbers() -> PaperNumbers:
    """Return what the paper printed."""
    found = json.loads(resource_path("Report", NUMBERS_FILE).read_text(encoding="utf-8"))
    splits = found["splits"]
    return PaperNumbers(
        source=found["source"],
        segmentation_sources=tuple(
            SegmentationSource(**_without_table(row)) for row in found["segmentation_films"]
        ),
        classification_sources=tuple(
            ClassificationSource(**_without_table(row)) for row in found["classification_films"]
        ),
        splits={
            split: dict(zip(splits["groups"], films, strict=True))
            for split, films in splits["films"].items()
        },
        jaccard=tuple(
            PaperJaccard(
                dataset=row["dataset"],
                input=row["input"],
                lungs=_mean_and_sd(row["lungs"]),
                heart=_mean_and_sd(row["heart"]) if row["heart"] else None,
            )
            for row in found["jaccard"]
        ),
        jaccard_stars=found["jaccard_stars"],
        biomarkers={row["table"]: _biomarker(row) for row in found["biomarkers"]},
        scores={
            row["approach"]: {
                name: value for name, value in row.items() if name not in ("table", "approach")
            }
            for row in found["classification"]
        },
    )


def _without_table(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "table"}


def _mean_and_sd(pair: list[float]) -> MeanAndSd:
    return MeanAndSd(mean=pair[0], sd=pair[1])


def _biomarker(row: Mapping[str, Any]) -> PaperBiomarker:
    return PaperBiomarker(
        table=row["table"],
        measure=row["measure"],
        groups={name: _mean_and_sd(pair) for name, pair in row["groups"].items()},
        stars={
            frozenset((first, second)): stars
            for first, others in row["stars"].items()
            for second, stars in others.items()
        },
    )
