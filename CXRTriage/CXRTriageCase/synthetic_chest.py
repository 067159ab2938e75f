"""A chest film that nobody was exposed for: thicknesses of tissue, summed up along the beam."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from CXRTriageLib.domain.anatomy import Structure

Field = NDArray[np.float64]

GRAY_LEVELS = 4096


@dataclass(frozen=True, kw_only=True)
class SyntheticChest:
    """A film and the masks it was made from.

    Attributes
    ----------
    pixels
        12-bit gray levels, (rows, columns), uint16; denser tissue is larger.
    labels
        Values of `Structure`, (rows, columns), uint8.
    """

    pixels: NDArray[np.uint16]
    labels: NDArray[np.uint8]


def synthetic_chest(
    shape: tuple[int, int] = (1024, 900), *, seed: int = 0, enlarged_heart: bool = False
) -> SyntheticChest:
    """Return a frontal film with ribs, clavicles, spine, vessels and noise.

    Parameters
    ----------
    shape
        Rows and columns; the proportions are those of 1.1 to 1.
    seed
        Of vessels and noise.
    enlarged_heart
        Whether the heart takes more than half of the thorax.
    """
    rng = np.random.default_rng(seed)
    down, right = _grid(shape)
    heart = _heart(down, right, scale=1.3 if enlarged_heart else 1.0)
    left, right_lung = _lung(down, 1 - right, top=0.135), _lung(down, right, top=0.115)
    labels = np.zeros(shape, np.uint8)
    labels[right_lung > 0] = Structure.RIGHT_LUNG
    labels[left > 0] = Structure.LEFT_LUNG
    labels[heart > 0] = Structure.HEART
    lungs = np.where(heart > 0, 0.3, 1.0) * (left + right_lung)
    tissue = _torso(down, right) - 0.55 * lungs + 0.26 * heart + _bones(down, right)
    tissue += 0.20 * np.maximum(_great_vessels(down, right) - heart, 0)
    tissue += 0.15 * _vessels(shape, rng) * (labels >= Structure.LEFT_LUNG)
    tissue -= 0.13 * _trachea(down, right)
    tissue = gaussian_filter(np.maximum(tissue, 0), shape[0] / 700)
    photons = 2500 * np.exp(-2.0 * tissue)
    counted = np.maximum(rng.poisson(photons), 1)
    # A film follows the logarithm of the exposure, so that equal thicknesses give equal steps.
    gray = 500 + 1500 * (np.log(2500) - np.log(counted))
    return SyntheticChest(pixels=np.clip(gray, 0, GRAY_LEVELS - 1).astype(np.uint16), labels=labels)


def _grid(shape: tuple[int, int]) -> tuple[Field, Field]:
    rows, columns = shape
    return (np.arange(rows)[:, np.newaxis] + 0.5) / rows, (np.arange(columns) + 0.5) / columns


def _dome(distance: Field, height: float = 2.0) -> Field:
    """Return a thickness that falls from 1 in the middle to 0 at a distance of 1."""
    return np.clip(1 - np.abs(distance) ** height, 0, 1)


def _torso(down: Field, right: Field) -> Field:
    across = np.abs(right - 0.5)
    shoulders = 0.16 + 0.42 * (1 - np.exp(-np.clip(down - 0.01, 0, 1) / 0.055))
    chest = 0.455 + 0.06 / (1 + np.exp((down - 0.30) / 0.03))
    half = np.minimum(shoulders, chest)
    body = np.sqrt(_dome(across / half, 4))
    arms = 0.22 * np.clip((across - 0.30) / 0.15, 0, 1) * body / (1 + np.exp((down - 0.32) / 0.04))
    belly = 0.26 / (1 + np.exp(-(down - 0.80) / 0.035))
    breasts = 0.10 * np.exp(-(((across - 0.24) / 0.13) ** 4) - ((down - 0.72) / 0.10) ** 2)
    width = 0.062 + 0.03 * np.clip(down - 0.3, 0, 1)
    mediastinum = 0.28 * np.exp(-((across / width) ** 4))
    return 0.80 * body + arms + belly * body + breasts + mediastinum


def _lung_sides(down: Field) -> tuple[Field, Field]:
    """Return middle and half width of a lung that ends in no apex."""
    return 0.283 + 0.05 * (1 - down), 0.19 - 0.035 * (1 - down)


def _lung(down: Field, lateral: Field, *, top: float) -> Field:
    """Return the depth of a lung at the left of the film; `lateral` grows toward the midline."""
    middle, half = _lung_sides(down)
    across = (lateral - middle) / half
    along = np.clip((0.62 - down) / (0.62 - top), 0, None)
    inside = np.abs(across) ** 2.4 + along**2.4 < 1
    from_top_of_dome = lateral - 0.35
    # Toward the heart the diaphragm falls less than toward the ribs.
    falling = np.where(from_top_of_dome > 0, 0.45, 1.0) * from_top_of_dome / 0.14
    diaphragm = 0.850 - 0.105 * np.exp(-(falling**2))
    depth = np.sqrt(_dome(across, 3)) * np.sqrt(_dome(along, 3))
    base = np.sqrt(np.clip((diaphragm - down) / 0.10, 0, 1))
    return np.where(inside & (down < diaphragm), depth * base + 1e-3, 0.0)


def _heart(down: Field, right: Field, *, scale: float) -> Field:
    x, y = (right - 0.553) / (0.158 * scale), (down - 0.675) / 0.125
    x, y = x * np.cos(0.6) + y * np.sin(0.6), y * np.cos(0.6) - x * np.sin(0.6)
    ventricles = 1 - x**2 - (y / 0.92) ** 2
    atrium = 1 - ((right - 0.495) / (0.085 * scale)) ** 2 - ((down - 0.655) / 0.12) ** 2
    return np.sqrt(np.clip(np.maximum(ventricles, atrium), 0, 1))


def _great_vessels(down: Field, right: Field) -> Field:
    arch = np.sqrt(np.clip(1 - ((right - 0.555) / 0.042) ** 2 - ((down - 0.37) / 0.045) ** 2, 0, 1))
    trunk = np.sqrt(np.clip(1 - ((right - 0.525) / 0.072) ** 2 - ((down - 0.52) / 0.13) ** 2, 0, 1))
    return np.maximum(arch, trunk)


def _trachea(down: Field, right: Field) -> Field:
    return _dome((right - 0.497) / 0.018) * (down < 0.36)


def _bones(down: Field, right: Field) -> Field:
    disks = 1 - 0.45 * (np.cos(down * 2 * np.pi * 17) > 0.75)
    bones = 0.12 * _dome((right - 0.5) / 0.038, 4) * disks
    for lateral in (right, 1 - right):
        bones = np.maximum(bones, _ribs(down, lateral))
        bones = np.maximum(bones, _clavicle(down, lateral))
    return bones


def _ribs(down: Field, lateral: Field) -> Field:
    middle, half = _lung_sides(down)
    wall = middle - half * np.clip(1 - np.clip((0.62 - down) / 0.56, 0, 1) ** 2.4, 0, 1) ** (
        1 / 2.4
    )
    across = np.clip((0.48 - lateral) / 0.36, 0, 1)
    inside = np.clip((lateral - wall + 0.018) / 0.008, 0, 1) * (lateral < 0.475)
    bones = np.zeros(np.broadcast_shapes(down.shape, lateral.shape))
    for number in range(10):
        behind = (
            0.10
            + 0.078 * number
            + (0.06 + 0.012 * number) * across**2
            - 0.02 * np.sin(np.pi * across)
        )
        bones = np.maximum(bones, 0.20 * _tube(down - behind, 0.0145) * inside)
        before = 0.22 + 0.088 * number - 0.15 * across**1.3
        bones = np.maximum(bones, 0.11 * _tube(down - before, 0.016) * inside * (across > 0.3))
    return bones


def _clavicle(down: Field, lateral: Field) -> Field:
    along = 0.465 - lateral
    middle = 0.172 - 0.20 * along + 0.014 * np.sin(along * 17)
    ends = np.clip((lateral - 0.10) / 0.01, 0, 1) * np.clip(along / 0.01, 0, 1)
    return 0.22 * _tube(down - middle, 0.015) * ends


def _tube(distance: Field, radius: float) -> Field:
    """Return the thickness of a bone: a hard shell around a softer core."""
    inside = np.clip(1 - (distance / radius) ** 2, 0, 1)
    core = np.clip(1 - (distance / (0.75 * radius)) ** 2, 0, 1)
    return np.sqrt(inside) - 0.45 * np.sqrt(core)


def _vessels(shape: tuple[int, int], rng: np.random.Generator) -> Field:
    """Return branches that leave the hila and grow thinner."""
    rows, columns = shape
    image = np.zeros(shape)
    for hilum, outward in (((0.49, 0.40), np.pi), ((0.47, 0.60), 0.0)):
        for _ in range(16):
            angle = outward + rng.uniform(-1.35, 1.35)
            _grow(image, (hilum[0] * rows, hilum[1] * columns), angle, rows * 0.011, rng)
    return np.minimum(gaussian_filter(image, rows / 500), 1.0)


def _grow(
    image: Field,
    start: tuple[float, float],
    angle: float,
    radius: float,
    rng: np.random.Generator,
) -> None:
    row, column = start
    steps = int(rng.uniform(0.10, 0.16) * image.shape[0] / max(radius, 1))
    for _ in range(steps):
        row, column = row - radius * np.sin(angle), column + radius * np.cos(angle)
        reach = int(np.ceil(radius))
        top, left = int(row) - reach, int(column) - reach
        if top < 0 or left < 0 or row + reach >= image.shape[0] or column + reach >= image.shape[1]:
            return
        y, x = np.ogrid[: 2 * reach + 1, : 2 * reach + 1]
        disk = np.sqrt(np.clip(1 - ((y - reach) ** 2 + (x - reach) ** 2) / radius**2, 0, 1))
        box = image[top : top + 2 * reach + 1, left : left + 2 * reach + 1]
        np.maximum(box, disk * min(radius / image.shape[0] / 0.008, 1), out=box)
        angle += rng.normal(0, 0.09)
        radius *= 0.985
    if radius > image.shape[0] * 0.0025:
        for turn in (-0.45, 0.4):
            _grow(image, (row, column), angle + turn, radius * 0.72, rng)
