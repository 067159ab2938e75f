"""The process that collects results keeps next to nothing of each film."""

from __future__ import annotations

import dataclasses
import os
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from CXRTriageLib.cohort.film_list import ListedFilm
from CXRTriageLib.domain.settings import Mode, TriageSettings
from CXRTriageLib.site_evaluation.film_measurement import MeasuredFilm, MeasureTask, Setup
from CXRTriageLib.site_evaluation.film_record import FilmState
from CXRTriageLib.site_evaluation.inspection import Inspection, SiteFilm
from CXRTriageLib.site_evaluation.plan import Choices, work_of
from CXRTriageLib.site_evaluation.runner import Evaluation
from CXRTriageLib.site_evaluation.store import EvaluationStore
from CXRTriageLib.site_evaluation.workforce import Answer
from support.evaluations import CLASSES, PSEUDONYMS, facts_of_run

FILMS = 300
BYTES_PER_FILM = 10_000
PICTURE_BYTES = 100_000


class MadeUp:
    """Answers at once, with records and pictures of the usual size."""

    def answers(
        self, function: Callable[..., object], items: Iterable[object]
    ) -> Iterator[Answer[object, object]]:
        """Yield answers in order."""
        assert function
        for number, item in enumerate(items):
            if isinstance(item, MeasureTask):
                yield Answer(item, measured(item))
            else:
                yield Answer(item, Inspection(key=f"{number:020d}"))


def measured(task: MeasureTask) -> MeasuredFilm:
    record = dataclasses.replace(
        task.described,
        state=FilmState.DONE,
        reason="",
        biomarkers=tuple((f"biomarker {number}", number / 7) for number in range(40)),
        patch_intensities=tuple(("viral", number / 7, 0.1) for number in range(40)),
        overlay=f"overlays/{task.described.key}.png",
    )
    return MeasuredFilm(work_key=task.work_key, record=record, overlay=os.urandom(PICTURE_BYTES))


def test_memory_does_not_grow_with_results(tmp_path):
    films = [
        SiteFilm(listed=ListedFilm(image=Path(f"{n}.png"), row=n)) for n in range(2, FILMS + 2)
    ]
    settings = TriageSettings.for_mode(Mode.DEFAULT)
    setup = Setup(models=None, model_hashes=("a", "b"), settings=settings)
    choices = Choices(class_names=CLASSES, setup=setup)

    with EvaluationStore.open(tmp_path) as store:
        evaluation = Evaluation(store=store, workforce=MadeUp(), pseudonyms=PSEUDONYMS)
        tracemalloc.start()
        inspected = evaluation.inspect(films, lambda _: None)
        work = work_of(inspected, choices, PSEUDONYMS)
        evaluation.measure(work, setup, facts_of_run(), lambda _: None)
        records = sum(1 for _ in store.records())
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert records == FILMS
    assert peak < FILMS * BYTES_PER_FILM
