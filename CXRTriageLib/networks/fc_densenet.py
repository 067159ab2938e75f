"""FC-DenseNet, the paper's segmentation network (section II-A).

References
----------
.. [1] S. Jegou, M. Drozdzal, D. Vazquez, A. Romero, Y. Bengio, "The One Hundred Layers
   Tiramisu: Fully Convolutional DenseNets for Semantic Segmentation", CVPR Workshops 2017.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True, kw_only=True)
class FCDenseNetLayout:
    """Sizes of an FC-DenseNet; the defaults are FC-DenseNet103 ([1]_, table 2).

    Attributes
    ----------
    down, bottleneck, up
        Layers in each dense block.
    growth
        Feature maps that a layer adds.
    first
        Feature maps of the first convolution.
    dropout
        Probability that a new feature map is dropped in training, 0 to 1.
    """

    down: tuple[int, ...] = (4, 5, 7, 10, 12)
    bottleneck: int = 15
    up: tuple[int, ...] = (12, 10, 7, 5, 4)
    growth: int = 16
    first: int = 48
    dropout: float = 0.2


class _Layer(nn.Sequential):
    """Batch normalization, ReLU, 3 x 3 convolution, dropout of whole feature maps."""

    def __init__(self, inputs: int, growth: int, dropout: float) -> None:
        super().__init__(
            nn.BatchNorm2d(inputs),
            nn.ReLU(inplace=True),
            nn.Conv2d(inputs, growth, kernel_size=3, padding=1),
            nn.Dropout2d(dropout),
        )


class _DenseBlock(nn.Module):
    """Layers that each see the block's input and everything made before them."""

    def __init__(self, inputs: int, layers: int, layout: FCDenseNetLayout) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            _Layer(inputs + index * layout.growth, layout.growth, layout.dropout)
            for index in range(layers)
        )

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return the new feature maps alone, and together with the block's input."""
        made: list[Tensor] = []
        for layer in self.layers:
            new = layer(features)
            features = torch.cat((features, new), dim=1)
            made.append(new)
        return torch.cat(made, dim=1), features


class _TransitionDown(nn.Sequential):
    """Batch normalization, ReLU, 1 x 1 convolution, dropout, 2 x 2 maximum."""

    def __init__(self, channels: int, dropout: float) -> None:
        super().__init__(
            nn.BatchNorm2d(channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(channels, channels, kernel_size=1),
            nn.Dropout2d(dropout),
            nn.MaxPool2d(2),
        )


class _TransitionUp(nn.Module):
    """Transposed convolution to twice the size, cropped to the skip connection."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.convolution = nn.ConvTranspose2d(channels, channels, kernel_size=3, stride=2)

    def forward(self, features: Tensor, skip: Tensor) -> Tensor:
        """Return the enlarged features beside the skip connection's."""
        larger = self.convolution(features)
        rows, columns = skip.shape[-2:]
        # A kernel of 3 at stride 2 makes 2n + 1 pixels of n; the last row and column go.
        return torch.cat((larger[..., :rows, :columns], skip), dim=1)


class FCDenseNet(nn.Module):
    """Fully convolutional DenseNet.

    Takes (n, inputs, rows, columns) and returns logits (n, classes, rows, columns); rows and
    columns are multiples of 2 to the number of downward blocks.

    Parameters
    ----------
    classes
        Number of classes.
    inputs
        Number of input channels.
    layout
        Sizes of the network.
    input_scale
        What gray values 0 to 255 are multiplied by on entry; 1 in the paper.
    """

    input_scale: Tensor

    def __init__(
        self,
        classes: int = 4,
        inputs: int = 1,
        layout: FCDenseNetLayout | None = None,
        *,
        input_scale: float = 1.0,
    ) -> None:
        super().__init__()
        layout = layout or FCDenseNetLayout()
        self.register_buffer("input_scale", torch.tensor(input_scale))
        self.first = nn.Conv2d(inputs, layout.first, kernel_size=3, padding=1)
        channels = layout.first
        skips: list[int] = []
        self.down_blocks, self.down_transitions = nn.ModuleList(), nn.ModuleList()
        for layers in layout.down:
            self.down_blocks.append(_DenseBlock(channels, layers, layout))
            channels += layers * layout.growth
            skips.append(channels)
            self.down_transitions.append(_TransitionDown(channels, layout.dropout))
        self.bottleneck = _DenseBlock(channels, layout.bottleneck, layout)
        new = layout.bottleneck * layout.growth
        self.up_transitions, self.up_blocks = nn.ModuleList(), nn.ModuleList()
        for layers, skip in zip(layout.up, reversed(skips), strict=True):
            self.up_transitions.append(_TransitionUp(new))
            self.up_blocks.append(_DenseBlock(new + skip, layers, layout))
            channels = new + skip + layers * layout.growth
            new = layers * layout.growth
        self.last = nn.Conv2d(channels, classes, kernel_size=1)

    def forward(self, image: Tensor) -> Tensor:
        """Return logits."""
        features = self.first(image * self.input_scale)
        skips: list[Tensor] = []
        for block, transition in zip(self.down_blocks, self.down_transitions, strict=True):
            _, features = block(features)
            skips.append(features)
            features = transition(features)
        new, features = self.bottleneck(features)
        for transition, block in zip(self.up_transitions, self.up_blocks, strict=True):
            # Only what the block below made goes up: the way up would grow too wide otherwise.
            new, features = block(transition(new, skips.pop()))
        logits: Tensor = self.last(features)
        return logits
