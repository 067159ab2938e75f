"""Whether two engines, or two versions of the weights, give the same masks and classes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from CXRTriageLib.domain.anatomy import ORGANS
from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageLib.domain.segmentation import ChestSegmentation
from CXRTriageLib.domain.triage import TriageResult
from CXRTriageLib.errors import InvalidValueError, UndefinedMetricError
from CXRTriageLib.metrics.overlap import dice
from CXRTriageLib.pipeline.triage import TriagePipeline

NOT_CLASSIFIED = "not classified"


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """What counts as the same.

    Attributes
    ----------
    dice
        Least mean Dice coefficient over all films.
    same_class_share
        Least share of films with the same class.
    """

    dice: float
    same_class_share: float


ENGINE_CRITERIA = Criteria(dice=0.999, same_class_share=0.99)
"""Between engines that compute with the same weights."""

WEIGHT_CRITERIA = Criteria(dice=0.997, same_class_share=0.99)
"""Between weights of 8 bits and those of float32 that they were made from."""


@dataclass(frozen=True, kw_only=True)
class FilmAgreement:
    """How far two results of one film agree.

    Attributes
    ----------
    row
        Row in the manifest, or number in the list of films.
    organ_dice
        Dice coefficient of heart, left lung and right lung; None where both results lack it.
    classes
        Class in either result, or "not classified".
    margins
        Vote share of the winner minus that of the runner-up in either result, 0 to 1; None
        without a vote.
    """

    row: int
    organ_dice: tuple[float | None, ...]
    classes: tuple[str, str]
    margins: tuple[float | None, float | None]

    @property
    def mean_dice(self) -> float | None:
        """Mean over the organs that at least one result has; None where there is none."""
        found = [value for value in self.organ_dice if value is not None]
        return float(np.mean(found)) if found else None

    @property
    def has_same_class(self) -> bool:
        """Whether both results have the same class, or both none."""
        return self.classes[0] == self.classes[1]

    def to_document(self) -> dict[str, Any]:
        """Return the values for JSON; they name no film."""
        return {
            "row": self.row,
            "dice": {
                organ.name.lower(): value
                for organ, value in zip(ORGANS, self.organ_dice, strict=True)
            },
            "mean_dice": self.mean_dice,
            "classes": list(self.classes),
            "same_class": self.has_same_class,
            "vote_margins": list(self.margins),
        }


def compare_film(
    radiograph: Radiograph, candidate: TriagePipeline, reference: TriagePipeline, *, row: int
) -> FilmAgreement:
    """Triage a film twice, in the default mode, and compare the results.

    Parameters
    ----------
    radiograph
        The film.
    candidate, reference
        Loaded networks.
    row
        What the film is called in the comparison.

    Returns
    -------
    FilmAgreement
        Candidate first.
    """
    results = candidate.run(radiograph), reference.run(radiograph)
    return FilmAgreement(
        row=row,
        organ_dice=organ_dice(results[0].segmentation, results[1].segmentation),
        classes=(_class_of(results[0]), _class_of(results[1])),
        margins=(_margin_of(results[0]), _margin_of(results[1])),
    )


def organ_dice(
    candidate: ChestSegmentation, reference: ChestSegmentation
) -> tuple[float | None, ...]:
    """Return the Dice coefficient of each organ, None where both masks are empty."""
    found: list[float | None] = []
    for organ in ORGANS:
        try:
            found.append(dice(candidate.mask(organ), reference.mask(organ)))
        except UndefinedMetricError:
            found.append(None)
    return tuple(found)


def _class_of(result: TriageResult) -> str:
    return result.classification.votes.winner_name if result.classification else NOT_CLASSIFIED


def _margin_of(result: TriageResult) -> float | None:
    return result.classification.votes.margin if result.classification else None


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How far two pipelines agree on some films.

    Attributes
    ----------
    films
        At least one, with at least one organ among them.
    criteria
        What counts as the same.
    """

    films: Sequence[FilmAgreement]
    criteria: Criteria

    def __post_init__(self) -> None:
        if not any(film.mean_dice is not None for film in self.films):
            raise InvalidValueError("A comparison needs a film with masks, there is none.")

    @property
    def mean_dice(self) -> float:
        """Mean over films of the mean over organs."""
        return float(np.mean(self._film_dice))

    @property
    def lowest_film_dice(self) -> float:
        """Lowest mean over the organs of one film."""
        return min(self._film_dice)

    @property
    def lowest_organ_dice(self) -> float:
        """Lowest value of one organ on one film."""
        return min(value for film in self.films for value in film.organ_dice if value is not None)

    @property
    def share_at_limit(self) -> float:
        """Share of films whose mean over the organs reaches the criterion by itself."""
        return float(np.mean([value >= self.criteria.dice for value in self._film_dice]))

    @property
    def same_class_share(self) -> float:
        """Share of films with the same class in both results."""
        return float(np.mean([film.has_same_class for film in self.films]))

    @property
    def classified(self) -> int:
        """Number of films with a class in at least one result."""
        return sum(film.classes != (NOT_CLASSIFIED, NOT_CLASSIFIED) for film in self.films)

    @property
    def holds(self) -> bool:
        """Whether both criteria are met."""
        return (
            self.mean_dice >= self.criteria.dice
            and self.same_class_share >= self.criteria.same_class_share
        )

    def with_other_class(self) -> list[FilmAgreement]:
        """Return the films whose class differs."""
        return [film for film in self.films if not film.has_same_class]

    def to_document(self, *, with_films: bool = True) -> dict[str, Any]:
        """Return summary and, if wanted, films for JSON."""
        films = {"films": [film.to_document() for film in self.films]} if with_films else {}
        return {
            "criteria": {
                "mean_dice": self.criteria.dice,
                "same_class_share": self.criteria.same_class_share,
                "met": self.holds,
            },
            "summary": {
                "films": len(self.films),
                "classified_films": self.classified,
                "mean_dice": self.mean_dice,
                "lowest_film_dice": self.lowest_film_dice,
                "lowest_organ_dice": self.lowest_organ_dice,
                "share_of_films_at_dice_limit": self.share_at_limit,
                "same_class_share": self.same_class_share,
                "films_with_other_class": len(self.with_other_class()),
            },
            **films,
        }

    @property
    def _film_dice(self) -> list[float]:
        return [film.mean_dice for film in self.films if film.mean_dice is not None]


