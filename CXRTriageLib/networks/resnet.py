"""ResNet-18 that returns class activation maps beside logits (paper, section II-B)."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn
from torchvision.models import resnet18


class PatchResNet18(nn.Module):
    """ResNet-18 for gray patches with a head that keeps the place of the evidence.

    Global average pooling and one linear layer commute: the linear layer applied to every
    position of the last residual stage gives signed class maps whose mean, plus the bias, is
    the logit. Grad-CAM of the logit then needs no backward pass.

    Parameters
    ----------
    classes
        Number of classes.
    input_mean, input_scale
        Gray values 0 to 255 enter as ``(gray - mean) * scale``; 0 and 1 leave them as they
        are, as in the paper.
    """

    input_mean: Tensor
    input_scale: Tensor

    def __init__(
        self, classes: int = 4, *, input_mean: float = 0.0, input_scale: float = 1.0
    ) -> None:
        super().__init__()
        self.backbone = resnet18(num_classes=classes)
        self.register_buffer("input_mean", torch.tensor(input_mean))
        self.register_buffer("input_scale", torch.tensor(input_scale))

    def features(self, patches: Tensor) -> Tensor:
        """Return the last residual stage, (n, 512, rows / 32, columns / 32)."""
        net = self.backbone
        gray = (patches - self.input_mean) * self.input_scale
        stem = net.maxpool(net.relu(net.bn1(net.conv1(gray.expand(-1, 3, -1, -1)))))
        return cast("Tensor", net.layer4(net.layer3(net.layer2(net.layer1(stem)))))

    def forward(self, patches: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits and class maps.

        Parameters
        ----------
        patches
            Gray values 0 to 255, (n, 1, rows, columns).

        Returns
        -------
        logits
            (n, classes).
        class_maps
            (n, classes, rows / 32, columns / 32); their mean plus the bias is the logit.
        """
        head = self.backbone.fc
        weight = head.weight[:, :, None, None]
        class_maps = nn.functional.conv2d(self.features(patches), weight)
        return class_maps.mean(dim=(2, 3)) + head.bias, class_maps
