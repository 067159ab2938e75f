"""Films of a manifest beside what was found on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from CXRTriageLib.cohort.film_list import ListedFilm
from CXRTriageLib.evaluation.film_outcomes import FilmOutcome


@dataclass(frozen=True)
class MeasuredFilms:
    """Films and their outcomes, in the same order."""

    films: Sequence[ListedFilm]
    outcomes: Sequence[FilmOutcome]

    def pairs(self) -> Iterator[tuple[ListedFilm, FilmOutcome]]:
        """Yield each film with its outcome."""
        return zip(self.films, self.outcomes, strict=True)

    def of_classes(self, class_names: Sequence[str]) -> MeasuredFilms:
        """Return those whose films may be classified and have one of these classes."""
        kept = [
            (film, outcome)
            for film, outcome in self.pairs()
            if film.may_be_classified and film.class_name in class_names
        ]
        return MeasuredFilms([film for film, _ in kept], [outcome for _, outcome in kept])
