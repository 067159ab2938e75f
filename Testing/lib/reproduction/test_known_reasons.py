"""Reasons are given with their number, and not where there is none."""

from __future__ import annotations

from pathlib import Path

from CXRTriageLib.cohort.film_list import ListedFilm, Split
from CXRTriageLib.reproduction.known_reasons import (
    amount_of_training,
    choice_of_films,
    shared_patients,
)

TRAINING = {
    "recipe": {"epochs": 16, "patches_per_film": 2, "frozen_stages": 3},
    "films": [
        {"dataset": "one", "split": "train", "films": 600},
        {"dataset": "one", "split": "validation", "films": 90},
        {"dataset": "two", "split": "train", "films": 400},
    ],
}


def film(patient: str, split: Split) -> ListedFilm:
    return ListedFilm(row=2, image=Path("film.png"), dataset="one", patient=patient, split=split)


def test_share_of_the_choice_of_films_is_what_its_list_takes_off():
    said = choice_of_films({"a": 0.03, "b": -0.05, "c": 0.4}, {"a": -0.01, "b": 0.02})

    assert "over the 2 groups, means lie 0.040 from the paper's on all films" in said
    assert "0.015 on the films of its own list; the choice of films makes 0.025 of it" in said


def test_choice_of_films_is_no_reason_where_its_list_lies_farther_off():
    said = choice_of_films({"a": 0.01}, {"a": -0.02})

    assert "so that the choice of films is not what makes it" in said


def test_patches_of_a_training_are_counted_over_training_films_only():
    said = amount_of_training(TRAINING)

    assert "shown 32,000 patches" in said
    assert "16 epochs of 1,000 films, with 3 stages of ResNet-18 left" in said
    assert "the paper's 35,400 (100 epochs of 354 films)" in said


def test_test_films_of_training_patients_are_counted_over_all_splits():
    leaking = [film("a", Split.TRAIN), film("a", Split.TEST), film("b", Split.TEST)]
    clean = [film("a", Split.TRAIN), film("b", Split.TEST), film("c", Split.VALIDATION)]

    assert shared_patients([leaking, clean]) == (
        "Measured: in 2 random splits by image, 25 % of the test films (0 to 50 %) show a patient "
        "of the training films."
    )


def test_nothing_is_said_where_nothing_is_known():
    assert choice_of_films({"a": 0.01}, {}) == ""
    assert amount_of_training({}) == ""
    assert shared_patients([[film("a", Split.TRAIN)]]) == ""
