"""Early layers of ResNet-18 that keep the weights they start with."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

import torch
from torch import Tensor, nn

from CXRTriageLib.networks.resnet import PatchResNet18

STAGES = (("conv1", "bn1"), ("layer1",), ("layer2",), ("layer3",), ("layer4",))
"""Parts of the network in the order in which an image passes them."""
STATISTICS_BATCHES = 50


def frozen_layers(network: PatchResNet18, stages: int) -> list[nn.Module]:
    """Take the first stages out of the training and return them.

    Parameters
    ----------
    network
        Changed in place: its frozen parameters want no gradient.
    stages
        How many of `STAGES`.

    Returns
    -------
    list of Module
        To be kept in evaluation mode, so that their statistics stay as they are.
    """
    names = [name for stage in STAGES[:stages] for name in stage]
    layers = [network.backbone.get_submodule(name) for name in names]
    for layer in layers:
        layer.requires_grad_(requires_grad=False)
    return layers


@torch.no_grad()
def estimate_statistics(network: PatchResNet18, batches: Iterable[tuple[Tensor, ...]]) -> None:
    """Replace the statistics of batch normalization by those of radiographs.

    Weights that learned from photographs carry the statistics of photographs, which a frozen
    layer would keep.

    Parameters
    ----------
    network
        Changed in place.
    batches
        Patches come first in each; `STATISTICS_BATCHES` of them are looked at.
    """
    layers = [layer for layer in network.modules() if isinstance(layer, nn.BatchNorm2d)]
    momenta = [layer.momentum for layer in layers]
    for layer in layers:
        layer.reset_running_stats()
        # The mean of all batches, each counting the same.
        layer.momentum = None
    network.train()
    for patches, *_ in islice(batches, STATISTICS_BATCHES):
        network(patches)
    for layer, momentum in zip(layers, momenta, strict=True):
        layer.momentum = momentum
