"""The shipped network teaches another one on films that nobody has drawn on."""

from __future__ import annotations

import csv
import json

import pytest

from CXRTriageLib.commands.main import main
from CXRTriageLib.networks.weights import Task, read_manifest
from support.film_folders import write_synthetic_chests
from support.imagenet_files import write_imagenet_like
from support.recipe_files import write_recipe
from support.trainings import LIGHTNING_WARNINGS

pytestmark = LIGHTNING_WARNINGS


@pytest.fixture
def arguments(tmp_path):
    """Return the arguments of a training on three films, one of them without a label image."""
    manifest = write_synthetic_chests(
        tmp_path, [("train", "normal"), ("train", "normal"), ("validation", "normal")]
    )
    with manifest.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    rows[1] |= {"label": "", "label_kind": ""}
    with manifest.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    recipe = write_recipe(
        tmp_path / "tiny.toml",
        "segmentation",
        side_px="[32]",
        epochs="[1]",
        films_per_epoch="4",
        batch_size="2",
    )
    output = tmp_path / "out"
    return [
        *("train", "segmentation", "--manifest", str(manifest), "--recipe", str(recipe)),
        *("--init", str(write_imagenet_like(tmp_path)), "--output", str(output)),
        *("--device", "cpu"),
    ]


def training_of(arguments: list[str], tmp_path) -> dict:
    assert main(arguments) == 0
    path = tmp_path / "out" / "models" / "segmentation" / "manifest.json"
    return json.loads(path.read_text(encoding="utf-8"))["training"]


def test_taught_network_has_learned_from_films_without_a_label_image(arguments, tmp_path):
    training = training_of([*arguments, "--teacher", "shipped"], tmp_path)

    assert training["films"] == [
        {"dataset": "synthetic", "split": "train", "films": 2},
        {"dataset": "synthetic", "split": "validation", "films": 1},
    ]
    assert training["teacher_sha256"] == read_manifest(Task.SEGMENTATION).identity.sha256


def test_training_does_not_go_on_with_another_teacher(arguments, tmp_path, capsys):
    training = training_of(arguments, tmp_path)

    code = main([*arguments, "--teacher", "shipped"])

    assert training["teacher_sha256"] is None
    assert training["films"][0]["films"] == 1
    assert code == 1
    said = capsys.readouterr().err
    assert "a training with other settings" in said
    assert "teacher_sha256" in said
