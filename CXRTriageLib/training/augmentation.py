"""Random changes that imitate other machines and other patients."""

from __future__ import annotations

import io
import math

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor
from torch.nn import functional

from CXRTriageLib.preprocessing.equalization import WHITE

WORDS = ("L", "R", "PA", "AP", "SUPINE", "PORTABLE", "ERECT", "MOBILE", "LT", "RT")
"""What technicians put on films."""
LARGEST_TAIL = 0.03


def random_affine(
    generator: np.random.Generator, *, degrees: float, scale: float, shift: float, shear: float
) -> Tensor:
    """Draw an affine map from the output field to the input field.

    Parameters
    ----------
    generator
        Source of randomness.
    degrees
        Greatest rotation to either side.
    scale
        Greatest change of size: 0.2 draws from 1 / 1.2 to 1.2, each axis a little apart.
    shift
        Greatest shift as a share of half the field.
    shear
        Greatest shear.

    Returns
    -------
    Tensor
        (2, 3), for ``torch.nn.functional.affine_grid``.
    """
    angle = math.radians(generator.uniform(-degrees, degrees))
    size = math.exp(generator.uniform(-1, 1) * math.log1p(scale))
    stretch = math.exp(generator.uniform(-0.5, 0.5) * math.log1p(scale))
    rotation = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    sheared = np.array([[1.0, generator.uniform(-shear, shear)], [0.0, 1.0]])
    linear = rotation @ sheared @ np.diag((size * stretch, size / stretch))
    offset = generator.uniform(-shift, shift, size=(2, 1))
    return torch.from_numpy(np.hstack((linear, offset)).astype(np.float32))


def warp(image: Tensor, affine: Tensor, side: int, *, nearest: bool) -> Tensor:
    """Return an image sampled through an affine map; outside the film is 0.

    Parameters
    ----------
    image
        (rows, columns), float32.
    affine
        From `random_affine`.
    side
        Rows and columns of the output.
    nearest
        Whether to take the nearest pixel, as labels need, or to interpolate.

    Returns
    -------
    Tensor
        (side, side), float32.
    """
    grid = functional.affine_grid(affine[None], [1, 1, side, side], align_corners=False)
    mode = "nearest" if nearest else "bilinear"
    return functional.grid_sample(image[None, None], grid, mode=mode, align_corners=False)[0, 0]


def random_gray(image: Tensor, generator: np.random.Generator, *, strength: float = 1.0) -> Tensor:
    """Change the gray scale, sharpness and noise of a film as other machines would.

    Equalization removes every monotone change of the whole film; what stays is a different
    share of bright and dark, the reason for the gamma and the contrast.

    Parameters
    ----------
    image
        (rows, columns), 0 to 255.
    generator
        Source of randomness.
    strength
        0 to 1: share of the widest changes of gray, and of how often there are the others.

    Returns
    -------
    Tensor
        Same shape, 0 to 255.
    """
    gray = (image / WHITE).clamp(0, 1)
    gray = gray ** math.exp(strength * generator.uniform(-0.4, 0.4))
    gray = (gray - 0.5) * math.exp(strength * generator.uniform(-0.2, 0.2)) + 0.5
    gray = gray + strength * generator.uniform(-0.08, 0.08)
    if generator.random() < 0.3 * strength:
        gray = _blurred(gray, generator.uniform(0.4, 1.2))
    if generator.random() < 0.3 * strength:
        noise = generator.standard_normal(tuple(gray.shape), dtype=np.float32)
        gray = gray + float(generator.uniform(0.01, 0.05)) * torch.from_numpy(noise)
    gray = gray.clamp(0, 1) * WHITE
    if generator.random() < 0.2 * strength:
        gray = _through_jpeg(gray, int(generator.integers(30, 90)))
    if generator.random() < 0.1 * strength:
        step = float(generator.choice([4, 8, 16]))
        gray = (gray / step).round() * step
    return gray.clamp(0, WHITE)


def random_collimation(
    image: Tensor, labels: Tensor, generator: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """Blacken up to a twelfth of the film at each border, as collimators do.

    Parameters
    ----------
    image
        (rows, columns).
    labels
        Of the same shape; nothing is drawn where nothing can be seen.
    generator
        Source of randomness.

    Returns
    -------
    image, labels
        Of the same shapes, 0 outside the field.
    """
    rows, columns = image.shape
    top, bottom = (int(generator.uniform(0, rows / 12)) for _ in range(2))
    left, right = (int(generator.uniform(0, columns / 12)) for _ in range(2))
    field = torch.zeros(image.shape, dtype=torch.bool)
    field[top : rows - bottom, left : columns - right] = True
    return image * field, labels * field


def random_tails(image: Tensor, generator: np.random.Generator) -> Tensor:
    """Cut up to 3 % of the darkest and of the brightest pixels, as a narrow window does.

    Parameters
    ----------
    image
        (rows, columns), 0 to 255.
    generator
        Source of randomness.

    Returns
    -------
    Tensor
        Same shape, 0 to 255; what is cut becomes black or white and the rest is stretched.
    """
    low, high = generator.uniform(0, LARGEST_TAIL), 1 - generator.uniform(0, LARGEST_TAIL)
    # NumPy's, since that of PyTorch refuses large films.
    dark, bright = (float(value) for value in np.quantile(image.numpy(), (low, high)))
    if bright <= dark:
        return image
    return ((image - dark) / (bright - dark)).clamp(0, 1) * WHITE


def random_letters(image: Tensor, generator: np.random.Generator) -> Tensor:
    """Burn in a side marker or a few words, as films carry them.

    Parameters
    ----------
    image
        (rows, columns), 0 to 255.
    generator
        Source of randomness.

    Returns
    -------
    Tensor
        Same shape, 0 to 255; letters are white or black, from a fortieth to an eighth of the
        film high, and anywhere.
    """
    rows, columns = image.shape
    words = [str(generator.choice(WORDS)) for _ in range(int(generator.integers(1, 4)))]
    if generator.random() < 0.3:
        words.append(f"{generator.integers(0, 24):02d}:{generator.integers(0, 60):02d}")
    cover = Image.new("L", (columns, rows), 0)
    canvas = ImageDraw.Draw(cover)
    for word in words:
        font = ImageFont.load_default(max(6.0, rows * generator.uniform(1 / 40, 1 / 8)))
        place = generator.uniform(0, (columns * 0.95, rows * 0.95))
        canvas.text((float(place[0]), float(place[1])), word, fill=255, font=font)
    opacity = torch.from_numpy(np.asarray(cover, dtype=np.float32) / 255)
    ink = float(WHITE) if generator.random() < 0.8 else 0.0
    return image * (1 - opacity) + ink * opacity


def _blurred(image: Tensor, sigma: float) -> Tensor:
    positions = torch.arange(-3, 4, dtype=torch.float32)
    kernel = torch.exp(-0.5 * (positions / sigma) ** 2)
    kernel = kernel / kernel.sum()
    padded = functional.pad(image[None, None], (3, 3, 3, 3), mode="replicate")
    across = functional.conv2d(padded, kernel[None, None, None, :])
    return functional.conv2d(across, kernel[None, None, :, None])[0, 0]


def _through_jpeg(image: Tensor, quality: int) -> Tensor:
    buffer = io.BytesIO()
    Image.fromarray(image.round().byte().numpy()).save(buffer, "JPEG", quality=quality)
    return torch.from_numpy(np.asarray(Image.open(buffer), dtype=np.float32).copy())
