"""One run of the paper's experiments: films, choices, and what was measured."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.cohort.film_list import LabelKind, Split
from CXRTriageLib.metrics.bootstrap import DRAWS
from CXRTriageLib.networks.device import Device
from CXRTriageLib.pipeline.triage import TriagePipeline
from CXRTriageLib.reproduction.measuring import Measured, Measuring
from CXRTriageLib.reproduction.raw_input import raw_jaccard
from CXRTriageLib.reproduction.study_films import StudyFilm
from CXRTriageLib.site_evaluation.statistics.columns import FilmColumns
from CXRTriageLib.site_evaluation.statistics.group_tests import (
    GroupTable,
    group_tables,
    without_supine,
)

PAPER_BIOMARKERS = ("mean_lung_intensity", "sd_lung_intensity", "cardiothoracic_ratio")
GLOBAL_FOLDER = "global"
LUNGS_DRAWN = (LabelKind.LUNGS, LabelKind.LUNGS_AND_HEART)


class Cohort(Enum):
    """Which films, and whose classes; the value ends the names of files."""

    ALL = ""
    """All films that may be classified, by the classes of the manifest."""
    PAPER = "_paper_films"
    """The films of the paper's list, by the classes of its authors."""


@dataclass(frozen=True, kw_only=True)
class Study:
    """One run.

    Attributes
    ----------
    films
        All films of the manifest that take part.
    measuring
        How they are measured.
    data
        Folder of the films with their manifest.
    output
        Where values are kept and the report goes.
    models, global_models
        Folders of networks: patches that vote (None: the shipped ones), and one that looks at
        the whole film (None: there is none).
    curves
        Tables of two trainings by approach, "local" and "global".
    scored
        Split that networks are scored on.
    draws
        Resampled sets of patients behind each interval.
    """

    films: tuple[StudyFilm, ...]
    measuring: Measuring
    data: Path
    output: Path
    models: Path | None = None
    global_models: Path | None = None
    curves: tuple[tuple[str, Path], ...] = ()
    scored: Split = Split.TEST
    draws: int = DRAWS

    @cached_property
    def by_row(self) -> dict[int, StudyFilm]:
        """The films by their row of the manifest."""
        return {film.listed.row: film for film in self.films}

    @cached_property
    def measured(self) -> Measured:
        """All films that have a class or a mask, measured with the network of patches."""
        wanted = [film for film in self.films if _is_measured(film)]
        return self.measuring.measure(wanted, self.models, self.output)

    @cached_property
    def measured_globally(self) -> Measured | None:
        """Films with a class of the scored split, by the global network if there is one."""
        if self.global_models is None:
            return None
        wanted = [film for film in self.films if film.group and film.listed.split is self.scored]
        return self.measuring.measure(wanted, self.global_models, self.output / GLOBAL_FOLDER)

    @cached_property
    def pipeline(self) -> TriagePipeline:
        """The networks, for what the store does not hold."""
        return TriagePipeline.load(self.models, device=Device.CPU, threads=1)

    @cached_property
    def raw_jaccard(self) -> dict[int, float]:
        """Overlap of the lungs of films that were not preprocessed, by row."""
        wanted = [film for film in self.films if film.listed.label_kind in LUNGS_DRAWN]
        measured = set(self.measured.films.main.row.tolist())
        return raw_jaccard(
            [film for film in wanted if film.listed.row in measured],
            self.pipeline,
            self.measuring.settings,
            self.output,
            self.measuring.progress,
        )

    def columns(self, cohort: Cohort) -> FilmColumns:
        """Return the measured films of a cohort, with its classes and groups."""
        main = self.measured.films.main
        films = [self.by_row[row] for row in main.row.tolist()]
        is_paper = cohort is Cohort.PAPER
        groups = [film.paper_group if is_paper else film.group for film in films]
        classes = [film.paper_class if is_paper else film.listed.class_name for film in films]
        regrouped = dataclasses.replace(
            main, group=np.array(groups, np.str_), class_name=np.array(classes, np.str_)
        )
        return regrouped.take(regrouped.group != "")

    @cached_property
    def scored_rows(self) -> NDArray[np.int64]:
        """Rows of the films of the scored split."""
        rows = [film.listed.row for film in self.films if film.listed.split is self.scored]
        return np.array(rows, np.int64)

    @cached_property
    def biomarker_tables(self) -> dict[tuple[Cohort, bool], dict[str, GroupTable]]:
        """Tests of the biomarkers of Tables VI to IX, by cohort and "without AP supine"."""
        tables = {}
        for cohort in Cohort:
            films = self.columns(cohort)
            for is_without in (False, True):
                chosen = without_supine(films) if is_without else films
                found = group_tables(
                    chosen,
                    PAPER_BIOMARKERS,
                    self.measured.facts.class_names,
                    draws=self.draws,
                )
                tables[cohort, is_without] = {table.biomarker: table for table in found}
        return tables


def _is_measured(film: StudyFilm) -> bool:
    return bool(film.group or film.paper_class) or film.listed.label_kind in LUNGS_DRAWN
