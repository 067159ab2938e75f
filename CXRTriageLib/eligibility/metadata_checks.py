"""What the file itself says against a frontal chest film of an adult."""

from __future__ import annotations

from collections.abc import Iterator

from CXRTriageLib.domain.film_warning import FilmWarning, WarningCode
from CXRTriageLib.domain.radiograph import FilmFacts, ViewPosition

ADULT_AGE_YEARS = 18

CHEST_WORDS = ("CHEST", "THORA", "TORA", "TÓRA", "LUNG", "HEART", "PULM", " RIB", "TRUNK", "BRUST")
"""Parts of words for the chest, in the languages that stations write; ribs begin a word."""

OTHER_WORDS = ("SPINE", "SPINAL", "VERTEBRA", "COLUMN", "LUMB", "WIRBEL")
"""A film of the thoracic spine is none of the chest."""


def check_metadata(facts: FilmFacts) -> Iterator[FilmWarning]:
    """Yield what the file says against triage of this film.

    A view that is said to be lateral, and a body part that is said to be another, keep the
    film from a class. What the file does not say is mentioned and keeps it from nothing.

    Parameters
    ----------
    facts
        What the file says of the film.

    Yields
    ------
    FilmWarning
        For view, side, age and body part.
    """
    yield from _check_view(facts.view)
    yield from _check_side(facts.left_edge)
    yield from _check_age(facts.age_years)
    yield from _check_body_part(facts.body_part)


def _check_view(view: ViewPosition) -> Iterator[FilmWarning]:
    if view is ViewPosition.LATERAL:
        yield FilmWarning(
            code=WarningCode.LATERAL_VIEW,
            message="The file says that this is a lateral view; only frontal films get a class.",
            blocks_classification=True,
        )
    elif view is ViewPosition.UNKNOWN:
        yield FilmWarning(
            code=WarningCode.UNKNOWN_VIEW,
            message="The file does not say from where the film was taken; it is read as frontal.",
        )


def _check_side(left_edge: str) -> Iterator[FilmWarning]:
    if left_edge == "L":
        yield FilmWarning(
            code=WarningCode.MIRRORED_FILM,
            message=(
                "The file says that the film is mirrored, the patient's left at its left edge; "
                "in the masks right and left lung may be confused."
            ),
        )


def _check_age(age_years: float | None) -> Iterator[FilmWarning]:
    if age_years is None:
        yield FilmWarning(
            code=WarningCode.UNKNOWN_AGE,
            message="The file does not say how old the patient is; the networks know only adults.",
        )
    elif age_years < ADULT_AGE_YEARS:
        yield FilmWarning(
            code=WarningCode.UNDER_AGE,
            message=f"The patient is under {ADULT_AGE_YEARS}; the networks know only adults.",
        )


def _check_body_part(body_part: str) -> Iterator[FilmWarning]:
    if body_part.strip() and not _names_chest(body_part):
        yield FilmWarning(
            code=WarningCode.OTHER_BODY_PART,
            message=(
                f"The file names {body_part.strip()} as the body part; "
                "only films of the chest get a class."
            ),
            blocks_classification=True,
        )


def _names_chest(body_part: str) -> bool:
    letters = "".join(letter if letter.isalpha() else " " for letter in body_part.upper())
    text = f" {letters}"
    return any(word in text for word in CHEST_WORDS) and not any(
        word in text for word in OTHER_WORDS
    )
