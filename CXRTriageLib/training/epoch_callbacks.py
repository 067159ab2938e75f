"""What happens at the end of an epoch, before its checkpoint is written."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from lightning.pytorch import Callback, LightningModule, Trainer
from torch.optim.lr_scheduler import ReduceLROnPlateau

from CXRTriageLib.training.curve_plot import plot_curves

TRAINING_LOSS = "training_loss"
"""Name under which both trainings log their mean loss over an epoch."""
CURVES_NAME = "curves.csv"
PLOT_NAME = "curves.png"


class EpochCurves(Callback):
    """Writes a table with one row for each epoch, and a plot of it (paper, Fig. 10).

    The rows are part of every checkpoint, so that a resumed training keeps them.

    Parameters
    ----------
    folder
        Where ``curves.csv`` and ``curves.png`` are written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
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
        if not trainer.is_global_zero:
            return
        unfinished = self._folder / f"{CURVES_NAME}.part"
        with unfinished.open("w", newline="", encoding="utf-8") as file:
            # An older version may have begun with fewer columns.
            columns = list(dict.fromkeys(name for row in self._rows for name in row))
            writer = csv.DictWriter(file, fieldnames=columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(self._rows)
        unfinished.replace(self._folder / CURVES_NAME)
        plot_curves(self._rows, self._folder / PLOT_NAME)


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
