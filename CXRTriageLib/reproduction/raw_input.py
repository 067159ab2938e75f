"""Masks of films that were not preprocessed: what Table V sets against preprocessed ones."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageLib.domain.settings import TriageSettings
from CXRTriageLib.errors import RefusedInputError
from CXRTriageLib.exporting.labels import read_labels
from CXRTriageLib.metrics.overlap import lung_jaccard
from CXRTriageLib.pipeline.triage import TriagePipeline
from CXRTriageLib.preprocessing.equalization import apply_table
from CXRTriageLib.preprocessing.working_film import PreprocessedFilm
from CXRTriageLib.reading import read_radiograph
from CXRTriageLib.reproduction.measuring import Progress
from CXRTriageLib.reproduction.study_films import StudyFilm

STORE_NAME = "raw_input.jsonl"


@dataclass(frozen=True, kw_only=True)
class RawJaccard:
    """Lungs of one film that went into the network as it was, against the drawn ones.

    Attributes
    ----------
    work_key
        Fingerprint of network, choices and film.
    jaccard
        Mean of left and right lung; None where the reader refused the film.
    """

    work_key: str
    jaccard: float | None


def raw_film(radiograph: Radiograph) -> PreprocessedFilm:
    """Return a film with the gray that the eye sees, neither equalized nor with a gamma."""
    table = radiograph.display_table.astype(np.float32)
    return PreprocessedFilm(
        radiograph=radiograph, table=table, image=apply_table(table, radiograph.pixels)
    )


def raw_jaccard(
    films: Sequence[StudyFilm],
    pipeline: TriagePipeline,
    settings: TriageSettings,
    folder: Path,
    progress: Progress,
) -> dict[int, float]:
    """Segment films without preprocessing, or read what an earlier run has kept.

    Parameters
    ----------
    films
        With label images that draw the lungs without what lies behind the heart.
    pipeline
        Holds the network.
    settings
        How masks are made from what it says.
    folder
        Where the values are kept, one line for each film.
    progress
        Shows how far it is.

    Returns
    -------
    dict
        By row of the manifest; films that were refused are left out.
    """
    store = folder / STORE_NAME
    kept = {item.work_key: item.jaccard for item in _kept(store)}
    model = pipeline.models[0].sha256
    found: dict[int, float] = {}
    folder.mkdir(parents=True, exist_ok=True)
    with store.open("a", encoding="utf-8") as file, progress("Raw films", len(films)) as advance:
        # A half line that a killed run left must not swallow the next one.
        file.write("\n")
        for film in films:
            work_key = _work_key(film, model, settings)
            if work_key not in kept:
                kept[work_key] = _measured(film, pipeline, settings)
                item = RawJaccard(work_key=work_key, jaccard=kept[work_key])
                file.write(json.dumps(dataclasses.asdict(item)) + "\n")
                file.flush()
            value = kept[work_key]
            if value is not None:
                found[film.listed.row] = value
            advance(1)
    return found


def _kept(store: Path) -> Iterable[RawJaccard]:
    if not store.is_file():
        return
    for line in store.read_text(encoding="utf-8").splitlines():
        try:
            yield RawJaccard(**json.loads(line))
        except (json.JSONDecodeError, TypeError):
            continue


def _work_key(film: StudyFilm, model: str, settings: TriageSettings) -> str:
    image, label = film.listed.image, film.listed.label
    files = [
        (path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in (image, label) if path
    ]
    parts = [model, settings.mask_method.value, files]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _measured(film: StudyFilm, pipeline: TriagePipeline, settings: TriageSettings) -> float | None:
    if film.listed.label is None:
        return None
    try:
        radiograph = read_radiograph(film.listed.image)
    except RefusedInputError:
        return None
    drawn = read_labels(film.listed.label, radiograph.shape)
    found = pipeline.segment(raw_film(radiograph), settings).labels
    return lung_jaccard(found, drawn)
