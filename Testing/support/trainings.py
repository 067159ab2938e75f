"""Trainings that are small enough for a test, and that can be stopped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from lightning.pytorch import Callback, LightningModule, Trainer

from CXRTriageLib.training import fitting

LIGHTNING_WARNINGS = [
    pytest.mark.filterwarnings(f"ignore:{message}")
    for message in (
        ".*does not have many workers",
        "GPU available but not used",
        "Checkpoint directory .* exists and is not empty",
        "Trying to infer the `batch_size`",
        "Found .* in eval mode at the start of training",
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


@contextmanager
def added_callback(callback: Callback | None) -> Iterator[None]:
    """Let every trainer that is made meanwhile have one callback more."""
    made = fitting.make_trainer

    def make_trainer(*arguments: object, **options: object) -> Trainer:
        trainer = made(*arguments, **options)
        if callback is not None:
            trainer.callbacks.append(callback)
        return trainer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fitting, "make_trainer", make_trainer)
        yield
