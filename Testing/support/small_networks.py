"""Networks with random weights, packaged as the trained ones are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import MappingProxyType

import pytest
import torch
from torch import nn

from CXRTriageLib.networks import torch_engine
from CXRTriageLib.networks.fc_densenet import FCDenseNet, FCDenseNetLayout
from CXRTriageLib.networks.resnet import PatchResNet18
from CXRTriageLib.networks.weights import Approach, ModelClass, Task
from CXRTriageLib.training.packaging import NetworkDescription, package_network

SMALL_LAYOUT = FCDenseNetLayout(down=(1, 2), bottleneck=2, up=(2, 1), growth=4, first=8)
SMALL_ARCHITECTURE = "fc_densenet_small"
DESCRIPTIONS = {
    Task.SEGMENTATION: NetworkDescription(
        name="small segmentation",
        task=Task.SEGMENTATION,
        architecture=SMALL_ARCHITECTURE,
        classes=tuple(
            ModelClass(name=name, label=name)
            for name in ("background", "heart", "left_lung", "right_lung")
        ),
        side_px=256,
    ),
    Task.CLASSIFICATION: NetworkDescription(
        name="random classification",
        task=Task.CLASSIFICATION,
        architecture="resnet18",
        classes=tuple(
            ModelClass(name=name, label=name)
            for name in ("normal", "bacterial", "tuberculosis", "viral")
        ),
        approach=Approach.LOCAL,
        side_px=224,
    ),
}


@contextmanager
def small_architecture() -> Iterator[None]:
    """Let PyTorch load the small FC-DenseNet: the real one takes a minute to export."""
    known = dict(torch_engine.ARCHITECTURES)
    known[SMALL_ARCHITECTURE] = partial(FCDenseNet, layout=SMALL_LAYOUT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch_engine, "ARCHITECTURES", MappingProxyType(known))
        yield


def random_network(task: Task, *, seed: int = 0) -> nn.Module:
    """Return a network whose batch normalization has statistics of its own, as after training."""
    # A generator cannot be handed to the layers, so the state outside is put back.
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        if task is Task.SEGMENTATION:
            network: nn.Module = FCDenseNet(layout=SMALL_LAYOUT, input_scale=1 / 255)
        else:
            network = PatchResNet18(input_mean=128.0, input_scale=1 / 64)
        return settled(network)


def settled(network: nn.Module) -> nn.Module:
    """Give batch normalization random statistics of its own, as after training."""
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.running_mean, std=0.1)
            nn.init.uniform_(layer.running_var, 0.5, 1.5)
            nn.init.uniform_(layer.weight, 0.5, 1.5)
            nn.init.normal_(layer.bias, std=0.1)
    return network.eval()


def package(task: Task, models: Path, *, quantize: bool = True) -> nn.Module:
    """Write a random network into a folder of networks and return it."""
    network = random_network(task)
    package_network(
        network,
        models / task.value,
        DESCRIPTIONS[task],
        facts={"version": "test"},
        quantize=quantize,
    )
    return network
