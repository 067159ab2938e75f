"""Recipes hold the paper's numbers, and a site's own are checked when they are read."""

from __future__ import annotations

import dataclasses

import pytest

from CXRTriageLib.errors import InvalidValueError
from CXRTriageLib.resources import resource_path
from CXRTriageLib.training.recipes import (
    ClassificationRecipe,
    SegmentationRecipe,
    read_recipe,
)

KINDS = {"segmentation": SegmentationRecipe, "classification": ClassificationRecipe}


def shipped_text(kind: str, name: str = "default") -> str:
    return resource_path("Recipes", f"{kind}-{name}.toml").read_text(encoding="utf-8")


def with_line(tmp_path, kind: str, key: str, line: str) -> str:
    """Return the path of the default recipe with the line of one key replaced."""
    lines = [
        line if text.partition(" ")[0] == key else text for text in shipped_text(kind).splitlines()
    ]
    path = tmp_path / "own.toml"
    path.write_text("\n".join(lines))
    return str(path)


def test_segmentation_recipe_of_the_paper_holds_its_numbers():
    """Section II-A; weight decay, epochs and class weights of the released code."""
    recipe = read_recipe(SegmentationRecipe, "paper")

    assert recipe == SegmentationRecipe(
        optimizer="adam",
        learning_rate=1e-4,
        weight_decay=1e-6,
        schedule="plateau",
        early_stop_patience=20,
        kept_epoch="best",
        batch_size=2,
        architecture="fc_densenet103",
        side_px=(256,),
        epochs=(100,),
        films_per_epoch=0,
        plateau_patience=5,
        class_weights=(0.5, 1.0, 1.0, 1.0),
        dropout=0.2,
        input_scale=1.0,
        augment=False,
        balance_sources=False,
        learns="everything",
        partial_label_share=0.0,
    )


def test_classification_recipe_of_the_paper_holds_its_numbers():
    """Section II-B; regularization, patience, sampler and augmentation of the released code."""
    recipe = read_recipe(ClassificationRecipe, "paper")

    assert recipe == ClassificationRecipe(
        optimizer="adam",
        learning_rate=1e-5,
        weight_decay=0.1,
        schedule="constant",
        early_stop_patience=50,
        kept_epoch="best",
        batch_size=16,
        epochs=100,
        patches_per_film=1,
        l1=1e-5,
        rotation_degrees=5,
        flip=True,
        gray_augment=0.0,
        working_size="film",
        input_mean=0.0,
        input_scale=1.0,
        balance="class",
        label_smoothing=0.0,
        frozen_stages=0,
    )


@pytest.mark.parametrize("kind", KINDS)
def test_default_recipe_can_be_read(kind):
    assert dataclasses.is_dataclass(read_recipe(KINDS[kind], "default"))


def test_path_of_a_file_takes_the_place_of_a_name(tmp_path):
    path = with_line(tmp_path, "segmentation", "batch_size", "batch_size = 7")

    recipe = read_recipe(SegmentationRecipe, path)

    default = read_recipe(SegmentationRecipe, "default")
    assert recipe == dataclasses.replace(default, batch_size=7)


def test_stages_follow_each_other():
    recipe = dataclasses.replace(
        read_recipe(SegmentationRecipe, "default"), side_px=(64, 128, 256), epochs=(2, 1, 3)
    )

    assert recipe.stage_epochs == (2, 1, 3)
    assert [recipe.side_at(epoch) for epoch in range(7)] == [64, 64, 128, 256, 256, 256, 256]


@pytest.mark.parametrize(
    ("kind", "key", "line", "said"),
    [
        ("segmentation", "dropout", "drop_out = 0.1", "missing or unknown: drop_out, dropout"),
        ("classification", "frozen_stages", "frozen_stages = 6", "frozen_stages must be from 0"),
        ("segmentation", "batch_size", "batch_size = 2.5", "wrong type: batch_size"),
        ("segmentation", "augment", "augment = 1", "wrong type: augment"),
        ("segmentation", "epochs", "epochs = 5", "wrong type: epochs"),
        ("segmentation", "epochs", 'epochs = ["7", "5"]', "wrong type: epochs"),
        ("segmentation", "learning_rate", "learning_rate = true", "wrong type: learning_rate"),
        ("segmentation", "learning_rate", "learning_rate = 0", "must be positive"),
        ("segmentation", "optimizer", 'optimizer = "sgd"', "must be one of adam, adamw"),
        ("segmentation", "architecture", 'architecture = "unet"', "must be one of fc_densenet103"),
        ("segmentation", "schedule", 'schedule = "steps"', "must be one of constant"),
        ("segmentation", "kept_epoch", 'kept_epoch = "first"', "must be one of best, last"),
        ("segmentation", "epochs", "epochs = [7, 5]", "the same number of entries"),
        ("segmentation", "epochs", "epochs = [0]", "at least 1"),
        ("segmentation", "side_px", "side_px = [250]", "a multiple of 32"),
        ("segmentation", "class_weights", "class_weights = [1, 1]", "needs 4 entries"),
        ("segmentation", "partial_label_share", "partial_label_share = 1.5", "from 0 to 1"),
        ("classification", "balance", 'balance = "all"', "must be one of none, class"),
        ("classification", "working_size", 'working_size = "large"', "working_size must be one"),
        ("classification", "epochs", "epochs = 0", "must be positive"),
        ("classification", "flip", "flip = yes", "own.toml is not valid TOML"),
    ],
)
def test_value_that_makes_no_sense_is_refused(tmp_path, kind, key, line, said):
    with pytest.raises(InvalidValueError, match=said):
        read_recipe(KINDS[kind], with_line(tmp_path, kind, key, line))


def test_whole_number_is_good_enough_for_a_real_one(tmp_path):
    path = with_line(tmp_path, "classification", "l1", "l1 = 0")

    assert read_recipe(ClassificationRecipe, path).l1 == 0


def test_recipe_of_the_other_network_is_refused():
    path = resource_path("Recipes", "classification-paper.toml")

    with pytest.raises(InvalidValueError, match="missing or unknown"):
        read_recipe(SegmentationRecipe, str(path))


def test_name_that_nobody_knows_is_refused():
    with pytest.raises(InvalidValueError, match=r"no recipe 'ppaer'\. Give 'paper', 'default'"):
        read_recipe(SegmentationRecipe, "ppaer")


def test_file_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "picture.toml"
    path.write_bytes(b"\x89PNG\xff")

    with pytest.raises(InvalidValueError, match="not valid TOML"):
        read_recipe(SegmentationRecipe, str(path))
