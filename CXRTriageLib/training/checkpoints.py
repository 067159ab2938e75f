"""From a training checkpoint to the network that it holds."""

from __future__ import annotations

import pickle
from pathlib import Path

import torch
from torch import nn

from CXRTriageLib.errors import ModelError

PREFIX = "network."


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
        state = torch.load(checkpoint, map_location="cpu", weights_only=True)["state_dict"]
        weights = {
            name.removeprefix(PREFIX): value
            for name, value in state.items()
            if name.startswith(PREFIX)
        }
        network.load_state_dict(weights)
    except (RuntimeError, LookupError, TypeError, EOFError, pickle.UnpicklingError) as error:
        raise ModelError(
            f"{checkpoint}: this is no checkpoint of a {type(network).__name__} as it is wanted "
            "here. Give best.ckpt or last.ckpt of a training of the same network."
        ) from error
    return network.eval()
