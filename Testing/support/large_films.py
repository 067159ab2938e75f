"""Films as large as a usual detector's, whose decoder holds Python up for long."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from pydicom import dcmread
from pydicom.uid import JPEG2000Lossless

from CXRTriageCase.synthetic_chest import synthetic_chest
from CXRTriageLib.benchmarking.benchmark_film import write_benchmark_film


def write_slow_film(path: Path) -> Path:
    """Write a film of 3000 x 2500 pixels in JPEG 2000 and return its file."""
    small = path.with_suffix(".small.png")
    Image.fromarray(synthetic_chest(seed=1).pixels).save(small)
    film = dcmread(write_benchmark_film(small, path))
    film.compress(JPEG2000Lossless)
    film.save_as(path)
    small.unlink()
    return path
