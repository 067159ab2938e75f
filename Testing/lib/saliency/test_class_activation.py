"""The closed form gives what a backward pass gives."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torchvision.models import resnet18

from CXRTriageLib.domain.settings import SaliencyMethod
from CXRTriageLib.saliency.class_activation import grad_cam, gradient_weighted_sum
from CXRTriageLib.saliency.projection import project_class_maps
from support.evidence import evidence_of

CLASSES = 4


@pytest.fixture(scope="module")
def network():
    with torch.random.fork_rng():
        torch.manual_seed(11)
        return resnet18(num_classes=CLASSES).eval()


@pytest.fixture(scope="module")
def patches():
    return torch.rand((2, 3, 224, 224), generator=torch.Generator().manual_seed(5)) * 255


@pytest.fixture(scope="module")
def forward(network, patches):
    """Return the last residual stage and the logits, on one graph."""
    stages = []
    handle = network.layer4.register_forward_hook(lambda _, __, output: stages.append(output))
    logits = network(patches)
    handle.remove()
    return stages[0], logits


@pytest.fixture(scope="module")
def class_maps(network, forward):
    weights = network.fc.weight.detach().numpy()
    return np.einsum("ck,nkhw->nchw", weights, forward[0].detach().numpy())


def weighted_by_autograd(stage, logits, index):
    """Return Grad-CAM of one class before its rectification, as Selvaraju et al. define it."""
    (gradient,) = torch.autograd.grad(logits[:, index].sum(), stage, retain_graph=True)
    alpha = gradient.mean(dim=(2, 3), keepdim=True)
    return (alpha * stage).sum(dim=1).detach().numpy()


@pytest.mark.parametrize("index", range(CLASSES))
def test_closed_form_is_grad_cam_by_autograd(forward, class_maps, index):
    expected = weighted_by_autograd(*forward, index)

    signed = gradient_weighted_sum(class_maps)[:, index]
    rectified = grad_cam(class_maps)[:, index]

    tolerance = 1e-5 * np.abs(expected).max()
    np.testing.assert_allclose(signed, expected, rtol=0, atol=tolerance)
    np.testing.assert_allclose(rectified, np.maximum(expected, 0), rtol=0, atol=tolerance)
    assert rectified.dtype == np.float32


def test_mean_of_a_class_map_and_the_bias_are_the_logit(network, forward, class_maps):
    logits = class_maps.mean(axis=(2, 3)) + network.fc.bias.detach().numpy()

    np.testing.assert_allclose(logits, forward[1].detach().numpy(), rtol=1e-4)


@pytest.mark.parametrize("index", range(CLASSES))
def test_plain_average_of_one_patch_is_the_picture_of_pytorch_grad_cam(
    network, patches, class_maps, index
):
    with GradCAM(model=network, target_layers=[network.layer4]) as reference:
        expected = reference(input_tensor=patches[:1], targets=[ClassifierOutputTarget(index)])[0]

    saliency = project_class_maps(
        evidence_of([[0.25] * CLASSES], class_maps[:1]),
        np.ones((224, 224), bool),
        SaliencyMethod.PLAIN_AVERAGE,
    )

    np.testing.assert_allclose(saliency.values[index], expected, rtol=0, atol=1e-4)
