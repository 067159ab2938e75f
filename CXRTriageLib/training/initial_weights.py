"""Weights that training starts from."""

from __future__ import annotations

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
    body = {name: value.float() for name, value in state.items() if CLASSIFIER_HEAD not in name}
    missing, unexpected = network.backbone.load_state_dict(body, strict=False)
    if unexpected or any(not name.startswith(CLASSIFIER_HEAD) for name in missing):
        raise ModelError(
            f"{file}: these are no weights of torchvision's resnet18 "
            f"({len(missing)} missing, {len(unexpected)} unexpected). Give its state dictionary."
        )


def _read(file: Path) -> dict[str, Tensor]:
    if not file.is_file():
        raise ModelError(f"{file}: there is no such file. Check the path given to --init.")
    if file.suffix == ".safetensors":
        safetensors = require("safetensors.torch", extra="train", purpose="reading .safetensors")
        state: dict[str, Tensor] = safetensors.load_file(str(file))
        return state
    loaded: dict[str, Tensor] = torch.load(file, map_location="cpu", weights_only=True)
    return loaded


def _torchvision_weights() -> dict[str, Tensor]:
    from torchvision.models import ResNet18_Weights

    try:
        return dict(ResNet18_Weights.IMAGENET1K_V1.get_state_dict(progress=True))
    except OSError as error:
        raise ModelError(
            "torchvision's ImageNet weights are not on this machine and could not be fetched "
            f"({error}). Give a file with --init."
        ) from error
