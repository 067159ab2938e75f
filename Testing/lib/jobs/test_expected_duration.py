"""The expected duration grows with what there is to do."""

from __future__ import annotations

import dataclasses

import pytest

from CXRTriageLib.jobs.expected_duration import expected_seconds
from CXRTriageLib.jobs.job import Job, TrainingChoices, Workplace
from CXRTriageLib.networks.weights import Approach, Task
from support.film_folders import write_synthetic_chests
from support.recipe_files import write_recipe

CLASSES = Job(name="classes", purpose="", task=Task.CLASSIFICATION)
MASKS = Job(name="masks", purpose="", task=Task.SEGMENTATION)


@pytest.fixture
def seconds(tmp_path):
    """Return a function of job and recipe for five films."""
    splits = ["train"] * 3 + ["validation", "test"]
    write_synthetic_chests(tmp_path, [(split, "normal") for split in splits])
    place = Workplace(data=tmp_path, output=tmp_path / "out")

    def expected(job: Job, **changes: str) -> float:
        recipe = write_recipe(tmp_path / "some.toml", job.task.value, **changes)
        choices = TrainingChoices(class_names=("normal",), recipes=((job.task, str(recipe)),))
        return expected_seconds(job, place, choices)

    return expected


def test_twice_the_epochs_take_twice_the_time_but_for_the_scoring(seconds):
    one, two, three = (seconds(CLASSES, epochs=str(epochs)) for epochs in (1, 2, 3))

    assert two - one == pytest.approx(three - two)
    assert one > two - one


def test_frozen_layers_and_whole_films_save_time(seconds):
    by_stages = [seconds(CLASSES, frozen_stages=str(stages)) for stages in range(6)]

    assert by_stages == sorted(by_stages, reverse=True)
    whole = dataclasses.replace(CLASSES, approach=Approach.GLOBAL)
    assert seconds(whole) < seconds(CLASSES)
    assert seconds(dataclasses.replace(CLASSES, has_baseline=True)) > seconds(CLASSES)


def test_masks_take_longer_at_a_larger_side(seconds):
    small, large = (seconds(MASKS, side_px=f"[{side}]") for side in (256, 512))

    assert large > 3 * small
