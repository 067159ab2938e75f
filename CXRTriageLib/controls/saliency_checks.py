"""Steadiness of votes and maps, and what is left of maps when weights are randomized."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from CXRTriageLib.cohort.film_list import ListedFilm
from CXRTriageLib.controls.kept_lines import KeptLines
from CXRTriageLib.controls.map_agreement import MapAgreement
from CXRTriageLib.controls.vote_steadiness import NO_VOTES, FilmRepeats, film_repeats
from CXRTriageLib.controls.weight_randomization import STAGES, RandomizationCheck
from CXRTriageLib.domain.settings import Mode, TriageSettings
from CXRTriageLib.errors import RefusedInputError
from CXRTriageLib.networks.weights import ModelManifest
from CXRTriageLib.pipeline.triage import TriagePipeline
from CXRTriageLib.preprocessing.working_film import PreprocessedFilm
from CXRTriageLib.reading import read_radiograph

SEEDS = tuple(range(10))


def repeats_of_films(
    films: Sequence[ListedFilm],
    pipeline: TriagePipeline,
    folder: Path,
    *,
    mode: Mode,
    seeds: Sequence[int] = SEEDS,
) -> list[FilmRepeats]:
    """Vote on films once for each seed, or read what an earlier run has kept.

    Parameters
    ----------
    films
        Rows of a manifest.
    pipeline
        Loaded networks.
    folder
        Where values are kept.
    mode
        Set of choices.
    seeds
        Of the patches.

    Returns
    -------
    list of FilmRepeats
        In the order of ``films``; without votes where a film has no lungs or is refused.
    """
    settings = TriageSettings.for_mode(mode)
    hashes = [model.sha256 for model in pipeline.models]

    def measure(film: ListedFilm) -> dict[str, Any]:
        try:
            radiograph = read_radiograph(film.image)
        except RefusedInputError:
            return dataclasses.asdict(NO_VOTES)
        return dataclasses.asdict(film_repeats(radiograph, pipeline, settings, seeds))

    store = KeptLines(
        path=folder / "vote_steadiness.jsonl", made_with=(settings, hashes, tuple(seeds))
    )
    found = store.collect(films, measure, purpose=f"Drawing patches anew, {mode.value} mode")
    return [FilmRepeats.from_values(values) for values in found]


def randomization_of_films(
    films: Sequence[ListedFilm], pipeline: TriagePipeline, manifest: ModelManifest, folder: Path
) -> list[dict[str, MapAgreement]]:
    """Randomize weights under films, or read what an earlier run has kept.

    Parameters
    ----------
    films
        Rows of a manifest.
    pipeline
        Loaded networks; the segmentation network finds the lungs.
    manifest
        Of the classification network.
    folder
        Where values are kept.

    Returns
    -------
    list of dict
        One agreement for each stage, in the order of ``films``; empty for a film without lungs
        and for one that the reader refuses.
    """
    settings = TriageSettings.for_mode(Mode.DEFAULT)
    hashes = [model.sha256 for model in pipeline.models]
    check = RandomizationCheck(manifest)

    def measure(film: ListedFilm) -> dict[str, Any]:
        try:
            preprocessed = PreprocessedFilm.of(read_radiograph(film.image))
        except RefusedInputError:
            return {}
        labels = pipeline.segment(preprocessed, settings).labels
        masked, lung_fields = preprocessed.masked(labels, settings.working_size)
        if not lung_fields.any():
            return {}
        found = check.of_film(masked, lung_fields, settings)
        return {stage: dataclasses.asdict(agreement) for stage, agreement in found.items()}

    store = KeptLines(
        path=folder / "weight_randomization.jsonl", made_with=(settings, hashes, tuple(STAGES))
    )
    found = store.collect(films, measure, purpose="Randomizing weights")
    return [{stage: MapAgreement(**values) for stage, values in film.items()} for film in found]
