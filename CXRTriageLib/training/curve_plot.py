"""A picture of the curves of a training (paper, Fig. 10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

PANELS = (("loss", "Loss"), ("accuracy", "Accuracy"), ("f1", "F1 score"))
"""End of the names of curves, and the title of their panel."""
PARTS = (("training", "#0072b2"), ("validation", "#d55e00"))
"""Beginning of the names, and a color that color-blind people tell apart."""


def curves_figure(rows: Sequence[Mapping[str, float]]) -> Figure:
    """Draw loss, accuracy and F1 score of each epoch, in training and in validation.

    Parameters
    ----------
    rows
        One for each epoch; curves are named "training_loss", "validation_f1" and so on, and
        those that are missing are not drawn.

    Returns
    -------
    Figure
        Three panels side by side.
    """
    figure = Figure(figsize=(12, 3.6), layout="constrained")
    for axes, (ending, title) in zip(figure.subplots(1, len(PANELS)), PANELS, strict=True):
        for part, color in PARTS:
            name = f"{part}_{ending}"
            points = [(row["epoch"] + 1, row[name]) for row in rows if name in row]
            if points:
                marker = "o" if len(points) == 1 else ""
                axes.plot(*zip(*points, strict=True), color=color, marker=marker, label=part)
        axes.set_title(title)
        axes.set_xlabel("Epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        if ending == "loss":
            axes.set_ylim(bottom=0)
        else:
            axes.set_ylim(0, 1)
        axes.grid(alpha=0.3)
        if axes.lines:
            axes.legend()
    return figure


def plot_curves(rows: Sequence[Mapping[str, float]], path: Path) -> None:
    """Write the curves of a training as a picture.

    Parameters
    ----------
    rows
        See `curves_figure`.
    path
        PNG file; it is replaced at once, never half written.
    """
    figure = curves_figure(rows)
    FigureCanvasAgg(figure)
    unfinished = path.with_suffix(".part.png")
    figure.savefig(unfinished, dpi=120)
    unfinished.replace(path)
