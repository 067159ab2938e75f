"""Files that look like ImageNet's weights of ResNet-18, which no test may fetch."""

from __future__ import annotations

from pathlib import Path

import torch
from torchvision.models import resnet18


def write_imagenet_like(folder: Path) -> Path:
    """Write random weights with the names and shapes of torchvision's ``resnet18``."""
    with torch.random.fork_rng():
        torch.manual_seed(1)
        state = resnet18().state_dict()
    path = folder / "resnet18.pth"
    torch.save(state, path)
    return path
