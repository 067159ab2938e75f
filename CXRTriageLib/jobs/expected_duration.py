"""How long a job will take, from steps that were timed on one core of a server."""

from __future__ import annotations

from CXRTriageLib.cohort.film_list import ListedFilm, Split
from CXRTriageLib.jobs.job import Job, TrainingChoices, Workplace
from CXRTriageLib.networks.weights import Approach, Task
from CXRTriageLib.training.classification_training import VALIDATION_PATCHES
from CXRTriageLib.training.recipes import (
    ClassificationRecipe,
    SegmentationRecipe,
    read_recipe,
)

LEARNED_PATCH_S = (0.0305, 0.0290, 0.0223, 0.0182, 0.0135, 0.0083)
"""ResNet-18 forward and backward, by the number of frozen stages (AMD EPYC, bfloat16)."""
CHANGED_PATCH_S = 0.011
"""Augmentation of a patch, which takes its turn where there is one core only."""
JUDGED_PATCH_S = 0.0085
LEARNED_FILM_S = 0.09
"""The U-Net at 256 x 256 pixels, with its share of the validation."""
SCORED_FILM_S = 1.5
SEGMENTED_FILM_S = 0.4


def expected_seconds(job: Job, place: Workplace, choices: TrainingChoices) -> float:
    """Return how long a job takes on one core from its beginning, films being masked already.

    Parameters
    ----------
    job
        Not yet begun.
    place
        Where its films are.
    choices
        How it trains.

    Returns
    -------
    float
        Other machines differ; before it starts, each training says what it has timed itself.
    """
    films = job.selection.films_of(place.manifest)
    scored = len(job.scored_films(place.manifest))
    if job.task is Task.SEGMENTATION:
        recipe = read_recipe(SegmentationRecipe, dict(choices.recipes)[job.task])
        drawn = recipe.films_per_epoch or _count(job, films, Split.TRAIN)
        shares = [
            epochs * (side / 256) ** 2
            for side, epochs in zip(recipe.side_px, recipe.epochs, strict=True)
        ]
        return drawn * sum(shares) * LEARNED_FILM_S + scored * SEGMENTED_FILM_S
    return _classification_s(job, films, choices) + scored * SCORED_FILM_S


def _classification_s(job: Job, films: tuple[ListedFilm, ...], choices: TrainingChoices) -> float:
    recipe = read_recipe(ClassificationRecipe, dict(choices.recipes)[job.task])
    learning, judging = (_count(job, films, split) for split in (Split.TRAIN, Split.VALIDATION))
    ballots = VALIDATION_PATCHES if job.approach is Approach.LOCAL else 1
    learned_s = LEARNED_PATCH_S[recipe.frozen_stages] + CHANGED_PATCH_S
    epoch_s = learning * recipe.patches_per_film * learned_s + judging * ballots * JUDGED_PATCH_S
    baseline_s = learning * SEGMENTED_FILM_S if job.has_baseline else 0.0
    return recipe.epochs * epoch_s + baseline_s


def _count(job: Job, films: tuple[ListedFilm, ...], split: Split) -> int:
    is_masks = job.task is Task.SEGMENTATION
    return sum(
        film.split is split and (film.label is not None if is_masks else film.may_be_classified)
        for film in films
    )
