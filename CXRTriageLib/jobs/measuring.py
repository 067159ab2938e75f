"""Score the network of a job on the films that it was not trained on."""

from __future__ import annotations

import dataclasses

from CXRTriageLib.cohort.film_list import Split
from CXRTriageLib.domain.settings import Mode, TriageSettings
from CXRTriageLib.evaluation.film_outcomes import collect_outcomes
from CXRTriageLib.evaluation.measured_films import MeasuredFilms
from CXRTriageLib.evaluation.network_results import class_areas, classifier_scores
from CXRTriageLib.evaluation.segmentation_results import segmentation_rows
from CXRTriageLib.evaluation.test_split_log import log_test_use
from CXRTriageLib.jobs.job import Job, Workplace
from CXRTriageLib.jobs.job_result import JobResult
from CXRTriageLib.networks.device import Device
from CXRTriageLib.networks.weights import Task
from CXRTriageLib.pipeline.triage import TriagePipeline
from CXRTriageLib.version import __version__

SCORED_FOLDER = "scored"


def measure_job(
    job: Job, place: Workplace, class_names: tuple[str, ...], *, device: Device = Device.AUTO
) -> JobResult:
    """Score the network that a job has trained.

    Values of each film are kept in the folder of the training, so that a stopped run goes on.

    Parameters
    ----------
    job
        Its network is trained.
    place
        Where.
    class_names
        Order of the classes.
    device
        Where the network runs.

    Returns
    -------
    JobResult
        With intervals over resampled patients.
    """
    films = job.scored_films(place.manifest)
    pipeline = TriagePipeline.load(place.models(job), device=device)
    is_classifying = job.task is Task.CLASSIFICATION
    if any(film.split is Split.TEST for film in films):
        log_test_use(place.models(job), pipeline.models, len(films))
    folder = place.folder(job) / SCORED_FOLDER
    settings = TriageSettings.for_mode(Mode.DEFAULT)
    outcomes = collect_outcomes(films, pipeline, folder, settings=settings, classify=is_classifying)
    measured = MeasuredFilms(films, outcomes)
    result = JobResult(
        job=job.name,
        purpose=job.purpose,
        software_version=__version__,
        models=pipeline.models if is_classifying else pipeline.models[:1],
        films=len(films),
    )
    if not is_classifying:
        return dataclasses.replace(result, segmentation=tuple(segmentation_rows(measured)))
    labeled = measured.of_classes(class_names)
    training = _baseline_films(job, place, pipeline, settings).of_classes(class_names)
    return dataclasses.replace(
        result,
        class_names=class_names,
        classification=tuple(classifier_scores(labeled, training, class_names)),
        roc_areas=class_areas(labeled, class_names),
    )


def _baseline_films(
    job: Job, place: Workplace, pipeline: TriagePipeline, settings: TriageSettings
) -> MeasuredFilms:
    """Return the films that the regression on biomarkers learns from; none where it has no part."""
    if not job.has_baseline:
        return MeasuredFilms([], [])
    films = [
        film
        for film in job.selection.films_of(place.manifest)
        if film.split is Split.TRAIN and film.may_be_classified
    ]
    folder = place.folder(job) / SCORED_FOLDER
    outcomes = collect_outcomes(films, pipeline, folder, settings=settings, classify=False)
    return MeasuredFilms(films, outcomes)
