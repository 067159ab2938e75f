"""A training that was stopped ends as one that was not."""

from __future__ import annotations

import csv
import dataclasses
import math
from pathlib import Path

import pytest
import torch
from lightning.pytorch import Callback
from torch.utils.data import DataLoader, TensorDataset

from CXRTriageLib.training.checkpoints import how_it_ended
from CXRTriageLib.training.epoch_callbacks import CURVES_NAME, PLOT_NAME
from CXRTriageLib.training.fitting import NetworkTraining, TrainingRun, fit
from CXRTriageLib.training.lightning_setup import (
    LAST_CHECKPOINT,
    VALIDATION_SCORE,
    arithmetic,
    checkpoint_to_resume,
    optimizer_and_schedule,
)
from CXRTriageLib.training.recipes import ClassificationRecipe, read_recipe
from support.trainings import (
    LIGHTNING_WARNINGS,
    StopAtEpoch,
    StoppedError,
    added_callback,
)

pytestmark = LIGHTNING_WARNINGS
STEPS = 4


class OneWeight(NetworkTraining):
    """Learns that a number is 1; its validation score rises and falls as it is told to."""

    def __init__(self, recipe: ClassificationRecipe, scores: list[float]) -> None:
        super().__init__()
        self.network = torch.nn.Linear(1, 1)
        self._recipe, self._scores = recipe, scores
        self.rates: list[float] = []

    def training_batches(self, _epoch):
        """Return a few steps."""
        return DataLoader(TensorDataset(torch.ones(STEPS, 1)))

    def validation_batches(self):
        """Return the same."""
        return self.training_batches(0)

    def batch_loss(self, batch):
        """Return a loss that is always 1."""
        answer = self.network(batch[0])
        return 0 * answer.sum() + 1, answer

    def training_step(self, batch, _index):
        """Note the learning rate."""
        self.rates.append(self.optimizers().param_groups[0]["lr"])
        loss, _ = self.batch_loss(batch)
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
    recipe = dataclasses.replace(recipe, epochs=len(scores))
    module = OneWeight(recipe, scores)
    run = TrainingRun(output=output, device="cpu")
    with added_callback(stop):
        fit(module, recipe, run)
    return module


def curves_of(output: Path) -> list[dict[str, float]]:
    with (output / CURVES_NAME).open(encoding="utf-8", newline="") as file:
        return [{key: float(text) for key, text in row.items()} for row in csv.DictReader(file)]


def epoch_of(checkpoint: Path) -> int:
    return torch.load(checkpoint, weights_only=True)["epoch"]


@pytest.mark.parametrize(("kept", "epoch"), [("best", 1), ("last", 2)])
def test_recipe_says_whose_network_is_kept(tmp_path, kept, epoch):
    recipe = dataclasses.replace(recipe_with(kept_epoch=kept), epochs=3)
    run = TrainingRun(output=tmp_path, device="cpu")

    first = fit(OneWeight(recipe, [0.1, 0.5, 0.3]), recipe, run)
    again = fit(OneWeight(recipe, [0.1, 0.5, 0.3]), recipe, run)

    assert epoch_of(first) == epoch
    assert again == first


def test_best_is_kept_and_last_is_renewed_at_every_epoch(tmp_path):
    train(tmp_path, recipe_with(), [0.1, 0.5, 0.3])

    assert epoch_of(tmp_path / "best.ckpt") == 1
    assert epoch_of(tmp_path / LAST_CHECKPOINT) == 2
    assert checkpoint_to_resume(tmp_path) == tmp_path / LAST_CHECKPOINT
    assert {path.name for path in tmp_path.iterdir()} == {
        "best.ckpt",
        LAST_CHECKPOINT,
        CURVES_NAME,
        PLOT_NAME,
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


def test_training_that_ended_early_trains_no_further_epoch(tmp_path):
    recipe, scores = recipe_with(early_stop_patience=2), [0.1, 0.5, 0.3, 0.3, 0.9, 0.9]
    train(tmp_path, recipe, scores)
    before = (tmp_path / LAST_CHECKPOINT).stat().st_mtime_ns

    again = train(tmp_path, recipe, scores)

    assert again.rates == []
    assert (tmp_path / LAST_CHECKPOINT).stat().st_mtime_ns == before
    assert how_it_ended(tmp_path / LAST_CHECKPOINT, 6) == (
        "it ended early after epoch 4 of 6, since the validation score had not risen for 2 epochs"
    )


def test_training_that_was_stopped_while_it_waited_for_a_better_score_goes_on(tmp_path):
    recipe, scores = recipe_with(early_stop_patience=2), [0.1, 0.5, 0.3, 0.6, 0.3, 0.3]
    with pytest.raises(StoppedError):
        train(tmp_path, recipe, scores, stop=StopAtEpoch(3))

    assert how_it_ended(tmp_path / LAST_CHECKPOINT, 6) is None
    train(tmp_path, recipe, scores)

    assert len(curves_of(tmp_path)) == 6
    assert how_it_ended(tmp_path / LAST_CHECKPOINT, 6) == "all 6 epochs are done"


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
