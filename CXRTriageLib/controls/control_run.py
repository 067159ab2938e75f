"""The controls of a classifier, from films to tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from CXRTriageLib.cohort.film_list import ListedFilm, Split
from CXRTriageLib.controls.control_tables import ControlTables, FilmTable, control_tables
from CXRTriageLib.controls.film_controls import Networks, control_films
from CXRTriageLib.controls.film_sample import TRAINING_FILMS, few_of_each
from CXRTriageLib.controls.pooled_features import PooledFeatures
from CXRTriageLib.controls.probes import usual_classes
from CXRTriageLib.controls.saliency_checks import (
    SEEDS,
    randomization_of_films,
    repeats_of_films,
)
from CXRTriageLib.controls.saliency_tables import (
    MapRow,
    SteadinessRow,
    randomization_rows,
    steadiness_row,
)
from CXRTriageLib.domain.settings import Mode, TriageSettings
from CXRTriageLib.metrics.bootstrap import DRAWS
from CXRTriageLib.networks.weights import ModelManifest, Task, read_manifest
from CXRTriageLib.pipeline.triage import TriagePipeline

MODES = {Mode.PAPER: SEEDS, Mode.DEFAULT: SEEDS[:2]}
"""Seeds in each mode; the lattice of the default mode draws nothing, and two show it."""


@dataclass(frozen=True, kw_only=True)
class RepeatedTables:
    """What repetition and random weights show.

    Attributes
    ----------
    repeated_films
        How many films were taken.
    steadiness
        One row for each mode.
    randomization
        Saliency of the trained network against that of networks with random weights, from the
        last layer to all layers.
    """

    repeated_films: int
    steadiness: tuple[SteadinessRow, ...]
    randomization: tuple[MapRow, ...]


@dataclass(frozen=True, kw_only=True)
class ControlRun:
    """Loaded networks and the folder that keeps what was measured.

    Attributes
    ----------
    networks
        Both networks, and the classification network without its last layer.
    manifest
        Of the classification network.
    folder
        For film-by-film values.
    """

    networks: Networks
    manifest: ModelManifest
    folder: Path

    @classmethod
    def load(cls, models: Path | None, folder: Path) -> ControlRun:
        """Load the networks of a folder; None takes the shipped ones."""
        manifest = read_manifest(Task.CLASSIFICATION, models)
        networks = Networks(pipeline=TriagePipeline.load(models), features=PooledFeatures(manifest))
        return cls(networks=networks, manifest=manifest, folder=folder)

    def tables(
        self,
        films: Mapping[Split, Sequence[ListedFilm]],
        *,
        training_films: int = TRAINING_FILMS,
        draws: int = DRAWS,
    ) -> ControlTables:
        """Measure films and return the tables of the controls.

        Parameters
        ----------
        films
            Films with a class.
        training_films
            At most so many of each source and class are measured for small models.
        draws
            Resampled sets of patients behind each interval.
        """
        names = self.manifest.class_names
        settings = TriageSettings.for_mode(Mode.DEFAULT)
        sample = few_of_each(films[Split.TRAIN], training_films)
        seen, fitted, asked = (
            FilmTable.of(control_films(part, self.networks, self.folder, settings), names)
            for part in (sample, films[Split.VALIDATION], films[Split.TEST])
        )
        usual = usual_classes(films[Split.TRAIN])
        return control_tables(seen, fitted, asked, names, usual=usual, draws=draws)

    def repeated(self, films: Sequence[ListedFilm]) -> RepeatedTables:
        """Vote on films again and again, randomize weights under them, and return the tables.

        Parameters
        ----------
        films
            A few films with a class.

        Returns
        -------
        RepeatedTables
            Without rows where there are no films.
        """
        patients = [film.patient for film in films]
        pipeline = self.networks.pipeline
        rows = [
            steadiness_row(
                mode.value,
                repeats_of_films(films, pipeline, self.folder, mode=mode, seeds=seeds),
                patients,
            )
            for mode, seeds in MODES.items()
        ]
        maps = randomization_of_films(films, pipeline, self.manifest, self.folder)
        return RepeatedTables(
            repeated_films=len(films),
            steadiness=tuple(row for row in rows if row is not None),
            randomization=randomization_rows(maps, patients),
        )
