"""A folder goes on with the training that was begun in it, and with no other."""

from __future__ import annotations

import dataclasses

import pytest

from CXRTriageLib.cohort.film_list import Split
from CXRTriageLib.errors import ModelError
from CXRTriageLib.training.recipes import ClassificationRecipe, read_recipe
from CXRTriageLib.training.training_record import TrainingRecord
from support.film_folders import listed_film

RECIPE = read_recipe(ClassificationRecipe, "paper")


def record(*, recipe=RECIPE, seed=0, classes=("normal", "viral"), split=Split.TRAIN):
    films = [listed_film("normal", split=split), listed_film("viral", split=Split.TRAIN)]
    return TrainingRecord.of("classification", recipe, films, seed=seed, classes=classes)


def test_same_training_goes_on(tmp_path):
    record().keep(tmp_path / "out", is_begun=False)

    record().keep(tmp_path / "out", is_begun=True)


def test_films_in_another_order_are_the_same_films():
    films = [listed_film("normal"), listed_film("viral")]

    records = [
        TrainingRecord.of("classification", RECIPE, order, seed=0) for order in (films, films[::-1])
    ]

    assert records[0] == records[1]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seed": 1}, r"\(seed\)"),
        ({"classes": ("viral", "normal")}, r"\(classes\)"),
        ({"split": Split.TEST}, r"\(films\)"),
        (
            {"recipe": dataclasses.replace(RECIPE, epochs=3, l1=0.5), "seed": 2},
            r"\(seed, epochs in the recipe, l1 in the recipe\)",
        ),
    ],
)
def test_other_training_is_refused_with_what_differs(tmp_path, changes, said):
    record().keep(tmp_path, is_begun=False)

    with pytest.raises(ModelError, match=f"with other settings {said}. Give another --output"):
        record(**changes).keep(tmp_path, is_begun=True)


def test_folder_in_which_nothing_was_trained_yet_takes_any(tmp_path):
    record(seed=1).keep(tmp_path, is_begun=False)

    record(seed=2).keep(tmp_path, is_begun=False)

    record(seed=2).keep(tmp_path, is_begun=True)


def test_training_of_an_older_version_goes_on(tmp_path):
    record().keep(tmp_path, is_begun=True)

    record().keep(tmp_path, is_begun=True)
