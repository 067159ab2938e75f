"""U-Net on a ResNet-18 encoder: a tenth of the paper's network in time, a third in weights.

References
----------
.. [1] O. Ronneberger, P. Fischer, T. Brox, "U-Net: Convolutional Networks for Biomedical Image
   Segmentation", MICCAI 2015.
.. [2] K. He, X. Zhang, S. Ren, J. Sun, "Deep Residual Learning for Image Recognition",
   CVPR 2016.
.. [3] H. Zhao, J. Shi, X. Qi, X. Wang, J. Jia, "Pyramid Scene Parsing Network", CVPR 2017.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision.models import resnet18

ENCODER_CHANNELS = (64, 64, 128, 256)
"""Feature maps at a half, a quarter, an eighth and a sixteenth of the input's side."""
DECODER_CHANNELS = (96, 64, 32)
CONTEXT_CHANNELS = 32
WHOLE_LUNG_SKIPS = ENCODER_CHANNELS[2:0:-1]
"""At an eighth and a quarter of the side."""
WHOLE_LUNG_CHANNELS = 48
WHOLE_LUNG_PARTS = "whole_lungs."
"""What the names of its weights begin with."""


class _Convolution(nn.Sequential):
    """3 x 3 convolution, batch normalization, ReLU."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(
            nn.Conv2d(inputs, outputs, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
        )


class _Encoder(nn.Module):
    """ResNet-18 up to its third residual stage, for gray images ([2]_, table 1).

    The fourth stage holds three quarters of ResNet-18's weights, and the outline of an organ
    needs no finer words than those of the third.
    """

    def __init__(self) -> None:
        super().__init__()
        whole = resnet18(num_classes=1)
        # One gray channel in place of three equal ones: the same sums, a third of the work.
        self.conv1 = nn.Conv2d(1, 64, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1, self.relu, self.maxpool = whole.bn1, whole.relu, whole.maxpool
        self.layer1, self.layer2, self.layer3 = whole.layer1, whole.layer2, whole.layer3

    def forward(self, gray: Tensor) -> list[Tensor]:
        """Return the features at each size, the largest first."""
        stem = self.relu(self.bn1(self.conv1(gray)))
        features = [stem, self.layer1(self.maxpool(stem))]
        for layer in (self.layer2, self.layer3):
            features.append(layer(features[-1]))
        return features


class _GlobalContext(nn.Module):
    """What the whole film looks like, told to each of its pixels ([3]_, coarsest level)."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.word = nn.Conv2d(inputs, outputs, kernel_size=1)

    def forward(self, features: Tensor) -> Tensor:
        """Return the features beside the same few numbers at every pixel."""
        word = functional.relu(self.word(features.mean(dim=(2, 3), keepdim=True)))
        return torch.cat((features, word.expand(-1, -1, *features.shape[-2:])), dim=1)


class _WholeLungDecoder(nn.Module):
    """A narrow way up of its own, so that the whole lungs can be learned without the classes.

    It ends at a quarter of the side: the outer border of the lungs is that of the classes, and
    behind heart and diaphragm nobody draws finer.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stages = nn.ModuleList()
        channels = ENCODER_CHANNELS[-1] + CONTEXT_CHANNELS
        for skip in WHOLE_LUNG_SKIPS:
            self.stages.append(_Convolution(channels + skip, WHOLE_LUNG_CHANNELS))
            channels = WHOLE_LUNG_CHANNELS
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, coarsest: Tensor, skips: list[Tensor]) -> Tensor:
        """Return logits (n, 1, rows, columns) from the encoder's features, the largest first."""
        features = coarsest
        for stage, skip in zip(self.stages, reversed(skips), strict=False):
            features = stage(torch.cat((_doubled(features), skip), dim=1))
        return _doubled(_doubled(self.last(features)))


class ResNetUNet(nn.Module):
    """U-Net whose way down is ResNet-18 ([1]_, [2]_), so that ImageNet can teach it to see.

    Takes gray values (n, 1, rows, columns) and returns logits (n, classes + 1, rows, columns);
    rows and columns are multiples of 16. The last features have half the side, and the logits
    are interpolated. The plane behind those of the classes says whether a pixel belongs to the
    whole lungs, with what lies behind heart, mediastinum and diaphragm: a question of its own,
    whose answer is the logit of a probability.

    Parameters
    ----------
    classes
        Number of classes.
    input_scale
        What gray values 0 to 255 are multiplied by on entry.
    dropout
        Probability that a feature map of the coarsest size is dropped in training, 0 to 1.
    tells_whole_lungs
        Whether there is the plane of the whole lungs; without it the planes are the classes.
    """

    input_scale: Tensor

    def __init__(
        self,
        classes: int = 4,
        *,
        input_scale: float = 1.0,
        dropout: float = 0.0,
        tells_whole_lungs: bool = True,
    ) -> None:
        super().__init__()
        self.register_buffer("input_scale", torch.tensor(input_scale))
        self.encoder = _Encoder()
        self.context = _GlobalContext(ENCODER_CHANNELS[-1], CONTEXT_CHANNELS)
        self.dropout = nn.Dropout2d(dropout)
        self.decoder = nn.ModuleList()
        channels = ENCODER_CHANNELS[-1] + CONTEXT_CHANNELS
        for skip, width in zip(reversed(ENCODER_CHANNELS[:-1]), DECODER_CHANNELS, strict=True):
            self.decoder.append(
                nn.Sequential(_Convolution(channels + skip, width), _Convolution(width, width))
            )
            channels = width
        self.last = nn.Conv2d(channels, classes, kernel_size=1)
        self.whole_lungs = _WholeLungDecoder() if tells_whole_lungs else None

    def forward(self, image: Tensor) -> Tensor:
        """Return logits."""
        *skips, features = self.encoder(image * self.input_scale)
        features = coarsest = self.dropout(self.context(features))
        for stage, skip in zip(self.decoder, reversed(skips), strict=True):
            features = stage(torch.cat((_doubled(features), skip), dim=1))
        logits = _doubled(self.last(features))
        if self.whole_lungs is None:
            return logits
        return torch.cat((logits, self.whole_lungs(coarsest, skips)), dim=1)


def _doubled(features: Tensor) -> Tensor:
    return functional.interpolate(features, scale_factor=2.0, mode="bilinear", align_corners=False)
