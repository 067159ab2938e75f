"""A manifest says what a network learned from, and names no film."""

from __future__ import annotations

import hashlib
import json

import pytest

from CXRTriageLib.cohort.film_list import Split
from CXRTriageLib.cohort.film_selection import FilmSelection
from CXRTriageLib.networks.weights import ModelClass
from CXRTriageLib.training.model_facts import WEIGHTS_LICENCE, model_classes, training_facts
from CXRTriageLib.training.recipes import SegmentationRecipe, read_recipe
from CXRTriageLib.version import __version__
from support.film_folders import listed_film


@pytest.fixture
def facts(tmp_path):
    """Return the facts of a training on films of two sources."""
    checkpoint = tmp_path / "best.ckpt"
    checkpoint.write_bytes(b"weights")
    films = [
        listed_film(dataset=dataset, patient="Miller", split=split)
        for dataset, split in (
            ("b", Split.TRAIN),
            ("a", Split.VALIDATION),
            ("a", Split.TRAIN),
            ("a", Split.TRAIN),
            ("a", Split.TEST),
            ("a", None),
        )
    ]
    recipe = read_recipe(SegmentationRecipe, "paper")
    return training_facts(recipe, films, checkpoint=checkpoint, seed=3)


def test_films_are_counted_by_source_and_split_that_had_a_part(facts):
    assert facts["training"]["films"] == [
        {"dataset": "a", "split": "train", "films": 2},
        {"dataset": "a", "split": "validation", "films": 1},
        {"dataset": "b", "split": "train", "films": 1},
    ]


def test_recipe_seed_checkpoint_version_and_licence_are_noted(facts):
    assert facts["version"] == __version__
    assert facts["licence"] == WEIGHTS_LICENCE
    assert facts["training"]["seed"] == 3
    assert facts["training"]["recipe"]["learning_rate"] == 1e-4
    assert facts["training"]["checkpoint_sha256"] == hashlib.sha256(b"weights").hexdigest()
    assert facts["training"]["started_from_sha256"] is None


def test_what_it_started_from_and_how_films_were_selected_is_noted(tmp_path):
    (tmp_path / "best.ckpt").write_bytes(b"weights")
    recipe = read_recipe(SegmentationRecipe, "paper")

    facts = training_facts(
        recipe,
        [],
        checkpoint=tmp_path / "best.ckpt",
        seed=0,
        started_from_sha256="abc",
        selection=FilmSelection(without=("far",), split_seed=3),
    )

    assert facts["training"]["started_from_sha256"] == "abc"
    assert facts["training"]["selection"] == {
        "without": ("far",),
        "class_column": "class",
        "split_seed": 3,
    }


def test_facts_are_ready_for_json_and_name_nobody(facts):
    text = json.dumps(facts)

    assert "Miller" not in text
    assert "film.png" not in text


def test_viral_pneumonia_is_the_class_to_confirm():
    classes = model_classes(["normal", "viral", "fungal_ball"])

    assert classes == (
        ModelClass(name="normal", label="Normal"),
        ModelClass(name="viral", label="Viral pneumonia (COVID-19 included)", confirm=True),
        ModelClass(name="fungal_ball", label="Fungal ball"),
    )
