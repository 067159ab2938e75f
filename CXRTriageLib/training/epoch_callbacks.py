"""What happens at the end of an epoch, before its checkpoint is written."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from lightning.pytorch import Callback, LightningModule, Trainer
from torch.optim.lr_scheduler import ReduceLROnPlateau

TRAINING_LOSS = "training_loss"
"""Name under which both trainings log their mean loss over an epoch."""


class EpochCurves(Callback):
    """Writes a table with one row for each epoch: learning rate, loss and scores.

    The rows are part of every checkpoint, so that a resumed training keeps them.

    Parameters
    ----------
    path
        CSV file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: list[dict[str, float]] = []

    def state_dict(self) -> dict[str, Any]:
        """Return the rows so far."""
        return {"rows": self._rows}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over the rows of a checkpoint."""
        self._rows = state_dict["rows"]

    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:  # noqa: ARG002 - Lightning's signature
        """Add the row of the epoch that ends."""
        measured = {name: float(value) for name, value in trainer.callback_metrics.items()}
        rate = float(trainer.optimizers[0].param_groups[0]["lr"])
        self._rows.append({"epoch": trainer.current_epoch, "learning_rate": rate, **measured})
        with self._path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=list(self._rows[-1]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(self._rows)


class PlateauBeforeCheckpoint(Callback):
    """Lowers the learning rate where the loss has stopped falling.

    Lightning would do it after the checkpoint is written, and not at all when it resumes from
    that checkpoint.
    """

    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:  # noqa: ARG002 - Lightning's signature
        """Tell the schedule the loss of the epoch that ends."""
        for config in trainer.lr_scheduler_configs:
            if isinstance(config.scheduler, ReduceLROnPlateau):
                config.scheduler.step(float(trainer.callback_metrics[TRAINING_LOSS]))
