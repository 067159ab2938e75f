"""One line for each film: what the networks found, beside what is known."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from CXRTriageLib.biomarkers.measurement import measure_biomarkers
from CXRTriageLib.cohort.film_list import ListedFilm
from CXRTriageLib.domain.biomarker import Biomarker
from CXRTriageLib.domain.provenance import ModelIdentity
from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageLib.domain.segmentation import ChestSegmentation
from CXRTriageLib.domain.settings import TriageSettings
from CXRTriageLib.errors import RefusedInputError
from CXRTriageLib.evaluation.mask_agreement import MaskAgreement, mask_agreement
from CXRTriageLib.pipeline.triage import TriagePipeline
from CXRTriageLib.preprocessing.working_film import PreprocessedFilm
from CXRTriageLib.reading import read_radiograph
from CXRTriageLib.version import __version__

STORE_NAME = "film_outcomes.jsonl"
REFUSED = "refused"
"""Stands among the warnings of a film that the reader refused."""


@dataclass(frozen=True, kw_only=True)
class FilmOutcome(MaskAgreement):
    """What was found on one film; it names neither film nor patient.

    Attributes
    ----------
    row
        Row of the film in its manifest.
    made_with
        Fingerprint of film, label image, networks and settings.
    winner
        Class of the vote, or empty where the film got none.
    mean_probabilities
        Mean softmax, in the order of the network's classes; empty where there is no vote.
    biomarkers
        Pairs of key and value; undefined ones are left out.
    warnings
        Codes.
    """

    row: int
    made_with: str
    winner: str
    mean_probabilities: tuple[float, ...]
    biomarkers: tuple[tuple[str, float], ...]
    warnings: tuple[str, ...]

    def biomarker(self, name: str) -> float | None:
        """Return a biomarker's value, or None where it is undefined."""
        return dict(self.biomarkers).get(name)


def collect_outcomes(
    films: Sequence[ListedFilm],
    pipeline: TriagePipeline,
    folder: Path,
    *,
    settings: TriageSettings,
    classify: bool = True,
) -> list[FilmOutcome]:
    """Run all films, or read what an earlier run has kept.

    A film that the reader refuses is said aloud and has an outcome without values, so that it
    counts as not classified and stops nobody.

    Parameters
    ----------
    films
        Rows of a manifest.
    pipeline
        Loaded networks.
    folder
        Where outcomes are kept, one line for each film.
    settings
        Choices of the method.
    classify
        Whether films get a class; without it masks and biomarkers are all.

    Returns
    -------
    list of FilmOutcome
        In the order of ``films``.
    """
    measure = _triaged if classify else _segmented
    # Without a class the classification network has no part in the outcome.
    models = pipeline.models if classify else pipeline.models[:1]
    wanted = [_fingerprint(film, models, settings) for film in films]
    store = folder / STORE_NAME
    kept = {outcome.made_with: outcome for outcome in read_outcomes(store)}
    folder.mkdir(parents=True, exist_ok=True)
    with store.open("a", encoding="utf-8") as file:
        # A half line that a killed run left must not swallow the next one.
        file.write("\n")
        missing = [pair for pair in zip(films, wanted, strict=True) if pair[1] not in kept]
        for film, made_with in tqdm(missing, desc="Measuring films", unit="film"):
            try:
                outcome = measure(film, pipeline, settings, made_with)
            except RefusedInputError as error:
                tqdm.write(f"Counted as not classified: {error}")
                # Not written, so that the film is tried again once its file is mended.
                kept[made_with] = _refused(film, made_with)
                continue
            file.write(json.dumps(dataclasses.asdict(outcome)) + "\n")
            file.flush()
            kept[made_with] = outcome
    return [
        dataclasses.replace(kept[made_with], row=film.row)
        for film, made_with in zip(films, wanted, strict=True)
    ]


def read_outcomes(store: Path) -> list[FilmOutcome]:
    """Read kept outcomes; a half line that a killed run left is skipped."""
    outcomes: list[FilmOutcome] = []
    if not store.is_file():
        return outcomes
    for line in store.read_text(encoding="utf-8").splitlines():
        try:
            values = json.loads(line)
        except json.JSONDecodeError:
            continue
        values["mean_probabilities"] = tuple(values["mean_probabilities"])
        values["biomarkers"] = tuple((name, value) for name, value in values["biomarkers"])
        values["warnings"] = tuple(values["warnings"])
        outcomes.append(FilmOutcome(**values))
    return outcomes


def _fingerprint(
    film: ListedFilm, models: Sequence[ModelIdentity], settings: TriageSettings
) -> str:
    # A store of a version that measured less does not count as done.
    measured = [item.name for item in dataclasses.fields(FilmOutcome)]
    parts = [__version__, measured, settings, film.image, film.label, film.label_kind]
    text = repr([*parts, *(model.sha256 for model in models)])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _triaged(
    film: ListedFilm, pipeline: TriagePipeline, settings: TriageSettings, made_with: str
) -> FilmOutcome:
    radiograph = read_radiograph(film.image)
    result = pipeline.run(radiograph, settings=settings)
    votes = result.classification.votes if result.classification else None
    outcome = _outcome(film, radiograph, made_with, result.segmentation, result.biomarkers)
    return dataclasses.replace(
        outcome,
        winner=votes.winner_name if votes else "",
        mean_probabilities=votes.mean_probabilities if votes else (),
        warnings=tuple(item.code.value for item in result.warnings),
    )


def _segmented(
    film: ListedFilm, pipeline: TriagePipeline, settings: TriageSettings, made_with: str
) -> FilmOutcome:
    preprocessed = PreprocessedFilm.of(read_radiograph(film.image))
    segmentation = pipeline.segment(preprocessed, settings)
    measured = measure_biomarkers(preprocessed.radiograph, segmentation, preprocessed.table)
    return _outcome(film, preprocessed.radiograph, made_with, segmentation, measured.biomarkers)


def _outcome(
    film: ListedFilm,
    radiograph: Radiograph,
    made_with: str,
    segmentation: ChestSegmentation,
    biomarkers: Sequence[Biomarker],
) -> FilmOutcome:
    agreement = mask_agreement(film, radiograph, segmentation)
    return FilmOutcome(
        row=film.row,
        made_with=made_with,
        winner="",
        mean_probabilities=(),
        biomarkers=tuple((item.name, item.value) for item in biomarkers if item.value is not None),
        warnings=(),
        **dataclasses.asdict(agreement),
    )


def _refused(film: ListedFilm, made_with: str) -> FilmOutcome:
    return FilmOutcome(
        row=film.row,
        made_with=made_with,
        winner="",
        mean_probabilities=(),
        biomarkers=(),
        warnings=(REFUSED,),
    )
