"""All films of a site, from the first look to the last number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from CXRTriageLib.site_evaluation.film_measurement import (
    MeasureTask,
    Setup,
    measure_film,
    not_measured,
)
from CXRTriageLib.site_evaluation.film_record import FilmState
from CXRTriageLib.site_evaluation.inspection import Inspection, SiteFilm, inspect_film
from CXRTriageLib.site_evaluation.plan import InspectedFilm
from CXRTriageLib.site_evaluation.pseudonyms import Pseudonyms
from CXRTriageLib.site_evaluation.run_facts import RunFacts
from CXRTriageLib.site_evaluation.store import EvaluationStore
from CXRTriageLib.site_evaluation.workforce import Workforce

LOST = (
    "Every process that measured this film ended without a word; its memory may not have been "
    "enough. Look at the film by itself."
)
_KEPT_AT_ONCE = 200

Advance = Callable[[int], object]
"""Told how many films are done since it was told last."""


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Where results go and who does the work.

    Attributes
    ----------
    store
        Opened for writing.
    workforce
        Processes of this machine or of a cluster.
    pseudonyms
        Make the keys.
    keep_identifiers
        Whether file names and patient IDs may stand in the results.
    """

    store: EvaluationStore
    workforce: Workforce
    pseudonyms: Pseudonyms
    keep_identifiers: bool = False

    def inspect(self, films: Sequence[SiteFilm], advance: Advance) -> list[InspectedFilm]:
        """Take a first look at all films; files that have not changed are not read again.

        Parameters
        ----------
        films
            All films.
        advance
            Told of the progress.

        Returns
        -------
        list of InspectedFilm
            In the order of ``films``.
        """
        found: dict[int, Inspection] = {}
        fresh: list[tuple[int, SiteFilm]] = []
        file_keys = [self._file_key(film) for film in films]
        for index, (film, file_key) in enumerate(zip(films, file_keys, strict=True)):
            kept = self.store.inspection(file_key) if file_key else None
            if kept is None:
                fresh.append((index, film))
            else:
                found[index] = kept
        advance(len(found))
        batch: list[tuple[str, Inspection]] = []
        look = partial(_look, pseudonyms=self.pseudonyms, keep_identifiers=self.keep_identifiers)
        for answer in self.workforce.answers(look, fresh):
            index, film = answer.item
            found[index] = answer.result or Inspection(
                key=self.pseudonyms.of("path", str(film.listed.image)), refusal=LOST
            )
            # Files that are missing or do not fit are looked at again once they are corrected.
            if file_keys[index] and answer.result and not answer.result.problems:
                batch.append((file_keys[index], answer.result))
            if len(batch) >= _KEPT_AT_ONCE:
                self.store.keep_inspections(batch)
                batch.clear()
            advance(1)
        self.store.keep_inspections(batch)
        return [
            InspectedFilm(film=film, inspection=found[index]) for index, film in enumerate(films)
        ]

    def measure(
        self, work: Iterable[MeasureTask], setup: Setup, facts: RunFacts, advance: Advance
    ) -> None:
        """Measure what has not been measured, and keep every film as it comes.

        Parameters
        ----------
        work
            From `plan.work_of`.
        setup
            Networks and choices.
        facts
            What the run is made with.
        advance
            Told of the progress.
        """
        tasks = list(work)
        there = self.store.begin(facts, ((task.work_key, task.described) for task in tasks))
        missing = [task for task in tasks if task.work_key not in there]
        del tasks
        advance(len(there))
        function = partial(measure_film, setup=setup)
        for answer in self.workforce.answers(function, missing):
            film = answer.result or not_measured(answer.item, FilmState.FAILED, LOST)
            self.store.add(film)
            advance(1)

    def _file_key(self, film: SiteFilm) -> str:
        """Return a fingerprint that changes with the files, or nothing where they are not here."""
        paths = (film.listed.image, film.listed.label, film.mask)
        try:
            parts = [_state_of(path) for path in paths]
        except (OSError, ValueError):
            return ""
        choices = f"{film.listed.label_kind.value} {self.keep_identifiers}"
        return self.pseudonyms.of("files", "\n".join([*parts, choices]))


def _look(
    item: tuple[int, SiteFilm], *, pseudonyms: Pseudonyms, keep_identifiers: bool
) -> Inspection:
    return inspect_film(item[1], pseudonyms, keep_identifiers=keep_identifiers)


def _state_of(path: Path | None) -> str:
    if path is None:
        return ""
    state = path.stat()
    return f"{path} {state.st_size} {state.st_mtime_ns}"
