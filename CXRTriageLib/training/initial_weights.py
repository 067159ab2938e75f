"""Weights that training starts from."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path

import torch
from torch import Tensor

from CXRTriageLib.errors import ModelError
from CXRTriageLib.networks.resnet import PatchResNet18
from CXRTriageLib.optional import require

CLASSIFIER_HEAD = "fc."


def load_imagenet_weights(network: PatchResNet18, file: Path | None) -> None:
    """Put ImageNet weights into everything but the last layer.

    Parameters
    ----------
    network
        Changed in place.
    file
        A state dictionary of torchvision's ``resnet18``, ``.safetensors`` or ``.pth``; None
        takes torchvision's own, which it downloads unless it has them already.

    Raises
    ------
    ModelError
        If the file does not hold such weights.
    """
    state = _read(file) if file else _torchvision_weights()
    expected = network.backbone.state_dict()
    body = {name for name in expected if not name.startswith(CLASSIFIER_HEAD)}
    fitting = {name for name in body & set(state) if state[name].shape == expected[name].shape}
    if strange := (body - fitting) | {name for name in state if name not in expected}:
        raise ModelError(
            f"{file}: these are no weights of torchvision's resnet18 ({len(strange)} of them are "
            "missing or do not fit). Give its state dictionary."
        )
    network.backbone.load_state_dict({name: state[name].float() for name in body}, strict=False)


def _read(file: Path) -> dict[str, Tensor]:
    if not file.is_file():
        raise ModelError(f"{file}: there is no such file. Check the path given to --init.")
    load, broken = _loader(file.suffix)
    try:
        state = load(str(file))
    except (OSError, RuntimeError, EOFError, broken) as error:
        raise ModelError(
            f"{file}: the weights cannot be read. Give a file that PyTorch or safetensors wrote."
        ) from error
    if not isinstance(state, dict):
        raise ModelError(f"{file}: this is no state dictionary. Give that of a resnet18.")
    return {str(name): value for name, value in state.items() if isinstance(value, Tensor)}


def _loader(suffix: str) -> tuple[Callable[[str], object], type[Exception]]:
    """Return what reads a kind of file, and what it raises where the file is of another kind."""
    if suffix == ".safetensors":
        safetensors = require("safetensors", extra="train", purpose="reading .safetensors")
        return import_module("safetensors.torch").load_file, safetensors.SafetensorError
    return partial(torch.load, map_location="cpu", weights_only=True), pickle.UnpicklingError


def _torchvision_weights() -> dict[str, Tensor]:
    from torchvision.models import ResNet18_Weights

    try:
        return dict(ResNet18_Weights.IMAGENET1K_V1.get_state_dict(progress=True))
    except OSError as error:
        raise ModelError(
            "torchvision's ImageNet weights are not on this machine and could not be fetched "
            f"({error}). Give a file with --init."
        ) from error
