"""Runs of the paper's experiments on records that were made up, without a network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from CXRTriageLib.cohort.film_list import LabelKind, ListedFilm, Split
from CXRTriageLib.reproduction.measuring import Measured
from CXRTriageLib.reproduction.study import Study
from CXRTriageLib.reproduction.study_films import StudyFilm
from CXRTriageLib.site_evaluation.film_record import FilmRecord
from CXRTriageLib.site_evaluation.statistics.record_columns import read_films
from support.site_records import FACTS, MadeUpSite, made_up_site

DRAWS = 50


class KnownResults:
    """Gives what was made up instead of measuring."""

    def __init__(self, site: MadeUpSite) -> None:
        self.site = site

    def measure(self, films: Sequence[StudyFilm], _models: Path | None, folder: Path) -> Measured:
        """Return the records of these films."""
        rows = {film.listed.row for film in films}
        records = [record for record in self.site.films if record.row in rows]
        return Measured(folder=folder, facts=FACTS, films=read_films(records, FACTS.class_names))


def study_of(site: MadeUpSite, output: Path, **values: object) -> Study:
    """Return a run on a made-up site; every third film is a test film and in the paper's list."""
    films = tuple(_film(record) for record in site.films)
    shared = {"data": output, "output": output, "draws": DRAWS}
    return Study(films=films, measuring=KnownResults(site), **shared, **values)


def made_up_study(output: Path, films: int = 160, **values: object) -> Study:
    """Return a run on a site without corrected masks."""
    return study_of(made_up_site(films, corrected=0), output, **values)


def _film(record: FilmRecord) -> StudyFilm:
    is_third = record.row % 3 == 0
    return StudyFilm(
        listed=ListedFilm(
            image=Path(f"film{record.row}.png"),
            label=Path("label.png") if record.agreement else None,
            label_kind=LabelKind.LUNGS_AND_HEART if record.agreement else LabelKind.NONE,
            dataset=record.site or "",
            patient=record.patient_key,
            class_name=record.class_name or "",
            subclass=record.subclass or "",
            split=Split.TEST if is_third else Split.TRAIN,
            view=record.view,
            row=record.row,
        ),
        paper_class=(record.class_name or "") if is_third else "",
    )
