"""Films made in code, as files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from support.picture_files import write_deep_png
from support.synthetic_chest import SyntheticChest, synthetic_chest


def write_chest(
    path: Path, shape: tuple[int, int] = (512, 450), *, enlarged_heart: bool = False
) -> SyntheticChest:
    """Write a synthetic chest film as a PNG of 16 bits and return what it was made of."""
    chest = synthetic_chest(shape, enlarged_heart=enlarged_heart)
    write_deep_png(path, chest.pixels[:, :, np.newaxis])
    return chest


def write_masks(path: Path, labels: NDArray[np.uint8]) -> Path:
    """Write masks as the library reads them."""
    from PIL import Image

    Image.fromarray(labels).save(path)
    return path
