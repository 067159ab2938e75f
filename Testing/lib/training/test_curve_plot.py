"""The plot shows every curve of the table, and is replaced as a whole."""

from __future__ import annotations

import numpy as np
from PIL import Image

from CXRTriageLib.training.curve_plot import PANELS, PARTS, plot_curves

ROWS = [
    {"epoch": epoch}
    | {
        f"{part}_{ending}": 1 / (epoch + start)
        for start, (part, _) in enumerate(PARTS, start=1)
        for ending, _ in PANELS
    }
    for epoch in range(5)
]


def pixels_of_color(path, color: str) -> list[int]:
    """Count the pixels of a color in each third of a picture."""
    wanted = [int(color[start : start + 2], 16) for start in (1, 3, 5)]
    picture = np.asarray(Image.open(path).convert("RGB")).astype(int)
    is_wanted = np.abs(picture - wanted).max(axis=-1) < 40
    return [int(part.sum()) for part in np.array_split(is_wanted, len(PANELS), axis=1)]


def test_each_panel_shows_training_and_validation(tmp_path):
    plot_curves(ROWS, tmp_path / "curves.png")

    for _, color in PARTS:
        assert min(pixels_of_color(tmp_path / "curves.png", color)) > 100
    assert [path.name for path in tmp_path.iterdir()] == ["curves.png"]


def test_first_epoch_and_missing_curves_are_drawn_too(tmp_path):
    plot_curves([{"epoch": 0, "training_loss": 0.5}], tmp_path / "curves.png")

    of_training, of_validation = (
        pixels_of_color(tmp_path / "curves.png", color) for _, color in PARTS
    )
    assert of_training[0] > 10
    assert of_training[1:] == [0, 0]
    assert of_validation == [0, 0, 0]
