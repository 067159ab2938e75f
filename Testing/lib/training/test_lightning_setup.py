"""A training that was stopped ends as one that was not."""

from __future__ import annotations

import csv
import dataclasses
import math
from pathlib import Path

import pytest
import torch
from lightning.pytorch import Callback, LightningModule
from torch.utils.data import DataLoader

from CXRTriageLib.training.lightning_setup import (
    CURVES_NAME,
    LAST_CHECKPOINT,
    VALIDATION_SCORE,
    arithmetic,
    checkpoint_to_resume,
    make_trainer,
    optimizer_and_schedule,
)
from CXRTriageLib.training.recipes import ClassificationRecipe, read_recipe
from support.trainings import LIGHTNING_WARNINGS, StopAtEpoch, StoppedError

pytestmark = LIGHTNING_WARNINGS
STEPS = 4


class OneWeight(LightningModule):
    """Learns that a number is 1; its validation score rises and falls as it is told to."""

    def __init__(self, recipe: ClassificationRecipe, scores: list[float]) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.tensor([0.5]))
        self._recipe, self._scores = recipe, scores
        self.rates: list[float] = []

    def train_dataloader(self):
        """Return a few steps."""
        return DataLoader(torch.ones(STEPS, 1))

    val_dataloader = train_dataloader

    def training_step(self, batch, _index):
        """Note the learning rate; the loss is always 1."""
        self.rates.append(self.optimizers().param_groups[0]["lr"])
        loss = 0 * (self.weight * batch).sum() + 1
        self.log("training_loss", loss, on_step=False, on_epoch=True)
        return loss

    def validation_step(self, _batch, _index):
        """Give the score of the epoch."""
        self.log(VALIDATION_SCORE, self._scores[self.current_epoch])

    def configure_optimizers(self):
        """Return what is under test."""
        return optimizer_and_schedule(self, self._recipe, plateau_patience=1)


def recipe_with(**changes: object) -> ClassificationRecipe:
    return dataclasses.replace(read_recipe(ClassificationRecipe, "paper"), **changes)


def train(
    output: Path, recipe: ClassificationRecipe, scores: list[float], stop: Callback | None = None
) -> OneWeight:
    module = OneWeight(recipe, scores)
    trainer = make_trainer(output, recipe, epochs=len(scores), device="cpu")
    if stop is not None:
        trainer.callbacks.append(stop)
    trainer.fit(module, ckpt_path=checkpoint_to_resume(output))
    return module


def curves_of(output: Path) -> list[dict[str, float]]:
    with (output / CURVES_NAME).open(encoding="utf-8", newline="") as file:
        return [{key: float(text) for key, text in row.items()} for row in csv.DictReader(file)]


def epoch_of(checkpoint: Path) -> int:
    return torch.load(checkpoint, weights_only=True)["epoch"]


def test_best_is_kept_and_last_is_renewed_at_every_epoch(tmp_path):
    train(tmp_path, recipe_with(), [0.1, 0.5, 0.3])

    assert epoch_of(tmp_path / "best.ckpt") == 1
    assert epoch_of(tmp_path / LAST_CHECKPOINT) == 2
    assert checkpoint_to_resume(tmp_path) == tmp_path / LAST_CHECKPOINT
    assert {path.name for path in tmp_path.iterdir()} == {
        "best.ckpt",
        LAST_CHECKPOINT,
        CURVES_NAME,
    }


def test_nothing_is_resumed_where_nothing_was_trained(tmp_path):
    assert checkpoint_to_resume(tmp_path) is None


def test_curves_have_one_row_for_each_epoch(tmp_path):
    train(tmp_path, recipe_with(learning_rate=0.25), [0.1, 0.5, 0.3])

    assert curves_of(tmp_path) == [
        {"epoch": epoch, "learning_rate": 0.25, "training_loss": 1, VALIDATION_SCORE: score}
        for epoch, score in enumerate(pytest.approx(score) for score in (0.1, 0.5, 0.3))
    ]


@pytest.mark.parametrize("schedule", ["plateau", "cosine", "constant"])
def test_stopped_training_goes_on_with_the_same_rates_and_curves(tmp_path, schedule):
    recipe = recipe_with(schedule=schedule, optimizer="adamw", learning_rate=0.5)
    scores = [0.5, 0.2, 0.6, 0.1, 0.3, 0.4]
    whole = train(tmp_path / "whole", recipe, scores)

    with pytest.raises(StoppedError):
        train(tmp_path / "stopped", recipe, scores, stop=StopAtEpoch(3))
    first_rows = curves_of(tmp_path / "stopped")
    resumed = train(tmp_path / "stopped", recipe, scores)

    assert len(first_rows) == 3
    assert resumed.rates == pytest.approx(whole.rates[3 * STEPS :])
    assert curves_of(tmp_path / "stopped") == curves_of(tmp_path / "whole")
    assert epoch_of(tmp_path / "stopped" / "best.ckpt") == 2


def test_finished_training_is_left_as_it_is(tmp_path):
    train(tmp_path, recipe_with(), [0.1, 0.2])
    before = (tmp_path / LAST_CHECKPOINT).stat().st_mtime_ns

    again = train(tmp_path, recipe_with(), [0.1, 0.2])

    assert again.rates == []
    assert (tmp_path / LAST_CHECKPOINT).stat().st_mtime_ns == before


def test_rate_falls_to_a_tenth_when_the_loss_stops_falling(tmp_path):
    """At a patience of 1, two epochs without a lower loss."""
    module = train(tmp_path, recipe_with(schedule="plateau", learning_rate=1.0), [0.0] * 6)

    by_epoch = [module.rates[epoch * STEPS] for epoch in range(6)]
    assert by_epoch == pytest.approx([1, 1, 1, 0.1, 0.1, 0.01])


def test_cosine_warms_up_and_ends_at_zero(tmp_path):
    module = train(tmp_path, recipe_with(schedule="cosine", learning_rate=2.0), [0.0] * 25)

    steps = 25 * STEPS
    expected = [
        2.0 * (step + 1) / 5 if step < 5 else 1 + math.cos(math.pi * (step - 5) / (steps - 5))
        for step in range(steps)
    ]
    assert module.rates == pytest.approx(expected, abs=1e-6)


def test_training_ends_early_where_the_score_stops_rising(tmp_path):
    train(tmp_path, recipe_with(early_stop_patience=2), [0.1, 0.5, 0.3, 0.3, 0.9, 0.9])

    assert [row["epoch"] for row in curves_of(tmp_path)] == [0, 1, 2, 3]
    assert epoch_of(tmp_path / "best.ckpt") == 1


@pytest.mark.parametrize(
    ("name", "kind"), [("adam", torch.optim.Adam), ("adamw", torch.optim.AdamW)]
)
def test_optimizer_has_the_numbers_of_the_recipe(name, kind):
    recipe = recipe_with(optimizer=name, learning_rate=0.3, weight_decay=0.7)

    made = optimizer_and_schedule(OneWeight(recipe, []), recipe)

    (group,) = made["optimizer"].param_groups
    assert type(made["optimizer"]) is kind
    assert (group["lr"], group["weight_decay"], group["betas"]) == (0.3, 0.7, (0.9, 0.999))
    assert "lr_scheduler" not in made


def test_processor_trains_in_bf16_only_where_it_has_it():
    assert arithmetic("cpu") in ("bf16-mixed", "32-true")
