"""A progress bar over a whole training, with the time that is left of it."""

from __future__ import annotations

from typing import Any

import torch
from lightning.pytorch import Callback, LightningModule, Trainer
from tqdm import tqdm

from CXRTriageLib.training.duration import Workload

BAR_FORMAT = "{desc} |{bar}| {percentage:3.0f} % done, {elapsed} passed, {remaining} left{postfix}"


class TrainingProgress(Callback):
    """Shows how much of all epochs is done, weighted by what their steps cost.

    Parameters
    ----------
    workload
        What the training has to do.
    """

    def __init__(self, workload: Workload) -> None:
        self._workload = workload
        self._bar: Any = None

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:  # noqa: ARG002 - Lightning's signature
        """Show what earlier runs have done."""
        done_s = self._workload.before_s(trainer.current_epoch)
        self._bar = tqdm(
            total=self._workload.duration_s,
            initial=done_s,
            # The time left follows from the pace of this whole run.
            smoothing=0,
            bar_format=BAR_FORMAT,
            disable=not trainer.is_global_zero,
        )

    def on_train_epoch_start(self, trainer: Trainer, pl_module: LightningModule) -> None:  # noqa: ARG002 - Lightning's signature
        """Name the epoch, and take away what rounding has left of the ones before."""
        epoch = trainer.current_epoch
        self._bar.set_description_str(f"Epoch {epoch + 1} of {self._workload.epochs}")
        self._bar.update(self._workload.before_s(epoch) - self._bar.n)

    def on_train_batch_end(
        self,
        trainer: Trainer,
        pl_module: LightningModule,  # noqa: ARG002 - Lightning's signature
        outputs: Any,
        batch: Any,  # noqa: ARG002 - Lightning's signature
        batch_idx: int,  # noqa: ARG002 - Lightning's signature
    ) -> None:
        """Go on by the cost of a training step."""
        loss = outputs["loss"] if isinstance(outputs, dict) else outputs
        if isinstance(loss, torch.Tensor) and not self._bar.disable:
            self._bar.set_postfix_str(f"loss {float(loss):.3f}", refresh=False)
        self._bar.update(self._workload.stage_of(trainer.current_epoch).training_step_s)

    def on_validation_batch_end(self, trainer: Trainer, *_: Any) -> None:
        """Go on by the cost of a validation step."""
        if self._bar is not None:
            self._bar.update(self._workload.stage_of(trainer.current_epoch).validation_step_s)

    def on_train_end(self, trainer: Trainer, pl_module: LightningModule) -> None:  # noqa: ARG002 - Lightning's signature
        """Leave the bar as it is."""
        self._bar.close()

    def on_exception(self, *_: Any) -> None:
        """Leave the bar as it is."""
        if self._bar is not None:
            self._bar.close()
