"""How long a training will take, from steps that are timed before it starts."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from lightning.pytorch import Trainer
from torch import Tensor, nn
from torch.utils.data import DataLoader

SECONDS_PER_MINUTE = 60
MINUTES_PER_HOUR = 60


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Epochs that cost the same.

    Attributes
    ----------
    epochs
        Number of epochs.
    training_steps, validation_steps
        Of one epoch.
    training_step_s, validation_step_s
        Seconds that one of them takes.
    """

    epochs: int
    training_steps: int
    validation_steps: int
    training_step_s: float
    validation_step_s: float

    @property
    def epoch_s(self) -> float:
        """Seconds of one epoch."""
        return (
            self.training_steps * self.training_step_s
            + self.validation_steps * self.validation_step_s
        )


@dataclass(frozen=True)
class Workload:
    """What a training has to do, from its first epoch to its last.

    Attributes
    ----------
    stages
        One after the other.
    """

    stages: tuple[Stage, ...]

    @property
    def epochs(self) -> int:
        """Epochs of all stages."""
        return sum(stage.epochs for stage in self.stages)

    @property
    def duration_s(self) -> float:
        """Seconds of all epochs."""
        return self.before_s(self.epochs)

    def before_s(self, epoch: int) -> float:
        """Return the seconds of all epochs before one, counted from 0."""
        seconds = 0.0
        for stage in self.stages:
            seconds += min(epoch, stage.epochs) * stage.epoch_s
            epoch = max(0, epoch - stage.epochs)
        return seconds

    def stage_of(self, epoch: int) -> Stage:
        """Return the stage that an epoch belongs to, counted from 0."""
        for stage in self.stages:
            if epoch < stage.epochs:
                return stage
            epoch -= stage.epochs
        return self.stages[-1]


class TimedTraining(Protocol):
    """What is asked of a training so that its steps can be timed."""

    network: nn.Module

    def training_batches(self, epoch: int) -> DataLoader[Any]:
        """Return the batches of an epoch."""

    def validation_batches(self) -> DataLoader[Any]:
        """Return the batches that every epoch is judged by."""

    def batch_loss(self, batch: Any) -> tuple[Tensor, Tensor]:
        """Return the loss of a batch, and the network's answer."""

    def train(self, mode: bool) -> Any:  # noqa: FBT001 - PyTorch's signature
        """Change to training mode, or out of it."""

    def to(self, device: torch.device) -> Any:
        """Move the network."""


def timed_workload(
    training: TimedTraining, trainer: Trainer, stage_epochs: Sequence[int]
) -> Workload:
    """Time one step of each stage, and leave the network as it was.

    Parameters
    ----------
    training
        What will be trained.
    trainer
        Its device and arithmetic are used.
    stage_epochs
        Epochs of each stage.

    Returns
    -------
    Workload
        Where loading a batch takes longer than learning from it, a step takes as long as
        loading, which goes on beside it.
    """
    training.to(trainer.strategy.root_device)
    state = {name: value.clone() for name, value in training.network.state_dict().items()}
    validation = training.validation_batches()
    stages: list[Stage] = []
    with torch.random.fork_rng():
        judged_s = _step_seconds(training, trainer, validation, learns=False)
        for index, epochs in enumerate(stage_epochs):
            batches = training.training_batches(sum(stage_epochs[:index]))
            stages.append(
                Stage(
                    epochs=epochs,
                    training_steps=len(batches),
                    validation_steps=len(validation),
                    training_step_s=_step_seconds(training, trainer, batches, learns=True),
                    validation_step_s=judged_s,
                )
            )
    training.network.load_state_dict(state)
    return Workload(tuple(stages))


def _step_seconds(
    training: TimedTraining, trainer: Trainer, batches: DataLoader[Any], *, learns: bool
) -> float:
    begun = time.perf_counter()
    chosen = next(iter(batches.batch_sampler or ()))
    collate = batches.collate_fn
    batch = collate([batches.dataset[item] for item in chosen])
    loading_s = time.perf_counter() - begun
    batch = [item.to(trainer.strategy.root_device) for item in batch]
    training.train(learns)
    # The first step also sets up what all others use again.
    for _ in range(2):
        begun = time.perf_counter()
        with torch.set_grad_enabled(learns), trainer.precision_plugin.forward_context():
            loss, _ = training.batch_loss(batch)
        if learns:
            loss.backward()  # type: ignore[no-untyped-call]
        # Waits for the device.
        float(loss.detach())
        learning_s = time.perf_counter() - begun
    training.network.zero_grad(set_to_none=True)
    return max(loading_s, learning_s)


def spoken_duration(seconds: float) -> str:
    """Return a duration as people say it: "40 s", "25 min", "3 h 20 min"."""
    if seconds < SECONDS_PER_MINUTE:
        return f"{seconds:.0f} s" if seconds >= 1 else "a second"
    minutes = round(seconds / SECONDS_PER_MINUTE)
    hours, minutes = divmod(minutes, MINUTES_PER_HOUR)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
