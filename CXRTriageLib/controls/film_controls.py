"""Everything that the controls need of one film."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from CXRTriageLib.cohort.film_list import ListedFilm
from CXRTriageLib.controls.kept_lines import KeptLines
from CXRTriageLib.controls.pooled_features import PooledFeatures
from CXRTriageLib.domain.settings import TriageSettings
from CXRTriageLib.domain.triage import Classification, TriageResult
from CXRTriageLib.errors import RefusedInputError
from CXRTriageLib.pipeline.triage import TriagePipeline
from CXRTriageLib.preprocessing.working_film import PreprocessedFilm
from CXRTriageLib.reading import read_radiograph
from CXRTriageLib.site_evaluation.controls import control_outcome
from CXRTriageLib.site_evaluation.film_record import FilmRecord, FilmState
from CXRTriageLib.site_evaluation.stated_words import known_sex, known_view, told_age

STORE_NAME = "film_controls.jsonl"
FEATURE_DIGITS = 5
MEASURED = (
    "warnings",
    "biomarkers",
    "found_class",
    "vote_shares",
    "mean_probabilities",
    "vote_margin",
    "entropy_bits",
    "controls",
)
"""Fields of a record that do not come from the manifest."""


@dataclass(frozen=True, kw_only=True)
class ControlledFilm:
    """One film with its vote, what controls say of it, and what the network sees in it.

    Attributes
    ----------
    record
        Vote and controls; no vote where the film has no plausible lungs or was refused.
    features
        From `PooledFeatures`, empty where there is no vote.
    """

    record: FilmRecord
    features: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Networks:
    """The loaded networks.

    Attributes
    ----------
    pipeline
        Both.
    features
        The classification network without its last layer.
    """

    pipeline: TriagePipeline
    features: PooledFeatures


def control_films(
    films: Sequence[ListedFilm], networks: Networks, folder: Path, settings: TriageSettings
) -> list[ControlledFilm]:
    """Measure films, or read what an earlier run has kept.

    Parameters
    ----------
    films
        Rows of a manifest.
    networks
        Loaded networks.
    folder
        Where values are kept.
    settings
        Choices of the method.

    Returns
    -------
    list of ControlledFilm
        In the order of ``films``. A film that the reader refuses is said aloud and counts as
        not classified.
    """
    hashes = [model.sha256 for model in networks.pipeline.models]
    store = KeptLines(path=folder / STORE_NAME, made_with=(settings, hashes))
    found = store.collect(
        films, lambda film: _measured(film, networks, settings), purpose="Running controls"
    )
    return [_restored(film, values) for film, values in zip(films, found, strict=True)]


def _measured(film: ListedFilm, networks: Networks, settings: TriageSettings) -> dict[str, Any]:
    record = described(film)
    features: list[float] = []
    try:
        radiograph = read_radiograph(film.image)
    except RefusedInputError as error:
        tqdm.write(f"Counted as not classified: {error}")
    else:
        result = networks.pipeline.run(radiograph, settings=settings)
        preprocessed = PreprocessedFilm.of(radiograph)
        labels = result.segmentation.labels
        record = dataclasses.replace(
            record,
            **_found(result),
            controls=control_outcome(preprocessed, labels, networks.pipeline, settings),
        )
        if result.classification is not None:
            masked, _ = preprocessed.masked(labels, settings.working_size)
            boxes = result.classification.evidence.boxes
            pooled = networks.features.of_film(masked, boxes)
            features = np.round(pooled.astype(np.float64), FEATURE_DIGITS).tolist()
    return {"record": json.loads(record.to_json()), "features": features}


def described(film: ListedFilm) -> FilmRecord:
    """Return a record of what the manifest says of a film, without vote.

    Parameters
    ----------
    film
        Row of a manifest.

    Returns
    -------
    FilmRecord
        It names neither file nor patient.
    """
    return FilmRecord(
        row=film.row,
        key=_hashed(str(film.image)),
        patient_key=_hashed(film.patient),
        state=FilmState.DONE,
        class_name=film.class_name or None,
        subclass=film.subclass or None,
        site=film.dataset or None,
        view=known_view(film.view),
        age_years=told_age(film.age_years),
        sex=known_sex(film.sex),
        manufacturer=film.manufacturer or None,
    )


def _found(result: TriageResult) -> dict[str, Any]:
    biomarkers = tuple((item.name, item.value) for item in result.biomarkers)
    return {
        "biomarkers": biomarkers,
        "warnings": tuple(item.code.value for item in result.warnings),
        **_vote(result.classification),
    }


def _vote(classification: Classification | None) -> dict[str, Any]:
    if classification is None:
        return {}
    votes = classification.votes
    return {
        "found_class": votes.winner_name,
        "vote_shares": votes.shares,
        "mean_probabilities": votes.mean_probabilities,
        "vote_margin": votes.margin,
        "entropy_bits": votes.entropy_bits,
    }


def _restored(film: ListedFilm, values: dict[str, Any]) -> ControlledFilm:
    record = FilmRecord.from_json(json.dumps(values["record"]))
    # What the manifest says of the film may have been mended since.
    measured = {name: getattr(record, name) for name in MEASURED}
    return ControlledFilm(
        record=dataclasses.replace(described(film), **measured), features=tuple(values["features"])
    )


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
