"""How many films a minute the workers of an evaluation measure, one worker against two."""

from __future__ import annotations

import dataclasses
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from CXRTriageLib.domain.settings import Mode, TriageSettings
from CXRTriageLib.networks.weights import Task, read_manifest
from CXRTriageLib.site_evaluation.film_measurement import MeasureTask, Setup, measure_film
from CXRTriageLib.site_evaluation.film_record import FilmRecord, FilmState
from CXRTriageLib.site_evaluation.workforce import LocalWorkforce

LEAST_RATIO = 1.7
"""Two one-thread workers against one."""
_WARMING = 3
"""Answers for each worker that come before the clock starts: the networks are loading."""


@dataclass(frozen=True, kw_only=True)
class Throughput:
    """Films a second with the networks loaded.

    Attributes
    ----------
    films
        How many were timed with each number of workers.
    one_worker, two_workers
        Films a second.
    """

    films: int
    one_worker: float
    two_workers: float

    @property
    def ratio(self) -> float:
        """How many times faster two workers are."""
        return self.two_workers / self.one_worker

    @property
    def is_enough(self) -> bool:
        """Whether the second worker adds what it should."""
        return self.ratio >= LEAST_RATIO

    def to_document(self) -> dict[str, Any]:
        """Return what is written as JSON."""
        return dataclasses.asdict(self) | {"ratio": self.ratio, "limit": LEAST_RATIO}


def evaluation_throughput(film: Path, models: Path | None, *, films: int) -> Throughput:
    """Measure a film again and again, by one and by two worker processes of one thread.

    Parameters
    ----------
    film
        A film that can be triaged; every answer is made from its file anew.
    models
        Folder of networks, or None for the shipped ones.
    films
        How often it is measured while the clock runs.

    Returns
    -------
    Throughput
        Of both.
    """
    setup = Setup(
        models=None if models is None else models.resolve(),
        model_hashes=tuple(read_manifest(task, models).identity.sha256 for task in Task),
        settings=TriageSettings.for_mode(Mode.DEFAULT),
    )
    one, two = (_films_a_second(film, setup, films, jobs=jobs) for jobs in (1, 2))
    return Throughput(films=films, one_worker=one, two_workers=two)


def _films_a_second(film: Path, setup: Setup, films: int, *, jobs: int) -> float:
    warming = _WARMING * jobs
    # As many more are under way when the clock stops, so that no worker is idle before.
    tasks = [
        MeasureTask(
            work_key=str(number),
            described=FilmRecord(
                row=number,
                key=str(number),
                patient_key=str(number),
                state=FilmState.FAILED,
                reason="Not measured yet.",
            ),
            image=film,
        )
        for number in range(warming + films + jobs)
    ]
    begun = ended = 0.0
    function = partial(measure_film, setup=setup)
    for count, _ in enumerate(LocalWorkforce(jobs).answers(function, tasks), start=1):
        now = time.perf_counter()
        begun = now if count == warming else begun
        ended = now if count == warming + films else ended
    return films / (ended - begun)
