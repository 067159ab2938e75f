"""All tables of the controls, for films of one split."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.controls.film_controls import ControlledFilm
from CXRTriageLib.controls.probes import TrainingTable, answers_by_source, probe_answers
from CXRTriageLib.controls.verdict import NETWORK_PROBE, Verdict, verdict_on
from CXRTriageLib.controls.within_source import WithinSource, within_sources
from CXRTriageLib.metrics.bootstrap import DRAWS
from CXRTriageLib.site_evaluation.statistics.calibration import (
    TemperatureTest,
    calibration,
    fitted_temperature,
    voted_films,
    with_temperature,
)
from CXRTriageLib.site_evaluation.statistics.columns import FilmColumns, Words
from CXRTriageLib.site_evaluation.statistics.controls import ControlScore, SourceProbe
from CXRTriageLib.site_evaluation.statistics.labeled_films import LabeledFilms
from CXRTriageLib.site_evaluation.statistics.proportions import exact_share
from CXRTriageLib.site_evaluation.statistics.record_columns import read_films
from CXRTriageLib.site_evaluation.statistics.subgroups import (
    SubgroupRow,
    balanced_accuracy,
    subgroup_rows,
)

FACTORS = ("view", "sex", "age", "source")


@dataclass(frozen=True, kw_only=True, eq=False)
class FilmTable:
    """Films as columns, with the network's features beside them.

    Attributes
    ----------
    films
        Votes and controls.
    features
        (n, channels), a row of NaN for a film without a vote.
    """

    films: FilmColumns
    features: NDArray[np.float64]

    @classmethod
    def of(cls, films: Sequence[ControlledFilm], class_names: Sequence[str]) -> FilmTable:
        """Read films into columns; the order stays."""
        width = max((len(film.features) for film in films), default=0)
        features = np.full((len(films), width), np.nan)
        for row, film in zip(features, films, strict=True):
            if film.features:
                row[:] = film.features
        records = (film.record for film in films)
        return cls(films=read_films(records, class_names).network, features=features)

    def probed(self) -> dict[str, NDArray[Any]]:
        """Return what small models may see, by the key of the model."""
        controls = self.films.controls
        return {
            NETWORK_PROBE: self.features,
            "surroundings_model": controls.surroundings,
            "shape_model": controls.shape,
            "histogram_model": controls.histogram,
        }


@dataclass(frozen=True, kw_only=True)
class ControlTables:
    """What the controls found on one split.

    Attributes
    ----------
    class_names
        Order of the classes.
    training_films
        How many films the small models learned from.
    scores
        The vote, the controls, and the small model on the network's features.
    source_probes
        How well small models name the source.
    within_sources
        Pairs of classes that one source has.
    calibration
        Before and after a temperature that was fitted on the validation split; None where no
        film has a vote.
    subgroups
        By view, sex, age band and source.
    verdict
        What follows.
    """

    class_names: tuple[str, ...]
    training_films: int
    scores: tuple[ControlScore, ...]
    source_probes: tuple[SourceProbe, ...]
    within_sources: tuple[WithinSource, ...]
    calibration: TemperatureTest | None
    subgroups: tuple[SubgroupRow, ...]
    verdict: Verdict


def control_tables(
    training: FilmTable,
    validation: FilmTable,
    tested: FilmTable,
    class_names: tuple[str, ...],
    *,
    usual: Mapping[str, str],
    draws: int = DRAWS,
) -> ControlTables:
    """Return all tables.

    Parameters
    ----------
    training
        Films that the small models learn from.
    validation
        Films that the temperature is fitted on.
    tested
        Films that everything is tested on; all have a class.
    class_names
        Order of the classes.
    usual
        Most frequent class of each source.
    draws
        Resampled sets of patients.

    Returns
    -------
    ControlTables
        With a verdict.
    """
    answers: dict[str, Words | None] = {
        "vote": tested.films.found,
        "blacked_out_vote": tested.films.controls.blacked_out_class,
        "shape_only_vote": tested.films.controls.shape_only_class,
        "source_name": answers_by_source(usual, tested.films.site),
        **_probed(training, tested, training.films.class_name),
    }
    scores = tuple(
        _score(name, LabeledFilms.of(tested.films, class_names, answer), draws)
        for name, answer in answers.items()
        if answer is not None
    )
    probes = _source_probes(training, tested, draws)
    rows = subgroup_rows(tested.films, class_names, draws=draws)
    return ControlTables(
        class_names=class_names,
        training_films=len(training.films),
        scores=scores,
        source_probes=probes,
        within_sources=within_sources(tested.films, class_names, draws=draws),
        calibration=_temperature_test(validation.films, tested.films, class_names, draws),
        subgroups=tuple(row for row in rows if row.factor in FACTORS),
        verdict=verdict_on(scores, probes),
    )


def _probed(training: FilmTable, tested: FilmTable, answers: Words) -> dict[str, Words | None]:
    asked = tested.probed()
    return {
        name: probe_answers(
            TrainingTable(features=features, answers=answers, patients=training.films.patient),
            asked[name],
        )
        for name, features in training.probed().items()
    }


def _score(name: str, films: LabeledFilms, draws: int) -> ControlScore:
    return ControlScore(
        control=name,
        accuracy=exact_share(list(films.right), list(films.patient)),
        balanced_accuracy=balanced_accuracy(films, draws=draws),
        chance=1 / len(films.present),
    )


def _source_probes(training: FilmTable, tested: FilmTable, draws: int) -> tuple[SourceProbe, ...]:
    sources = np.unique(training.films.site).tolist()
    # The source takes the place of the class.
    films = dataclasses.replace(tested.films, class_name=tested.films.site)
    return tuple(
        SourceProbe(
            features=name,
            sources=len(sources),
            balanced_accuracy=balanced_accuracy(
                LabeledFilms.of(films, sources, answer), draws=draws
            ),
        )
        for name, answer in _probed(training, tested, training.films.site).items()
        if answer is not None
    )


def _temperature_test(
    validation: FilmColumns, tested: FilmColumns, class_names: Sequence[str], draws: int
) -> TemperatureTest | None:
    fitting, testing = (
        voted_films(LabeledFilms.of(films, class_names)) for films in (validation, tested)
    )
    if not len(fitting) or not len(testing):
        return None
    temperature = fitted_temperature(fitting.truth, fitting.probabilities)
    patients = list(testing.patient)
    scaled = with_temperature(testing.probabilities, temperature)
    return TemperatureTest(
        temperature=temperature,
        fitted_films=len(fitting),
        before=calibration(testing.truth, testing.probabilities, patients, draws=draws),
        after=calibration(testing.truth, scaled, patients, draws=draws),
    )
