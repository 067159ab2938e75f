"""The classification network learns, and stopping it changes nothing."""

from __future__ import annotations

import csv
import dataclasses

import numpy as np
import pytest
import torch

from CXRTriageLib.cohort.film_list import Split
from CXRTriageLib.errors import ManifestError
from CXRTriageLib.networks.weights import Approach
from CXRTriageLib.training.classification_training import (
    VALIDATION_PATCHES,
    ClassificationPlan,
    ClassificationTask,
    ClassificationTraining,
    train_classification,
)
from CXRTriageLib.training.epoch_callbacks import CURVES_NAME
from CXRTriageLib.training.fitting import TrainingRun, fit
from CXRTriageLib.training.lightning_setup import prepare_process
from CXRTriageLib.training.recipes import ClassificationRecipe, read_recipe
from support.film_folders import listed_film
from support.lung_films import lung_film
from support.trainings import (
    LIGHTNING_WARNINGS,
    StopAtEpoch,
    StoppedError,
    added_callback,
)

pytestmark = LIGHTNING_WARNINGS
NAMES = ("normal", "viral")
RECIPE = dataclasses.replace(
    read_recipe(ClassificationRecipe, "default"), epochs=2, batch_size=4, l1=1e-5
)


def task(approach: Approach = Approach.LOCAL) -> ClassificationTask:
    """Return dark films of one class and bright films of another."""
    films = [
        lung_film(name, brightness=brightness + number)
        for number in range(3)
        for name, brightness in zip(NAMES, (60, 190), strict=True)
    ]
    return ClassificationTask(
        class_names=NAMES, approach=approach, training=films, validation=films[:2]
    )


def train(output, *, stop=None, recipe=RECIPE, approach=Approach.LOCAL):
    prepare_process(3)
    module = ClassificationTraining(recipe, task(approach), seed=3)
    with added_callback(stop):
        fit(module, recipe, TrainingRun(output=output, seed=3, device="cpu"))
    return module.network.state_dict()


def test_stopped_training_ends_with_the_same_weights(tmp_path):
    whole = train(tmp_path / "whole")

    with pytest.raises(StoppedError):
        train(tmp_path / "stopped", stop=StopAtEpoch(1))
    resumed = train(tmp_path / "stopped")

    different = [name for name in whole if not torch.equal(whole[name], resumed[name])]
    assert different == []


def test_whole_films_train_as_patches_do(tmp_path):
    train(tmp_path, recipe=dataclasses.replace(RECIPE, epochs=1), approach=Approach.GLOBAL)

    with (tmp_path / CURVES_NAME).open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert set(row) == {
        "epoch",
        "learning_rate",
        "training_loss",
        "training_accuracy",
        "training_f1",
        "validation_loss",
        "validation_score",
        "validation_accuracy",
        "validation_f1",
    }


def test_validation_shows_each_film_in_the_patches_of_a_vote():
    local = ClassificationTraining(RECIPE, task(), seed=0).validation_batches()
    whole = ClassificationTraining(RECIPE, task(Approach.GLOBAL), seed=0).validation_batches()

    assert len(local.dataset) == 2 * VALIDATION_PATCHES
    assert len(whole.dataset) == 2


def test_score_is_the_macro_f1_of_one_vote_for_each_film():
    judged = dataclasses.replace(task(), validation=task().training[:3])
    module = ClassificationTraining(RECIPE, judged, seed=0)
    logged = {}
    module.log = lambda name, value, **_: logged.update({name: value})
    # Films 0 and 1 are normal and 2 is viral; 1 is lost by two votes to one.
    films, classes = [0, 0, 0, 1, 1, 1, 2], [0, 0, 0, 0, 0, 0, 1]
    ballots = [0, 1, 0, 1, 0, 1, 1]

    class Answers(torch.nn.Module):
        """Answers with the ballots."""

        def forward(self, _patches):
            """Return logits and no maps."""
            return torch.nn.functional.one_hot(torch.tensor(ballots), 2).float(), None

    module.network = Answers()
    batch = torch.zeros(7, 1, 8, 8), torch.tensor(classes), torch.tensor(films)
    module.validation_step(batch, 0)
    module.on_validation_epoch_end()

    # Both classes: one film right; one of them missed, and one taken for the other.
    assert logged["validation_score"] == logged["validation_f1"] == pytest.approx(2 / 3)
    assert logged["validation_accuracy"] == pytest.approx(2 / 3)
    assert "training_f1" not in logged


def test_penalty_is_the_sum_of_absolute_parameters():
    patches = torch.rand(2, 1, 64, 64) * 255
    batch = patches, torch.tensor([0, 1]), torch.tensor([0, 1])
    losses = []
    for l1 in (0.0, 1e-4):
        prepare_process(0)
        module = ClassificationTraining(dataclasses.replace(RECIPE, l1=l1), task(), seed=0)
        module.log = lambda *_, **__: None
        losses.append(module.training_step(batch, 0).item())

    absolute = sum(float(np.abs(p.detach().numpy()).sum()) for p in module.network.parameters())
    assert losses[1] - losses[0] == pytest.approx(1e-4 * absolute, rel=1e-3)


def test_class_without_a_film_in_a_split_is_refused(tmp_path):
    films = [listed_film("normal")]
    plan = ClassificationPlan(class_names=NAMES)

    with pytest.raises(ManifestError, match=r"no film of normal, viral .*in the split 'train'"):
        train_classification(films, RECIPE, TrainingRun(output=tmp_path), plan)


def test_frozen_layers_keep_weights_and_statistics_while_the_others_learn(tmp_path):
    recipe = dataclasses.replace(RECIPE, frozen_stages=3)
    prepare_process(3)
    module = ClassificationTraining(recipe, task(), seed=3)
    before = {name: value.clone() for name, value in module.network.state_dict().items()}

    fit(module, recipe, TrainingRun(output=tmp_path, device="cpu"))

    changed = {
        ".".join(name.split(".")[1:2])
        for name, value in module.network.state_dict().items()
        if name.startswith("backbone") and not torch.equal(value, before[name])
    }
    assert changed == {"layer3", "layer4", "fc"}


def test_checkpoint_names_the_classes(tmp_path):
    train(tmp_path, recipe=dataclasses.replace(RECIPE, epochs=1))

    assert torch.load(tmp_path / "best.ckpt", weights_only=True)["class_names"] == list(NAMES)


def test_all_films_that_cannot_be_read_are_named_before_training_starts(
    tmp_path, shipped_pipeline_fixture
):
    del shipped_pipeline_fixture
    rows = [
        dataclasses.replace(listed_film(name, split=split), image=tmp_path / "gone.png", row=row)
        for row, (name, split) in enumerate(
            [(name, split) for split in (Split.TRAIN, Split.VALIDATION) for name in NAMES], start=2
        )
    ]
    (tmp_path / "gone.png").write_bytes(b"no film")
    run = TrainingRun(output=tmp_path / "out", device="cpu")

    with pytest.raises(ManifestError) as refused:
        train_classification(rows, RECIPE, run, ClassificationPlan(class_names=NAMES))

    assert [line.split(":")[0] for line in str(refused.value).splitlines()[1:]] == [
        f"  row {row}" for row in range(2, 6)
    ]
    assert run.checkpoint is None
