"""One film through networks, comparisons and controls: what a worker process does."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock

from CXRTriageLib.cohort.film_list import LabelKind
from CXRTriageLib.domain.arrays import Labels
from CXRTriageLib.domain.film_warning import WarningCode
from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageLib.domain.segmentation import ChestSegmentation, MaskSource
from CXRTriageLib.domain.settings import TriageSettings
from CXRTriageLib.domain.triage import Classification, TriageResult
from CXRTriageLib.errors import ModelError, RefusedInputError
from CXRTriageLib.exporting.labels import read_labels
from CXRTriageLib.networks.device import Device
from CXRTriageLib.pipeline.triage import TriagePipeline
from CXRTriageLib.preprocessing.working_film import PreprocessedFilm
from CXRTriageLib.reading import read_radiograph
from CXRTriageLib.site_evaluation.controls import control_outcome
from CXRTriageLib.site_evaluation.film_record import UNKNOWN_VIEW, FilmRecord, FilmState
from CXRTriageLib.site_evaluation.inspection import unexpected, without_name
from CXRTriageLib.site_evaluation.label_agreement import (
    label_cardiothoracic_ratio,
    organ_agreement,
)
from CXRTriageLib.site_evaluation.small_overlay import small_overlay

OVERLAYS = "overlays"

# The engines are loaded once in a process and hold one film at a time; a worker of a cluster
# may have several threads.
_ONE_AT_A_TIME = Lock()
_DIGITS = 6


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What is the same for all films.

    Attributes
    ----------
    models, model_hashes
        Folder of networks or None for the shipped ones, and the hashes that they must have.
    settings
        Choices of the method.
    controls
        Whether the controls are run.
    """

    models: Path | None
    model_hashes: tuple[str, ...]
    settings: TriageSettings
    controls: bool = True


@dataclass(frozen=True, kw_only=True)
class MeasureTask:
    """One film, to be measured with one set of masks.

    Attributes
    ----------
    work_key
        Fingerprint of everything that the result depends on.
    described
        The record without results.
    image, label, label_kind
        The film, its label image or None, and what that draws.
    mask
        File of corrected masks; None for the network's.
    """

    work_key: str
    described: FilmRecord
    image: Path
    label: Path | None = None
    label_kind: LabelKind = LabelKind.NONE
    mask: Path | None = None


@dataclass(frozen=True, kw_only=True)
class MeasuredFilm:
    """What travels back from a worker: numbers, and a small picture as PNG or None."""

    work_key: str
    record: FilmRecord
    overlay: bytes | None = None


def measure_film(task: MeasureTask, setup: Setup) -> MeasuredFilm:
    """Measure a film; only what concerns all films raises.

    Parameters
    ----------
    task
        The film.
    setup
        Networks and choices.

    Returns
    -------
    MeasuredFilm
        Done, refused or failed.

    Raises
    ------
    ModelError
        If the networks are missing here, or others than those of the run.
    """
    with _ONE_AT_A_TIME:
        pipeline = _loaded_pipeline(setup.models)
        if tuple(model.sha256 for model in pipeline.models) != setup.model_hashes:
            raise ModelError(
                "A worker has other networks than this machine. Install the same version of "
                "CXRTriage everywhere, or name a shared folder with --models."
            )
        try:
            return _measured(task, setup, pipeline)
        except RefusedInputError as error:
            return not_measured(task, FilmState.REFUSED, without_name(str(error), task.image))
        except Exception as error:  # noqa: BLE001 - the other films must not suffer for this one
            return not_measured(task, FilmState.FAILED, unexpected(error))


def not_measured(task: MeasureTask, state: FilmState, reason: str) -> MeasuredFilm:
    """Return the record of a film that could not be measured."""
    record = dataclasses.replace(task.described, state=state, reason=reason)
    return MeasuredFilm(work_key=task.work_key, record=record)


@lru_cache(maxsize=1)
def _loaded_pipeline(models: Path | None) -> TriagePipeline:
    return TriagePipeline.load(models, device=Device.CPU, threads=1)


def _measured(task: MeasureTask, setup: Setup, pipeline: TriagePipeline) -> MeasuredFilm:
    radiograph = read_radiograph(task.image)
    drawn = None if task.label is None else read_labels(task.label, radiograph.shape)
    result = pipeline.run(
        radiograph, settings=setup.settings, corrected=_corrected(task.mask, radiograph)
    )
    film = PreprocessedFilm.of(radiograph)
    labels = result.segmentation.labels
    overlay = small_overlay(radiograph, result, drawn)
    described = task.described
    record = dataclasses.replace(
        described,
        state=FilmState.DONE,
        reason="",
        warnings=tuple(
            item.code.value for item in result.warnings if item.code not in _known(described)
        ),
        biomarkers=tuple((item.name, item.value) for item in result.biomarkers),
        controls=(
            control_outcome(film, labels, pipeline, setup.settings) if setup.controls else None
        ),
        overlay=(
            None
            if overlay is None
            else f"{OVERLAYS}/{described.key}-{described.mask_source.value}.png"
        ),
    )
    if drawn is not None:
        record = _compared(record, radiograph, result, drawn, task.label_kind)
    if result.classification is not None:
        record = _voted(record, film, result.classification, labels, setup.settings)
    return MeasuredFilm(work_key=task.work_key, record=record, overlay=overlay)


def _known(described: FilmRecord) -> set[WarningCode]:
    """Return warnings that do not hold where the manifest says what the file does not."""
    known = set()
    if described.view != UNKNOWN_VIEW:
        known.add(WarningCode.UNKNOWN_VIEW)
    if described.age_years is not None:
        known.add(WarningCode.UNKNOWN_AGE)
    return known


def _corrected(mask: Path | None, radiograph: Radiograph) -> ChestSegmentation | None:
    if mask is None:
        return None
    labels = read_labels(mask, radiograph.shape)
    return ChestSegmentation(labels=labels, source=MaskSource.CORRECTED)


def _compared(
    record: FilmRecord,
    radiograph: Radiograph,
    result: TriageResult,
    drawn: Labels,
    kind: LabelKind,
) -> FilmRecord:
    return dataclasses.replace(
        record,
        agreement=organ_agreement(radiograph, result.segmentation.labels, drawn, kind),
        cardiothoracic_ratio_of_label=label_cardiothoracic_ratio(
            drawn, kind, aspect=radiograph.spacing.aspect
        ),
    )


def _voted(
    record: FilmRecord,
    film: PreprocessedFilm,
    classification: Classification,
    labels: Labels,
    settings: TriageSettings,
) -> FilmRecord:
    votes, evidence = classification.votes, classification.evidence
    image, lung_fields = film.masked(labels, settings.working_size)
    intensities = []
    for (top, left, bottom, right), probabilities in zip(
        evidence.boxes, evidence.probabilities, strict=True
    ):
        values = image[top:bottom, left:right][lung_fields[top:bottom, left:right]] / 255
        if values.size:
            voted = evidence.class_names[int(probabilities.argmax())]
            mean, spread = (float(item) for item in (values.mean(), values.std()))
            intensities.append((voted, round(mean, _DIGITS), round(spread, _DIGITS)))
    return dataclasses.replace(
        record,
        found_class=votes.winner_name,
        vote_shares=votes.shares,
        mean_probabilities=votes.mean_probabilities,
        vote_margin=votes.margin,
        entropy_bits=votes.entropy_bits,
        patch_intensities=tuple(intensities),
    )
