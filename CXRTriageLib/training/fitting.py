"""One training, of either network, from its first step or from where it was stopped."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lightning.pytorch import LightningModule
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from CXRTriageLib.training.checkpoints import how_it_ended
from CXRTriageLib.training.duration import Workload, spoken_duration, timed_workload
from CXRTriageLib.training.lightning_setup import (
    checkpoint_to_resume,
    epochs_done,
    kept_checkpoint,
    make_trainer,
)
from CXRTriageLib.training.processes import Processes
from CXRTriageLib.training.progress import TrainingProgress
from CXRTriageLib.training.read_ahead import ReadAheadLoader
from CXRTriageLib.training.recipes import OptimizerRecipe
from CXRTriageLib.training.segmentation_data import EpochSampler


@dataclass(frozen=True, kw_only=True)
class TrainingRun:
    """Where and how to train, whatever is learned.

    Attributes
    ----------
    output
        Folder of checkpoints and curves.
    seed
        Of everything that is random.
    device
        "auto", "cpu" or "cuda".
    say
        Is told, in sentences, what goes on; only in the first of several processes.
    processes
        Which process this is, of how many.
    """

    output: Path
    seed: int = 0
    device: str = "auto"
    say: Callable[[str], object] = logging.getLogger(__name__).info
    processes: Processes = field(default_factory=Processes.started)

    @property
    def checkpoint(self) -> Path | None:
        """The checkpoint to go on from, or None where nothing was trained yet."""
        return checkpoint_to_resume(self.output)

    def tell(self, sentence: str) -> None:
        """Say something, but once only."""
        if self.processes.is_first:
            self.say(sentence)


class NetworkTraining(LightningModule):
    """What both trainings have in common: the network, and batches for each epoch."""

    network: nn.Module

    def training_batches(self, epoch: int) -> DataLoader[Any]:
        """Return the batches of an epoch."""
        raise NotImplementedError

    def validation_batches(self) -> DataLoader[Any]:
        """Return the batches that every epoch is judged by."""
        raise NotImplementedError

    def batch_loss(self, batch: Any) -> tuple[Tensor, Tensor]:
        """Return the loss of a batch, and the network's answer."""
        raise NotImplementedError

    def train_dataloader(self) -> DataLoader[Any]:
        """Return the batches of the current epoch."""
        return self.training_batches(self.current_epoch)

    def val_dataloader(self) -> DataLoader[Any]:
        """Return the batches that every epoch is judged by."""
        return self.validation_batches()


def shared_batches(
    dataset: Dataset[Any], sampler: EpochSampler, batch_size: int, processes: Processes
) -> DataLoader[Any]:
    """Return what one process learns from in an epoch.

    Parameters
    ----------
    dataset
        Takes what the sampler draws.
    sampler
        Draws this process's share.
    batch_size
        Of a step of all processes together.
    processes
        Who shares it.

    Returns
    -------
    DataLoader
        Without the rest that fills no batch, unless it is all there is.
    """
    share = processes.share_of(batch_size)
    return ReadAheadLoader(
        dataset,
        batch_size=share,
        sampler=sampler,
        drop_last=len(sampler) >= share,
    )


def fit(module: NetworkTraining, recipe: OptimizerRecipe, run: TrainingRun) -> Path:
    """Train until the recipe is done, or until the score has stopped rising.

    Parameters
    ----------
    module
        Network, loss and films.
    recipe
        Hyper-parameters.
    run
        Where and how.

    Returns
    -------
    Path
        The checkpoint that the recipe keeps.
    """
    checkpoint, stages = run.checkpoint, recipe.stage_epochs
    if how_it_ended(checkpoint, sum(stages)):
        return kept_checkpoint(run.output, recipe)
    trainer = make_trainer(run.output, recipe, run.processes, device=run.device)
    workload = timed_workload(module, trainer, stages)
    run.tell(_expectation(workload, epochs_done(checkpoint), stages))
    trainer.callbacks.append(TrainingProgress(workload))  # type: ignore[attr-defined]
    module.train()
    trainer.fit(module, ckpt_path=checkpoint)
    return kept_checkpoint(run.output, recipe)


def _expectation(workload: Workload, done: int, stages: Sequence[int]) -> str:
    left_s = workload.duration_s - workload.before_s(done)
    steps = " then ".join(f"{stage.training_step_s:.2g} s" for stage in workload.stages)
    begun = f"Going on after epoch {done} of {sum(stages)}" if done else f"{sum(stages)} epochs"
    return (
        f"{begun}; a step was timed at {steps}. Expected duration: at most about "
        f"{spoken_duration(left_s)}."
    )
