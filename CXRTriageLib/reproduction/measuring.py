"""Measure the films of a study: every film once, kept as it comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from CXRTriageLib.domain.settings import TriageSettings
from CXRTriageLib.networks.weights import ModelManifest, Task, read_manifest
from CXRTriageLib.reproduction.study_films import StudyFilm
from CXRTriageLib.site_evaluation.film_measurement import Setup
from CXRTriageLib.site_evaluation.inspection import SiteFilm
from CXRTriageLib.site_evaluation.plan import Choices, work_of
from CXRTriageLib.site_evaluation.pseudonyms import Pseudonyms
from CXRTriageLib.site_evaluation.run_facts import RunFacts
from CXRTriageLib.site_evaluation.runner import Advance, Evaluation
from CXRTriageLib.site_evaluation.statistics.record_columns import SiteFilms, read_films
from CXRTriageLib.site_evaluation.store import EvaluationStore
from CXRTriageLib.site_evaluation.workforce import Workforce
from CXRTriageLib.version import __version__

Progress = Callable[[str, int], AbstractContextManager[Advance]]
"""Shows a task with its number of films."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Films that were measured with one pair of networks.

    Attributes
    ----------
    folder
        Of the store; the paths of overlays start from it.
    facts
        Networks and choices.
    films
        What was found.
    """

    folder: Path
    facts: RunFacts
    films: SiteFilms


@dataclass(frozen=True, kw_only=True)
class Measuring:
    """How films are measured.

    Attributes
    ----------
    settings
        Choices of the method.
    workforce
        Processes that do it.
    pseudonyms
        Make the keys.
    progress
        Shows how far it is.
    """

    settings: TriageSettings
    workforce: Workforce
    pseudonyms: Pseudonyms
    progress: Progress

    def measure(self, films: Sequence[StudyFilm], models: Path | None, folder: Path) -> Measured:
        """Measure films, or read what an earlier run has kept.

        Parameters
        ----------
        films
            The films; minors, copies of a film and what the manifest excludes are left out.
        models
            Folder of networks; None for the shipped ones.
        folder
            Of the store.

        Returns
        -------
        Measured
            Of these films alone.
        """
        networks = (
            read_manifest(Task.SEGMENTATION, models),
            read_manifest(Task.CLASSIFICATION, models),
        )
        facts = self._facts(networks)
        choices = Choices(
            class_names=facts.class_names,
            setup=Setup(
                models=None if models is None else models.resolve(),
                model_hashes=tuple(network.identity.sha256 for network in networks),
                settings=self.settings,
                controls=False,
            ),
        )
        with EvaluationStore.open(folder) as store:
            evaluation = Evaluation(
                store=store, workforce=self.workforce, pseudonyms=self.pseudonyms
            )
            listed = [SiteFilm(listed=film.listed) for film in films]
            with self.progress("Checking films", len(listed)) as advance:
                inspected = evaluation.inspect(listed, advance)
            work = list(work_of(inspected, choices, self.pseudonyms))
            with self.progress("Measuring films", len(work)) as advance:
                evaluation.measure(work, choices.setup, facts, advance)
            found = read_films(store.records(), facts.class_names)
        return Measured(folder=folder, facts=facts, films=found)

    def _facts(self, networks: tuple[ModelManifest, ModelManifest]) -> RunFacts:
        return RunFacts(
            software_version=__version__,
            mode=self.settings.mode.value,
            class_names=networks[1].class_names,
            class_labels=tuple(item.label for item in networks[1].classes),
            models=tuple(network.identity for network in networks),
            controls=False,
        )
