"""Evaluations of many films that are made on the fly from a few."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PIL import Image

from CXRTriageLib.benchmarking.memory import peak_memory_mb
from CXRTriageLib.cohort.film_list import LabelKind, ListedFilm
from CXRTriageLib.metrics.bootstrap import DRAWS
from CXRTriageLib.site_evaluation.inspection import SiteFilm
from CXRTriageLib.site_evaluation.report.options import ReportOptions
from CXRTriageLib.site_evaluation.run_memory import MemoryOfRun, memory_of_run
from support.evaluations import CLASSES, choices_of, facts_of_run
from support.synthetic_chest import synthetic_chest

BASES = 4
CORRECTED_EACH = 10
"""Every so many films one comes with corrected masks besides."""


def made_films(folder: Path, count: int, shape: tuple[int, int]) -> list[SiteFilm]:
    """Write a few films and name many that are to be made from them."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(BASES):
        chest = synthetic_chest(shape, seed=number, enlarged_heart=number % 2 == 1)
        Image.fromarray(chest.pixels).save(folder / f"base{number}.png")
        Image.fromarray(chest.labels).save(folder / f"labels{number}.png")
    return [
        SiteFilm(
            mask=folder / f"labels{number % BASES}.png" if number % CORRECTED_EACH == 0 else None,
            listed=ListedFilm(
                image=folder / str(number) / f"base{number % BASES}.png",
                row=number + 2,
                label=folder / f"labels{number % BASES}.png",
                label_kind=LabelKind.LUNGS_AND_HEART,
                class_name=CLASSES[number % 7 % len(CLASSES)],
                subclass="covid" if number % 7 == 3 else "",
                dataset=("ward", "clinic")[number % 2],
                view=("PA", "PA", "AP", "AP supine")[number % 11 % 4],
                age_years=20.0 + number % 71,
                sex="FM"[number % 3 % 2],
                manufacturer=("Alpha", "Beta", "Gamma")[number % 5 % 3],
                patient=f"patient {number - number % 6 // 5}",
            ),
        )
        for number in range(count)
    ]


def run_of(films: list[SiteFilm], output: Path, models: Path, *, draws: int = DRAWS) -> MemoryOfRun:
    """Evaluate made films with the controls and write a report that lacks no part.

    The other run that it is compared with is this one: as much is read as of any other.
    """
    options = ReportOptions(
        draws=draws, date="2026-01-01", prevalence=(("viral", 0.05),), compare_with=output
    )
    return memory_of_run(films, output, choices_of(models), facts_of_run(), options, peak_memory_mb)


def main(folder: Path, count: int, models: Path) -> None:
    """Evaluate small films in this process and write what it held."""
    films = made_films(folder / "films", count, (320, 288))
    found = run_of(films, folder / "results", models, draws=100)
    sys.stdout.write(json.dumps(found.to_document()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
