"""Inference by PyTorch, from the same weight file that OpenVINO reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn

from CXRTriageLib.errors import ModelError
from CXRTriageLib.networks.fc_densenet import FCDenseNet
from CXRTriageLib.networks.resnet import PatchResNet18
from CXRTriageLib.networks.resnet_unet import WHOLE_LUNG_PARTS, ResNetUNet
from CXRTriageLib.networks.weights import ModelManifest

QUANTIZED = ".quantized"
SCALE = ".scale"
HALF = ".half"

ARCHITECTURES: Mapping[str, Callable[[int], nn.Module]] = MappingProxyType(
    {"fc_densenet103": FCDenseNet, "resnet18_unet": ResNetUNet, "resnet18": PatchResNet18}
)


def read_weights(path: Path) -> dict[str, Tensor]:
    """Return the parameters of a weight file in float32, by their PyTorch names.

    Parameters
    ----------
    path
        ONNX file, with 8-bit weights beside a scale for each output channel.

    Returns
    -------
    dict
        State dictionary without the counters of batch normalization.
    """
    graph = onnx.load(str(path)).graph
    stored = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    channel_axis = {
        node.input[0]: next(item.i for item in node.attribute if item.name == "axis")
        for node in graph.node
        if node.op_type == "DequantizeLinear"
    }
    weights: dict[str, Tensor] = {}
    for name, array in stored.items():
        if name.endswith(QUANTIZED):
            base = name.removesuffix(QUANTIZED)
            shape = [1] * array.ndim
            shape[channel_axis[name]] = -1
            array = array.astype(np.float32) * stored[base + SCALE].reshape(shape)  # noqa: PLW2901
            weights[base] = torch.from_numpy(array)
        elif not name.endswith(SCALE):
            values = array.astype(np.float32)
            weights[name.removesuffix(HALF)] = torch.from_numpy(values.copy())
    return weights


def load_network(manifest: ModelManifest) -> nn.Module:
    """Return a network with its weights, ready for inference or fine-tuning.

    Parameters
    ----------
    manifest
        The network.

    Returns
    -------
    Module
        In evaluation mode, on the CPU.

    Raises
    ------
    ModelError
        If the architecture is unknown or the weights do not fit it.
    """
    if manifest.architecture not in ARCHITECTURES:
        raise ModelError(
            f"{manifest.weights}: the architecture '{manifest.architecture}' is unknown. "
            f"Known are {', '.join(ARCHITECTURES)}."
        )
    network = ARCHITECTURES[manifest.architecture](len(manifest.classes))
    stored = read_weights(manifest.weights)
    if isinstance(network, ResNetUNet) and not any(
        name.startswith(WHOLE_LUNG_PARTS) for name in stored
    ):
        network.whole_lungs = None
    own = network.state_dict()
    counters = {name: own[name] for name in own if name.endswith("num_batches_tracked")}
    try:
        network.load_state_dict(counters | stored)
    except RuntimeError as error:
        raise ModelError(
            f"{manifest.weights}: the weights do not fit {manifest.architecture} with "
            f"{len(manifest.classes)} classes. Export the network again."
        ) from error
    return network.eval()


class TorchEngine:
    """A network in PyTorch.

    Parameters
    ----------
    manifest
        The network.
    device
        "cpu" or "cuda".
    """

    def __init__(self, manifest: ModelManifest, *, device: str) -> None:
        self._device = torch.device(device)
        self._network = load_network(manifest).to(self._device)
        self._description = f"PyTorch {device.upper()} f32"

    @property
    def description(self) -> str:
        """Engine, processor and arithmetic."""
        return self._description

    @torch.inference_mode()
    def infer(self, images: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
        """Return the network's outputs; see `CXRTriageLib.networks.engine.Engine`."""
        found = self._network(torch.from_numpy(np.ascontiguousarray(images)).to(self._device))
        outputs = found if isinstance(found, tuple) else (found,)
        return tuple(item.float().cpu().numpy() for item in outputs)
