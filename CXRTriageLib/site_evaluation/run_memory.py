"""How much memory the main process of an evaluation holds, whatever the number of films.

The films are made on the fly from a few. A worker measures each of the few once for each set of
masks; what it sends back for a made film is that, with numbers of its own. So a long run takes
minutes, and the main process receives, keeps and reports as much as from a run that measures
every film.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from PIL import Image

from CXRTriageLib.site_evaluation.film_measurement import (
    OVERLAYS,
    MeasuredFilm,
    MeasureTask,
    Setup,
    measure_film,
)
from CXRTriageLib.site_evaluation.film_record import ControlOutcome, FilmRecord, FilmState
from CXRTriageLib.site_evaluation.inspection import Inspection, SiteFilm
from CXRTriageLib.site_evaluation.plan import Choices, work_of
from CXRTriageLib.site_evaluation.pseudonyms import Pseudonyms
from CXRTriageLib.site_evaluation.report.options import ReportOptions
from CXRTriageLib.site_evaluation.report.writer import write_report
from CXRTriageLib.site_evaluation.run_facts import RunFacts
from CXRTriageLib.site_evaluation.runner import Evaluation
from CXRTriageLib.site_evaluation.store import DESCRIPTION, EvaluationStore
from CXRTriageLib.site_evaluation.workforce import Answer, LocalWorkforce

LIMIT_MB = 1000.0
PeakMemory = Callable[[], float | None]
_SPREAD = 0.02
_LOOK_EVERY = 200
"""Films between two looks at the memory."""


@dataclass(frozen=True, kw_only=True)
class MemoryOfRun:
    """Most memory that the main process has held, in megabytes.

    Attributes
    ----------
    films
        How many were evaluated.
    while_running
        Pairs of answers that came, first looks at films among them, and the peak so far.
    with_report
        The peak after the report was written; None on systems that do not tell.
    """

    films: int
    while_running: tuple[tuple[int, float | None], ...]
    with_report: float | None

    def to_document(self) -> dict[str, Any]:
        """Return what is written as JSON."""
        return dataclasses.asdict(self) | {"limit_mb": LIMIT_MB}


class MadeFilms:
    """A workforce whose workers make each film just before they look at it."""

    def answers(
        self, function: Callable[[Any], Any], items: Iterable[Any]
    ) -> Iterator[Answer[Any, Any]]:
        """Yield answers as they come; see `Workforce`."""
        return LocalWorkforce(1).answers(partial(_with_film, function), items)


def memory_of_run(
    films: Sequence[SiteFilm],
    output: Path,
    choices: Choices,
    facts: RunFacts,
    options: ReportOptions,
    peak_memory_mb: PeakMemory,
) -> MemoryOfRun:
    """Evaluate made films and write the report, in this process and one worker.

    Parameters
    ----------
    films
        Each film's image is a path ``folder/NUMBER/base.png`` that does not exist, where
        ``folder/base.png`` does.
    output
        Of the evaluation; a run that was stopped goes on there.
    choices, facts, options
        Of the evaluation and its report.
    peak_memory_mb
        Tells the most memory that this process has held.

    Returns
    -------
    MemoryOfRun
        Of this process.
    """
    pseudonyms = Pseudonyms(secret=b"films that were made up, 32 bytes")
    curve: list[tuple[int, float | None]] = []
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        if done % _LOOK_EVERY == 0:
            curve.append((done, peak_memory_mb()))

    with EvaluationStore.open(output) as store:
        evaluation = Evaluation(store=store, workforce=MadeFilms(), pseudonyms=pseudonyms)
        inspected = evaluation.inspect(films, lambda _: None)
        work = work_of(inspected, choices, pseudonyms)
        evaluation.measure(work, choices.setup, facts, advance)
        write_report(store, output, options)
    return MemoryOfRun(films=len(films), while_running=tuple(curve), with_report=peak_memory_mb())


def _with_film(function: Any, item: Any) -> Inspection | MeasuredFilm:
    if isinstance(item, MeasureTask):
        return _measured(item, function.keywords["setup"])
    index, film = item
    with TemporaryDirectory() as folder:
        made = Path(folder) / "film.png"
        _write_film(film.listed.image, made)
        listed = dataclasses.replace(film.listed, image=made)
        found: Inspection = function((index, dataclasses.replace(film, listed=listed)))
        return found


def _base_of(image: Path) -> Path:
    return image.parent.parent / image.name


def _write_film(image: Path, made: Path) -> None:
    """Write a film that differs from all others in its first pixels."""
    with Image.open(_base_of(image)) as base:
        pixels = np.array(base)
    pixels[0, :8] = [int(digit) for digit in f"{int(image.parent.name):08d}"]
    Image.fromarray(pixels).save(made, compress_level=0)


@lru_cache(maxsize=16)
def _measured_base(base: MeasureTask, setup: Setup) -> MeasuredFilm:
    return measure_film(base, setup)


def _measured(task: MeasureTask, setup: Setup) -> MeasuredFilm:
    of_base = FilmRecord(
        row=0,
        key="base",
        patient_key="base",
        state=FilmState.FAILED,
        reason="Not measured yet.",
        mask_source=task.described.mask_source,
    )
    measured = _measured_base(
        dataclasses.replace(task, work_key="base", described=of_base, image=_base_of(task.image)),
        setup,
    )
    rng, record = np.random.default_rng(task.described.row), measured.record
    described = {name: getattr(task.described, name) for name in DESCRIPTION}
    changed = dataclasses.replace(
        record,
        **described,
        **_votes(record, rng),
        biomarkers=tuple(
            (name, None if value is None else value * float(rng.normal(1, _SPREAD)))
            for name, value in record.biomarkers
        ),
        controls=None if record.controls is None else _other_controls(record.controls, rng),
        overlay=record.overlay
        and f"{OVERLAYS}/{task.described.key}-{record.mask_source.value}.png",
    )
    return MeasuredFilm(work_key=task.work_key, record=changed, overlay=measured.overlay)


def _votes(record: FilmRecord, rng: np.random.Generator) -> dict[str, Any]:
    """Return another vote for the same class."""
    if not record.vote_shares:
        return {}
    chances = rng.dirichlet(np.ones(len(record.vote_shares)))
    order = np.sort(chances)
    voted = sorted({name for name, _, _ in record.patch_intensities})
    return {
        "vote_shares": tuple(chances.tolist()),
        "mean_probabilities": tuple(chances.tolist()),
        "vote_margin": float(order[-1] - order[-2]),
        "entropy_bits": float(-(chances * np.log2(chances)).sum()),
        "patch_intensities": tuple(
            (str(rng.choice(voted)), mean * float(rng.normal(1, _SPREAD)), spread)
            for _, mean, spread in record.patch_intensities
        ),
    }


def _other_controls(controls: ControlOutcome, rng: np.random.Generator) -> ControlOutcome:
    def other(values: tuple[float, ...]) -> tuple[float, ...]:
        return tuple(np.clip(values * rng.normal(1, _SPREAD, len(values)), 0, 1).tolist())

    return dataclasses.replace(
        controls,
        surroundings=other(controls.surroundings),
        shape=other(controls.shape),
        histogram=other(controls.histogram),
    )
