"""The bar shows the whole training, weighted by cost, and goes on where an earlier run ended."""

from __future__ import annotations

import re

import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from CXRTriageLib.training import fitting
from CXRTriageLib.training.duration import Stage, Workload
from CXRTriageLib.training.fitting import NetworkTraining, TrainingRun, fit
from CXRTriageLib.training.recipes import SegmentationRecipe, read_recipe
from support.recipe_files import write_recipe
from support.trainings import (
    LIGHTNING_WARNINGS,
    StopAtEpoch,
    StoppedError,
    added_callback,
)

pytestmark = LIGHTNING_WARNINGS
STEPS = 4
CHEAP = Stage(
    epochs=2, training_steps=STEPS, validation_steps=1, training_step_s=1.0, validation_step_s=1.0
)
DEAR = Stage(
    epochs=1, training_steps=STEPS, validation_steps=1, training_step_s=7.0, validation_step_s=2.0
)


class Little(NetworkTraining):
    """A network of one weight."""

    def __init__(self) -> None:
        super().__init__()
        self.network = torch.nn.Linear(1, 1)

    def training_batches(self, _epoch):
        """Return a few steps."""
        return DataLoader(TensorDataset(torch.ones(STEPS, 1)))

    def validation_batches(self):
        """Return one step."""
        return DataLoader(TensorDataset(torch.ones(1, 1)))

    def batch_loss(self, batch):
        """Return a loss."""
        answer = self.network(batch[0])
        return answer.sum(), answer

    def training_step(self, batch, _index):
        """Return the loss."""
        loss, _ = self.batch_loss(batch)
        self.log("training_loss", loss, on_step=False, on_epoch=True)
        return loss

    def validation_step(self, _batch, _index):
        """Give a score."""
        self.log("validation_score", 1.0)

    def configure_optimizers(self):
        """Return any."""
        return torch.optim.SGD(self.parameters(), lr=0.0)


@pytest.fixture
def train(tmp_path, monkeypatch):
    """Return a function that trains for three epochs of which the last is dear."""
    monkeypatch.setattr(fitting, "timed_workload", lambda *_: Workload((CHEAP, DEAR)))
    changes = {"side_px": "[32, 64]", "epochs": "[2, 1]"}
    path = write_recipe(tmp_path / "small.toml", "segmentation", **changes)
    recipe = read_recipe(SegmentationRecipe, str(path))
    said: list[str] = []

    def run(stop=None) -> list[str]:
        with added_callback(stop):
            settings = TrainingRun(output=tmp_path / "out", device="cpu", say=said.append)
            fit(Little(), recipe, settings)
        return said

    return run


def shares_shown(text: str) -> list[int]:
    return [int(share) for share in re.findall(r"(\d+) % done", text)]


def test_expected_duration_is_said_before_the_first_step(train, capfd):
    (sentence,) = train()

    # 2 x (4 x 1 + 1) + 4 x 7 + 2
    assert sentence == (
        "3 epochs; a step was timed at 1 s then 7 s. Expected duration: at most about 40 s."
    )
    assert shares_shown(capfd.readouterr().err)[-1] == 100


def test_bar_and_expectation_go_on_where_an_earlier_run_was_stopped(train, capfd):
    with pytest.raises(StoppedError):
        train(StopAtEpoch(2))
    before = shares_shown(capfd.readouterr().err)

    said = train()

    shown = capfd.readouterr().err
    assert said[-1].startswith("Going on after epoch 2 of 3;")
    assert "at most about 30 s" in said[-1]
    assert max(before) < 50
    assert shares_shown(shown)[0] == 25
    assert shares_shown(shown)[-1] == 100
    assert "Epoch 3 of 3" in shown
    assert "left, loss" in shown


def test_finished_training_says_nothing_of_a_duration(train):
    train()

    assert len(train()) == 1
