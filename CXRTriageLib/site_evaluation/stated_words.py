"""What sources say of a film, in the words of a record."""

from __future__ import annotations

from CXRTriageLib.site_evaluation.film_record import UNKNOWN_VIEW

OLDEST_AGE_TOLD = 90.0
"""Higher ages are so rare that they point to a person; HIPAA counts them as identifiers."""

_VIEWS = {
    "pa": "PA", "ap": "AP", "ap supine": "AP supine", "supine": "AP supine", "frontal": "frontal",
    "l": "lateral", "ll": "lateral", "lateral": "lateral", "lat": "lateral",
}  # fmt: skip
_SEXES = {"m": "M", "male": "M", "f": "F", "female": "F", "o": "O", "other": "O"}


def known_view(text: str) -> str:
    """Return the view that a word means, "unknown" where it means none."""
    return _VIEWS.get(" ".join(text.lower().split()), UNKNOWN_VIEW)


def known_sex(text: str) -> str | None:
    """Return "M", "F" or "O", or None for any other word."""
    return _SEXES.get(text.strip().lower())


def told_age(years: float | None) -> float | None:
    """Return an age that points to nobody."""
    return None if years is None else min(years, OLDEST_AGE_TOLD)
