"""The expected duration follows from timed steps, which leave the network as it was."""

from __future__ import annotations

import dataclasses
import time

import pytest
import torch
from torch.utils.data import DataLoader, Dataset

from CXRTriageLib.training.duration import Stage, Workload, spoken_duration, timed_workload
from CXRTriageLib.training.fitting import NetworkTraining
from CXRTriageLib.training.lightning_setup import make_trainer
from CXRTriageLib.training.processes import Processes
from CXRTriageLib.training.recipes import ClassificationRecipe, read_recipe

SMALL = Stage(
    epochs=2, training_steps=10, validation_steps=5, training_step_s=1.0, validation_step_s=0.2
)
LARGE = dataclasses.replace(SMALL, epochs=3, training_step_s=4.0)
LOADING_S, LEARNING_S = 0.2, 0.05


class SlowItems(Dataset):
    """Items that take their time."""

    def __len__(self):
        return 12

    def __getitem__(self, index):
        time.sleep(LOADING_S / 2)
        return (torch.ones(3, 4, 4) * index,)


class SlowTraining(NetworkTraining):
    """A network that takes its time."""

    def __init__(self) -> None:
        super().__init__()
        self.network = torch.nn.Sequential(torch.nn.BatchNorm2d(3), torch.nn.Conv2d(3, 1, 4))

    def training_batches(self, epoch):
        """Return slow items, or quick ones from the second stage on."""
        items = SlowItems() if epoch < 2 else torch.utils.data.TensorDataset(torch.ones(4, 3, 4, 4))
        return DataLoader(items, batch_size=2)

    def validation_batches(self):
        """Return quick items."""
        return self.training_batches(2)

    def batch_loss(self, batch):
        """Return a loss, slowly."""
        time.sleep(LEARNING_S)
        answer = self.network(batch[0])
        return answer.mean(), answer


@pytest.fixture
def timed(tmp_path):
    """Return a training and the workload that was timed with it."""
    recipe = dataclasses.replace(read_recipe(ClassificationRecipe, "default"), epochs=1)
    training = SlowTraining()
    before = {name: value.clone() for name, value in training.state_dict().items()}
    trainer = make_trainer(tmp_path, recipe, Processes(), device="cpu")
    torch.manual_seed(5)
    workload = timed_workload(training, trainer, (2, 3))
    return training, before, workload, torch.rand(1)


def test_slower_one_of_loading_and_learning_decides(timed):
    _, _, workload, _ = timed
    first, second = workload.stages

    assert (first.epochs, second.epochs) == (2, 3)
    assert (first.training_steps, second.training_steps, first.validation_steps) == (6, 2, 2)
    assert first.training_step_s >= LOADING_S
    assert first.training_step_s > second.training_step_s >= LEARNING_S
    assert first.training_step_s > first.validation_step_s >= LEARNING_S


def test_timing_leaves_weights_statistics_and_randomness_alone(timed):
    training, before, _, drawn = timed

    torch.manual_seed(5)
    assert torch.equal(drawn, torch.rand(1))
    assert all(torch.equal(value, before[name]) for name, value in training.state_dict().items())
    assert all(parameter.grad is None for parameter in training.parameters())


def test_duration_is_the_sum_over_stages():
    workload = Workload((SMALL, LARGE))

    assert workload.epochs == 5
    assert workload.duration_s == pytest.approx(2 * 11 + 3 * 41)
    assert [workload.before_s(epoch) for epoch in range(6)] == pytest.approx(
        [0, 11, 22, 63, 104, 145]
    )
    assert [workload.stage_of(epoch) for epoch in (0, 1, 2, 4)] == [SMALL, SMALL, LARGE, LARGE]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "a second"),
        (41.7, "42 s"),
        (60, "1 min"),
        (1500, "25 min"),
        (3599, "1 h"),
        (12_000, "3 h 20 min"),
    ],
)
def test_duration_is_said_as_people_say_it(seconds, said):
    assert spoken_duration(seconds) == said
