"""Plots of a report as SVG: readable in print, and without telling colors apart."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from sklearn.metrics import RocCurveDisplay

from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.site_evaluation.statistics.agreement import ENLARGED_ABOVE, Agreement
from CXRTriageLib.site_evaluation.statistics.calibration import Calibration
from CXRTriageLib.site_evaluation.statistics.columns import Numbers
from CXRTriageLib.site_evaluation.statistics.labeled_films import Codes, LabeledFilms

# After M. Okabe and K. Ito, "Color Universal Design", 2008; the markers tell groups apart too.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
GRAY = "#666666"

STYLE: Any = {
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 10,
    "font.size": 9,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "axes.axisbelow": True,
    # The same plot is the same bytes: no random identifiers, no fonts of the machine at hand.
    "svg.fonttype": "path",
    "svg.hashsalt": "CXRTriage",
    "savefig.bbox": "tight",
}
_MOST_VECTOR_POINTS = 2000
LABEL_WIDTH = 18
"""Letters in a line of the name of a class."""


def svg_of(figure: Figure) -> bytes:
    """Return a drawing as SVG; the same drawing gives the same bytes."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", dpi=200, metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


def _drawn(columns: int = 1, *, width: float = 7.2, height: float = 3.0) -> tuple[Figure, Any]:
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(1, columns, squeeze=False)[0]


