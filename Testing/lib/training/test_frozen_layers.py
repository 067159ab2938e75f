"""Frozen layers keep their weights, and the statistics of the films they will see."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from CXRTriageLib.networks.resnet import PatchResNet18
from CXRTriageLib.training.frozen_layers import STAGES, estimate_statistics, frozen_layers


def parts_that_learn(network: PatchResNet18) -> set[str]:
    return {name.split(".")[1] for name, value in network.named_parameters() if value.requires_grad}


@pytest.mark.parametrize("stages", range(6))
def test_stages_are_frozen_in_their_order(stages):
    network = PatchResNet18()

    layers = frozen_layers(network, stages)

    frozen = [name for stage in STAGES[:stages] for name in stage]
    assert layers == [network.backbone.get_submodule(name) for name in frozen]
    every = {"conv1", "bn1", "layer1", "layer2", "layer3", "layer4", "fc"}
    assert parts_that_learn(network) == every - set(frozen)


def test_statistics_become_those_of_the_patches():
    torch.manual_seed(0)
    network = PatchResNet18(input_mean=100.0, input_scale=0.02)
    batches = [(torch.rand(4, 1, 64, 64) * 255, torch.zeros(4)) for _ in range(3)]

    estimate_statistics(network, batches)

    first = network.backbone.conv1
    gray = [(patches - 100) * 0.02 for patches, _ in batches]
    seen = [first(item.expand(-1, 3, -1, -1)) for item in gray]
    means = torch.stack([item.mean(dim=(0, 2, 3)) for item in seen]).mean(dim=0)
    variances = torch.stack([item.var(dim=(0, 2, 3)) for item in seen]).mean(dim=0)
    assert torch.allclose(network.backbone.bn1.running_mean, means, atol=1e-4)
    assert torch.allclose(network.backbone.bn1.running_var, variances, rtol=1e-3)
    assert {layer.momentum for layer in network.modules() if isinstance(layer, nn.BatchNorm2d)} == {
        0.1
    }