def agreement_lines(agreement: Agreement, names: dict[int, str]) -> Iterator[str]:
    """Yield a comparison line by line.

    Parameters
    ----------
    agreement
        All films.
    names
        Name of each film on the screen, by its row.

    Yields
    ------
    str
        Summary, the films whose class differs, and whether the criteria are met.
    """
    limit = agreement.criteria.dice
    yield (
        f"Dice of masks, mean of heart and both lungs: mean {agreement.mean_dice:.5f}, "
        f"lowest film {agreement.lowest_film_dice:.5f}, "
        f"lowest organ {agreement.lowest_organ_dice:.5f}; "
        f"{agreement.share_at_limit:.1%} of films at {limit} or above"
    )
    yield (
        f"Same class: {agreement.same_class_share:.1%} of {len(agreement.films)} films, "
        f"{agreement.classified} of them classified"
    )
    for film in agreement.with_other_class():
        first, second = (
            _with_margin(*pair) for pair in zip(film.classes, film.margins, strict=True)
        )
        yield f"Other class: row {film.row}, {names[film.row]}: {first}; reference: {second}"
    verdict = "met" if agreement.holds else "missed"
    yield (
        f"Criteria: mean Dice at least {limit}, same class on at least "
        f"{agreement.criteria.same_class_share:.0%}: {verdict}"
    )


def _with_margin(name: str, margin: float | None) -> str:
    return name if margin is None else f"{name}, vote margin {margin:.3f}"
