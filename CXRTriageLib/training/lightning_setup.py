"""What both trainings share: optimizer, schedule, checkpoints, arithmetic."""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path
from typing import Any, Literal

import torch
from lightning.pytorch import Callback, LightningModule, Trainer, seed_everything
from lightning.pytorch.callbacks import EarlyStopping, ModelCheckpoint

from CXRTriageLib.training.epoch_callbacks import (
    TRAINING_LOSS,
    EpochCurves,
    PlateauBeforeCheckpoint,
)
from CXRTriageLib.training.processes import Processes
from CXRTriageLib.training.recipes import LAST_EPOCH, OptimizerRecipe

VALIDATION_SCORE = "validation_score"
"""Name under which both trainings log what checkpoints are chosen by; larger is better."""

BEST_CHECKPOINT = "best.ckpt"
LAST_CHECKPOINT = "last.ckpt"
NEVER = sys.maxsize
"""Lightning's own turn comes after the checkpoint; see `PlateauBeforeCheckpoint`."""
WARM_UP_SHARE = 0.05


def prepare_process(seed: int) -> None:
    """Seed all generators and ask for large memory pages.

    Large pages halve the time of a step of FC-DenseNet103 on a CPU, which allocates hundreds
    of megabytes anew for each of its concatenations.

    Parameters
    ----------
    seed
        Of the whole training.
    """
    os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")
    seed_everything(seed, workers=True, verbose=False)


Arithmetic = Literal["bf16-mixed", "16-mixed", "32-true"]


def arithmetic(device: str) -> Arithmetic:
    """Return Lightning's name of the fastest arithmetic that a device has.

    Parameters
    ----------
    device
        "auto", "cpu" or "cuda".

    Returns
    -------
    str
        "bf16-mixed" where the processor has it.
    """
    if device != "cpu" and torch.cuda.is_available():
        return "bf16-mixed" if torch.cuda.is_bf16_supported() else "16-mixed"
    has_onednn = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    if has_onednn and torch.ops.mkldnn._is_mkldnn_bf16_supported():
        return "bf16-mixed"
    return "32-true"


def optimizer_and_schedule(
    module: LightningModule, recipe: OptimizerRecipe, *, plateau_patience: int = 0
) -> dict[str, Any]:
    """Return what Lightning's ``configure_optimizers`` wants.

    Parameters
    ----------
    module
        The module that is trained, attached to its trainer.
    recipe
        Hyper-parameters.
    plateau_patience
        Epochs without a lower training loss before the learning rate falls to a tenth.

    Returns
    -------
    dict
        Optimizer and schedule.
    """
    kind = torch.optim.Adam if recipe.optimizer == "adam" else torch.optim.AdamW
    learning = [parameter for parameter in module.parameters() if parameter.requires_grad]
    optimizer = kind(learning, lr=recipe.learning_rate, weight_decay=recipe.weight_decay)
    if recipe.schedule == "constant":
        return {"optimizer": optimizer}
    if recipe.schedule == "plateau":
        plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(
            optimizer, factor=0.1, patience=plateau_patience
        )
        return {
            "optimizer": optimizer,
            "lr_scheduler": {"scheduler": plateau, "monitor": TRAINING_LOSS, "frequency": NEVER},
        }
    steps = max(1, int(module.trainer.estimated_stepping_batches))
    warm_up = max(1, round(steps * WARM_UP_SHARE))

    def factor(step: int) -> float:
        if step < warm_up:
            return (step + 1) / warm_up
        share = (step - warm_up) / max(1, steps - warm_up)
        return 0.5 * (1 + math.cos(math.pi * min(1.0, share)))

    cosine = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
    return {"optimizer": optimizer, "lr_scheduler": {"scheduler": cosine, "interval": "step"}}


def make_trainer(
    output: Path, recipe: OptimizerRecipe, processes: Processes, *, device: str = "auto"
) -> Trainer:
    """Return a trainer that checkpoints every epoch, and writes its curves as table and plot.

    Parameters
    ----------
    output
        Folder of checkpoints and curves.
    recipe
        Hyper-parameters.
    processes
        Who trains together.
    device
        "auto", "cpu" or "cuda".

    Returns
    -------
    Trainer
        Data loaders are made anew for each epoch, since they depend on it.
    """
    output.mkdir(parents=True, exist_ok=True)
    best = ModelCheckpoint(
        dirpath=output,
        filename=Path(BEST_CHECKPOINT).stem,
        monitor=VALIDATION_SCORE,
        mode="max",
        enable_version_counter=False,
    )
    # The callback above also knows a "last", but renews it only together with the best.
    last = ModelCheckpoint(
        dirpath=output, filename=Path(LAST_CHECKPOINT).stem, enable_version_counter=False
    )
    callbacks: list[Callback] = [
        EpochCurves(output),
        PlateauBeforeCheckpoint(),
        best,
        last,
    ]
    if recipe.early_stop_patience:
        callbacks.append(
            EarlyStopping(VALIDATION_SCORE, mode="max", patience=recipe.early_stop_patience)
        )
    return Trainer(
        accelerator={"auto": "auto", "cpu": "cpu", "cuda": "gpu"}[device],
        devices=processes.on_machine,
        num_nodes=processes.count // processes.on_machine,
        strategy="ddp" if processes.count > 1 else "auto",
        # Samplers here share the films themselves.
        use_distributed_sampler=False,
        # A part of a batch is too little to normalize by.
        sync_batchnorm=processes.count > 1 and device != "cpu" and torch.cuda.is_available(),
        precision=arithmetic(device),
        max_epochs=sum(recipe.stage_epochs),
        callbacks=callbacks,
        logger=False,
        reload_dataloaders_every_n_epochs=1,
        num_sanity_val_steps=0,
        enable_model_summary=False,
        enable_progress_bar=False,
    )


def kept_checkpoint(output: Path, recipe: OptimizerRecipe) -> Path:
    """Return the checkpoint of the epoch whose network a recipe keeps."""
    return output / (LAST_CHECKPOINT if recipe.kept_epoch == LAST_EPOCH else BEST_CHECKPOINT)


def checkpoint_to_resume(output: Path) -> Path | None:
    """Return the last checkpoint of an earlier run in this folder, or None."""
    last = output / LAST_CHECKPOINT
    return last if last.is_file() else None


def epochs_done(checkpoint: Path | None) -> int:
    """Return how many epochs a checkpoint has behind it; None has none."""
    if checkpoint is None:
        return 0
    return (
        int(torch.load(checkpoint, map_location="cpu", weights_only=True, mmap=True)["epoch"]) + 1
    )
