"""Outcomes of films that were never run."""

from __future__ import annotations

from CXRTriageLib.evaluation.film_outcomes import FilmOutcome


def outcome(winner: str = "", **values: object) -> FilmOutcome:
    """Return an outcome with a class and whatever else is given."""
    defaults: dict[str, object] = {
        "row": 2,
        "made_with": "",
        "mean_probabilities": (),
        "biomarkers": (),
        "warnings": (),
    }
    return FilmOutcome(winner=winner, **defaults | values)