def group_plot(groups: Mapping[str, Sequence[Numbers]], labels: Sequence[str]) -> bytes:
    """Draw values of groups as dots, with mean and one standard deviation beside, as Fig. 4.

    Parameters
    ----------
    groups
        For each group its values of every biomarker; a name may have several lines.
    labels
        Of the biomarkers.

    Returns
    -------
    bytes
        SVG.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(7.2, 0.8 + 0.45 * len(groups)), layout="constrained")
        axes = figure.subplots(1, len(labels), squeeze=False, sharey=True)[0]
        for column, (axis, label) in enumerate(zip(axes, labels, strict=True)):
            for index, values in enumerate(groups.values()):
                _group(axis, index, values[column])
            axis.set_title(label)
            axis.xaxis.set_major_locator(MaxNLocator(4))
            axis.grid(visible=False, axis="y")
        axes[0].set_yticks(range(len(groups)), [_wrapped(name) for name in groups])
        axes[0].set_ylim(len(groups) - 0.5, -0.5)
        return svg_of(figure)


def _wrapped(label: str) -> str:
    return "\n".join(textwrap.fill(line, LABEL_WIDTH) for line in label.splitlines())


def _group(axis: Axes, index: int, values: Numbers) -> None:
    if not len(values):
        return
    # The same films always lie at the same places.
    spread = np.random.default_rng(index).uniform(-0.3, 0.05, len(values))
    axis.scatter(
        values,
        index + spread,
        s=7,
        alpha=0.45 if len(values) <= _MOST_VECTOR_POINTS else 0.1,
        linewidths=0,
        color=COLORS[index % len(COLORS)],
        marker=MARKERS[index % len(MARKERS)],
        rasterized=len(values) > _MOST_VECTOR_POINTS,
    )
    axis.errorbar(
        values.mean(),
        index + 0.25,
        xerr=values.std(ddof=1) if len(values) > 1 else 0,
        color="black",
        marker="|",
        capsize=3,
        linewidth=1.2,
    )


def bland_altman_plot(measured: Numbers, reference: Numbers, agreement: Agreement) -> bytes:
    """Draw differences over means with the limits of agreement, and both ratios against 0.5.

    Parameters
    ----------
    measured, reference
        Ratios, (n,).
    agreement
        Their analysis.

    Returns
    -------
    bytes
        SVG.
    """
    with mpl.rc_context(STYLE):
        figure, (left, right) = _drawn(2)
        is_large = len(measured) > _MOST_VECTOR_POINTS
        dots: dict[str, Any] = {"s": 10, "alpha": 0.6, "linewidths": 0, "rasterized": is_large}
        left.scatter((measured + reference) / 2, measured - reference, color=COLORS[0], **dots)
        for line, style in (
            (agreement.bias, "-"),
            (agreement.lower_limit, "--"),
            (agreement.upper_limit, "--"),
        ):
            if line.value is not None:
                left.axhline(line.value, color="black", linestyle=style, linewidth=1)
            if line.low is not None and line.high is not None:
                left.axhspan(line.low, line.high, color=GRAY, alpha=0.15, linewidth=0)
        left.set(xlabel="Mean of both ratios", ylabel="Measured minus reference")
        is_other = (measured > ENLARGED_ABOVE) != (reference > ENLARGED_ABOVE)
        right.scatter(reference[~is_other], measured[~is_other], color=COLORS[0], **dots)
        right.scatter(
            reference[is_other], measured[is_other], color=COLORS[1], marker="X", s=24,
            label="on the other side of 0.5",
        )  # fmt: skip
        ends = [min(measured.min(), reference.min()), max(measured.max(), reference.max())]
        right.plot(ends, ends, color="black", linewidth=0.8)
        right.axhline(ENLARGED_ABOVE, color=GRAY, linestyle=":")
        right.axvline(ENLARGED_ABOVE, color=GRAY, linestyle=":")
        right.set(xlabel="Ratio from the label image", ylabel="Ratio from the masks")
        if is_other.any():
            figure.legend(*right.get_legend_handles_labels(), loc="outside lower right")
        return svg_of(figure)


def confusion_plot(confusion: Codes, true_labels: list[str], found_labels: list[str]) -> bytes:
    """Draw a confusion matrix: films, and the share of the row.

    Parameters
    ----------
    confusion
        Films, (true classes, found classes).
    true_labels, found_labels
        Names for people.

    Returns
    -------
    bytes
        SVG.
    """
    totals = confusion.sum(axis=1, keepdims=True)
    shares = np.divide(confusion, totals, out=np.zeros(confusion.shape), where=totals > 0)
    with mpl.rc_context({**STYLE, "axes.grid": False}):
        figure, (axis,) = _drawn(width=5.6, height=0.9 + 0.5 * len(true_labels))
        axis.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        for (row, column), films in np.ndenumerate(confusion):
            axis.text(
                column, row, f"{films:.0f}\n{100 * shares[row, column]:.0f} %",
                ha="center", va="center",
                color="white" if shares[row, column] > 0.5 else "black",
            )  # fmt: skip
        axis.set_xticks(range(len(found_labels)), [_wrapped(name) for name in found_labels])
        axis.set_yticks(range(len(true_labels)), [_wrapped(name) for name in true_labels])
        axis.tick_params(labelsize=7.5)
        axis.set(xlabel="Class found", ylabel="Class of the manifest")
        return svg_of(figure)


def roc_plot(films: LabeledFilms, labels: Sequence[str]) -> bytes:
    """Draw the ROC curve of each class against all others.

    Parameters
    ----------
    films
        Films with a vote.
    labels
        Names of the classes for people.

    Returns
    -------
    bytes
        SVG.
    """
    with mpl.rc_context(STYLE):
        figure, (axis,) = _drawn(width=6.0, height=2.5)
        for code in films.present.tolist():
            if len(films.present) > 1:
                RocCurveDisplay.from_predictions(
                    films.truth == code,
                    films.probabilities[:, code],
                    ax=axis,
                    name=labels[code],
                    despine=True,
                    curve_kwargs={
                        "color": COLORS[code % len(COLORS)],
                        "linestyle": ("-", "--", "-.", ":")[code % 4],
                    },
                )
        axis.plot([0, 1], [0, 1], color=GRAY, linewidth=0.8)
        axis.set(xlabel="1 - specificity", ylabel="Sensitivity")
        axis.get_legend().remove()
        figure.legend(*axis.get_legend_handles_labels(), loc="outside right center", fontsize=7.5)
        axis.set_aspect("equal")
        return svg_of(figure)


def reliability_plot(curves: Mapping[str, Calibration]) -> bytes:
    """Draw stated probability against the share of films that are right.

    Parameters
    ----------
    curves
        By name.

    Returns
    -------
    bytes
        SVG; the number of films stands at each point.
    """
    with mpl.rc_context(STYLE):
        figure, axes = _drawn(len(curves), width=0.4 + 2.3 * len(curves), height=2.2)
        for index, (axis, (name, found)) in enumerate(zip(axes, curves.items(), strict=True)):
            axis.plot([0, 1], [0, 1], color=GRAY, linewidth=0.8)
            points = [(item.probability, item.right) for item in found.bins]
            axis.plot(*zip(*points, strict=True), color=COLORS[index], marker=MARKERS[index])
            for item in found.bins:
                axis.annotate(
                    f"{item.films}", (item.probability, item.right), fontsize=7,
                    xytext=(3, -9), textcoords="offset points",
                )  # fmt: skip
            axis.set(xlim=(0, 1.02), ylim=(0, 1.05), xlabel="Stated probability")
            axis.set_title(name)
        axes[0].set_ylabel("Share that is right")
        return svg_of(figure)


def interval_plot(
    rows: Sequence[tuple[str, Estimate]], label: str, *, chance: float | None = None
) -> bytes:
    """Draw numbers with their intervals below each other.

    Parameters
    ----------
    rows
        Names and numbers, the first one on top.
    label
        Of the axis.
    chance
        Where guessing lies.

    Returns
    -------
    bytes
        SVG.
    """
    with mpl.rc_context(STYLE):
        figure, (axis,) = _drawn(height=0.7 + 0.22 * len(rows))
        for place, (_, found) in enumerate(rows):
            if found.value is None:
                continue
            low = found.value if found.low is None else found.low
            high = found.value if found.high is None else found.high
            axis.plot([low, high], [place, place], color=COLORS[0], linewidth=1.6)
            axis.plot(found.value, place, color=COLORS[0], marker="o", markersize=5)
        if chance is not None:
            axis.axvline(chance, color=COLORS[1], linestyle="--", label="guessing")
            axis.legend(loc="lower right")
        axis.set_yticks(range(len(rows)), [name for name, _ in rows])
        axis.set(xlim=(0, 1.02), xlabel=label)
        axis.invert_yaxis()
        return svg_of(figure)
