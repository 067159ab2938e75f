"""The networks are the paper's."""

from __future__ import annotations

from functools import partial

import pytest
import torch
from torch import nn

from CXRTriageLib.networks.fc_densenet import FCDenseNet
from CXRTriageLib.networks.resnet import PatchResNet18
from CXRTriageLib.networks.resnet_unet import ResNetUNet
from support.small_networks import SMALL_LAYOUT


def parameters_in(network: nn.Module) -> int:
    """Count the trained numbers; statistics of batch normalization are none."""
    return sum(item.numel() for item in network.parameters())


def test_fc_densenet103_has_the_parameters_of_the_authors_network():
    assert parameters_in(FCDenseNet()) == 9_319_428


def test_resnet18_has_the_parameters_of_the_authors_network():
    assert parameters_in(PatchResNet18(classes=4)) == 11_178_564


def test_fc_densenet103_has_103_layers_with_weights():
    kinds = nn.Conv2d | nn.ConvTranspose2d

    assert sum(isinstance(layer, kinds) for layer in FCDenseNet().modules()) == 103


@pytest.mark.parametrize("shape", [(64, 64), (32, 96)])
@pytest.mark.parametrize(
    ("make", "planes"), [(partial(FCDenseNet, layout=SMALL_LAYOUT), 3), (ResNetUNet, 4)]
)
def test_logits_have_the_size_of_the_image(make, planes, shape):
    """The U-Net tells the whole lungs behind the classes."""
    network = make(classes=3).eval()

    with torch.inference_mode():
        logits = network(torch.rand(2, 1, *shape))

    assert logits.shape == (2, planes, *shape)


def test_the_unet_is_under_four_million_parameters():
    assert parameters_in(ResNetUNet()) < 4_000_000


def test_a_corner_of_the_film_changes_what_the_unet_says_of_the_opposite_one():
    network = ResNetUNet().eval()
    film = torch.rand(1, 1, 512, 512)
    other = film.clone()
    other[..., :32, :32] = 1 - other[..., :32, :32]

    with torch.inference_mode():
        change = (network(film) - network(other)).abs()

    assert change[..., -32:, -32:].max() > 0


def test_gray_values_enter_shifted_and_scaled():
    plain, scaled = PatchResNet18().eval(), PatchResNet18(input_mean=100, input_scale=0.5).eval()
    scaled.backbone.load_state_dict(plain.backbone.state_dict())
    gray = 255 * torch.rand(1, 1, 64, 64)

    with torch.inference_mode():
        logits, _ = scaled(gray)
        expected, _ = plain((gray - 100) * 0.5)

    assert torch.allclose(logits, expected)
