"""From a training checkpoint to the network that it holds, and to how far it has come."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from CXRTriageLib.errors import ModelError

PREFIX = "network."
CLASS_NAMES_KEY = "class_names"
"""Under which a checkpoint of a classification network keeps the order of its classes."""
EARLY_STOPPING = "EarlyStopping"


def load_checkpoint(network: nn.Module, checkpoint: Path) -> nn.Module:
    """Put the weights of a checkpoint into a network.

    Parameters
    ----------
    network
        Of the architecture that was trained; changed in place.
    checkpoint
        ``best.ckpt`` or ``last.ckpt`` of a training.

    Returns
    -------
    Module
        The network, in evaluation mode.

    Raises
    ------
    ModelError
        If there is no such file, or it holds another network or none.
    """
    if not checkpoint.is_file():
        raise ModelError(f"{checkpoint}: there is no such checkpoint. Train the network first.")
    try:
        content = torch.load(checkpoint, map_location="cpu", weights_only=True)
        network.load_state_dict(checkpoint_weights(content))
    except (RuntimeError, LookupError, TypeError, EOFError, pickle.UnpicklingError) as error:
        raise ModelError(
            f"{checkpoint}: this is no checkpoint of a {type(network).__name__} as it is wanted "
            "here. Give best.ckpt or last.ckpt of a training of the same network."
        ) from error
    return network.eval()


def checkpoint_weights(content: Mapping[str, Any]) -> dict[str, Tensor]:
    """Return the network's weights from the content of a checkpoint, by the network's names."""
    return {
        name.removeprefix(PREFIX): value
        for name, value in content["state_dict"].items()
        if name.startswith(PREFIX)
    }


def how_it_ended(checkpoint: Path | None, epochs: int) -> str | None:
    """Return why a training has ended, or None where it can go on.

    Parameters
    ----------
    checkpoint
        Its last one; None where it has none yet.
    epochs
        Epochs in all.

    Returns
    -------
    str or None
        For example "all 12 epochs are done".

    Raises
    ------
    ModelError
        If the file is no checkpoint.
    """
    if checkpoint is None:
        return None
    try:
        content = torch.load(checkpoint, map_location="cpu", weights_only=True, mmap=True)
        done = content["epoch"] + 1
        callbacks = content["callbacks"]
    except (RuntimeError, LookupError, TypeError, EOFError, pickle.UnpicklingError) as error:
        raise ModelError(
            f"{checkpoint}: this checkpoint cannot be read, so that the training cannot go on. "
            "Give another --output, or begin anew in an empty folder."
        ) from error
    if done >= epochs:
        return f"all {epochs} epochs are done"
    for name, kept in callbacks.items():
        if name.startswith(EARLY_STOPPING) and kept["wait_count"] >= kept["patience"]:
            return (
                f"it ended early after epoch {done} of {epochs}, since the validation score had "
                f"not risen for {kept['wait_count']} epochs"
            )
    return None
