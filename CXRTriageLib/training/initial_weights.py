"""Weights that training starts from: ImageNet's, those of an earlier training, or shipped ones."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path

import torch
from torch import Tensor, nn
from torchvision.models import resnet18

from CXRTriageLib.errors import ModelError
from CXRTriageLib.networks.resnet import PatchResNet18
from CXRTriageLib.networks.resnet_unet import WHOLE_LUNG_PARTS, ResNetUNet
from CXRTriageLib.networks.torch_engine import load_network
from CXRTriageLib.networks.weights import (
    MANIFEST_NAME,
    ModelManifest,
    Task,
    file_sha256,
    read_manifest,
)
from CXRTriageLib.optional import require
from CXRTriageLib.training.checkpoints import CLASS_NAMES_KEY, checkpoint_weights

CLASSIFIER_HEAD = "fc."
FIRST_CONVOLUTION = "conv1.weight"
NETWORK_HEAD = "backbone.fc."
SHIPPED = Path("shipped")
"""What --init is given to start from the shipped network."""


@dataclass(frozen=True)
class EarlierNetwork:
    """A network that this software has trained.

    Attributes
    ----------
    weights
        Its state dictionary.
    class_names
        Order of its classes; None where that is not known.
    """

    weights: Mapping[str, Tensor]
    class_names: tuple[str, ...] | None


def load_initial_weights(
    network: nn.Module, init: Path | None, task: Task, class_names: Sequence[str] | None = None
) -> None:
    """Put the weights that training starts from into a network.

    Parameters
    ----------
    network
        Changed in place. What an earlier network says of the gray scale of its input is taken
        over with its weights; its last layer only where it tells the same classes apart.
    init
        ImageNet weights of ResNet-18 (``.safetensors`` or ``.pth``), a checkpoint, a folder of
        networks, or "shipped"; None takes torchvision's ImageNet weights for networks that are
        built on ResNet-18 and random ones for FC-DenseNet.
    task
        What the network is for.
    class_names
        Order of the classes that are to be learned, for classification.

    Raises
    ------
    ModelError
        If there are no such weights, or they are of another network.
    """
    earlier = earlier_network(init, task) if init else None
    if earlier is not None:
        _take_over(network, earlier, class_names, init)
    elif isinstance(network, PatchResNet18 | ResNetUNet):
        load_imagenet_weights(network, init)
    elif init is not None:
        raise ModelError(
            f"{init}: this is no checkpoint of a {task.value} training. Give best.ckpt or "
            "last.ckpt of one, a folder of networks, or 'shipped'."
        )


def init_sha256(init: Path | None, task: Task) -> str | None:
    """Return the hash of what a training started from, or None where it has no file.

    Parameters
    ----------
    init
        See `load_initial_weights`.
    task
        What the network is for.
    """
    if init is None:
        return None
    manifest = _manifest_of(init, task)
    return manifest.identity.sha256 if manifest else file_sha256(init)


def earlier_network(init: Path, task: Task) -> EarlierNetwork | None:
    """Return a network that this software has trained.

    Parameters
    ----------
    init
        See `load_initial_weights`.
    task
        What the network is for.

    Returns
    -------
    EarlierNetwork or None
        None where the file holds other weights.

    Raises
    ------
    ModelError
        If there is no such file or folder.
    """
    if manifest := _manifest_of(init, task):
        return EarlierNetwork(load_network(manifest).state_dict(), manifest.class_names)
    content = _read(init)
    if not isinstance(content, dict):
        raise ModelError(f"{init}: these are no weights. Give a state dictionary or a checkpoint.")
    if "state_dict" not in content:
        return None
    names = content.get(CLASS_NAMES_KEY)
    return EarlierNetwork(checkpoint_weights(content), tuple(names) if names else None)


def _manifest_of(init: Path, task: Task) -> ModelManifest | None:
    if init == SHIPPED and not init.exists():
        return read_manifest(task)
    if not init.is_dir():
        return None
    # The folder of all networks, or that of the one network.
    models = init.parent if init.name == task.value else init
    if not (models / task.value / MANIFEST_NAME).is_file():
        raise ModelError(
            f"{init}: there is no {task.value} network in this folder. Give the folder 'models' "
            "of an earlier training."
        )
    return read_manifest(task, models)


def _take_over(
    network: nn.Module,
    earlier: EarlierNetwork,
    class_names: Sequence[str] | None,
    init: Path | None,
) -> None:
    own = network.state_dict()
    is_same = earlier.class_names is None or earlier.class_names == tuple(class_names or ())
    new_head = {
        name
        for name in own
        if name.startswith(NETWORK_HEAD)
        and not (is_same and name in earlier.weights and _fits(earlier.weights[name], own[name]))
    }
    taken = {name: value for name, value in earlier.weights.items() if name not in new_head}
    if not any(name.startswith(WHOLE_LUNG_PARTS) for name in taken):
        # An earlier network that does not tell the whole lungs can learn them.
        new_head |= {name for name in own if name.startswith(WHOLE_LUNG_PARTS)}
    try:
        network.load_state_dict({name: own[name] for name in new_head} | taken)
    except RuntimeError as error:
        raise ModelError(
            f"{init}: these are no weights of a {type(network).__name__} as it is wanted here. "
            "Give a checkpoint or a folder of networks of the same task."
        ) from error


def _fits(value: Tensor, own: Tensor) -> bool:
    return value.shape == own.shape


def load_imagenet_weights(network: PatchResNet18 | ResNetUNet, file: Path | None) -> None:
    """Put ImageNet weights into the part of a network that is ResNet-18's, but its last layer.

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
    state = _tensors(_read(file), file) if file else _torchvision_weights()
    expected = resnet18(num_classes=1).state_dict()
    body = {name for name in expected if not name.startswith(CLASSIFIER_HEAD)}
    fitting = {name for name in body & set(state) if state[name].shape == expected[name].shape}
    if strange := (body - fitting) | {name for name in state if name not in expected}:
        raise ModelError(
            f"{file}: these are no weights of torchvision's resnet18 ({len(strange)} of them are "
            "missing or do not fit). Give its state dictionary."
        )
    part = network.encoder if isinstance(network, ResNetUNet) else network.backbone
    own = part.state_dict()
    values = {name: state[name].float() for name in body & set(own)}
    if isinstance(network, ResNetUNet):
        # Its films are gray: what red, green and blue would have said of them, together.
        values[FIRST_CONVOLUTION] = values[FIRST_CONVOLUTION].sum(dim=1, keepdim=True)
    part.load_state_dict(values, strict=False)


def _read(file: Path) -> object:
    if not file.is_file():
        raise ModelError(f"{file}: there is no such file. Check the path given to --init.")
    load, broken = _loader(file.suffix)
    try:
        return load(str(file))
    except (OSError, RuntimeError, EOFError, broken) as error:
        raise ModelError(
            f"{file}: the weights cannot be read. Give a file that PyTorch or safetensors wrote."
        ) from error


def _tensors(state: object, file: Path) -> dict[str, Tensor]:
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
