"""Trainings that are small enough for a test, and that can be stopped."""

from __future__ import annotations

import pytest
from lightning.pytorch import Callback, LightningModule, Trainer

LIGHTNING_WARNINGS = [
    pytest.mark.filterwarnings(f"ignore:{message}")
    for message in (
        ".*does not have many workers",
        "GPU available but not used",
        "Checkpoint directory .* exists and is not empty",
        "Trying to infer the `batch_size`",
        # What Python 3.12 says of data workers, which PyTorch forks.
        "This process .* is multi-threaded",
    )
]
"""Advice that a small training has no use for."""


class StoppedError(Exception):
    """A training was stopped on purpose."""


class StopAtEpoch(Callback):
    """Ends a training in the midst of an epoch, as a failing machine would."""

    def __init__(self, epoch: int) -> None:
        self._epoch = epoch

    def on_train_batch_end(self, trainer: Trainer, pl_module: LightningModule, *_: object) -> None:
        """Raise after the first step of the epoch."""
        del pl_module
        if trainer.current_epoch == self._epoch:
            raise StoppedError
