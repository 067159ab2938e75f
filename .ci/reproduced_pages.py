"""Tables of the model cards for what trainings without a source, and on the paper's films, gave."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TypeAlias

from markdown_tables import SOURCES, shown, table

Rows: TypeAlias = list[dict[str, str]]
MASK_MEASURES = {
    "lungs": "mean of both lungs, Jaccard index",
    "lungs_union": "union of both lungs, Jaccard index",
    "lungs_hausdorff_95_px": "lungs, 95th percentile of the Hausdorff distance, px of 1024",
}
SCORES = {"accuracy": "accuracy", "macro_f1": "macro F1", "balanced_accuracy": "balanced accuracy"}
APPROACHES = {"local": "patches that vote", "global": "the whole film"}


def rows_of(folder: Path, name: str) -> Rows:
    """Read a table that ``cxrtriage reproduce`` wrote."""
    with (folder / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def number(text: str) -> str:
    """Return a number of a table as the cards show it; empty where there is none."""
    return f"{float(text):.3f}" if text else ""


def interval(row: dict[str, str]) -> str:
    """Return a value with its interval."""
    if not row["value_low"]:
        return number(row["value"])
    return f"{number(row['value'])} ({number(row['value_low'])} to {number(row['value_high'])})"


def unseen_masks(folder: Path) -> str:
    """Return what a network reaches on sources that it never saw."""
    rows = [
        (SOURCES[row["dataset"]], MASK_MEASURES[row["measure"]], interval(row), row["value_films"])
        for row in rows_of(folder, "unseen_masks")
    ]
    return table(("source never trained on", "measure", "value (95 % interval)", "films"), rows)


def unseen_classes(folder: Path) -> str:
    """Return what classifiers reach on a source that was left out of their training."""
    rows = [
        (SOURCES[row["dataset"]], row["measure"], interval(row), row["value_films"])
        for row in rows_of(folder, "unseen_classes")
    ]
    return table(("source never trained on", "measure", "value (95 % interval)", "films"), rows)


def patches_of_a_film(folder: Path) -> str:
    """Return what more patches of each film change in one training on the paper's films."""
    rows = []
    for name, spoken in (("one-patch", "one"), ("six-patches", "six")):
        path = folder / f"paper-local-0-{name}.json"
        vote = json.loads(path.read_text(encoding="utf-8"))["classification"][0]
        rows.append((spoken, *(shown(vote[key]) for key in SCORES)))
    return table(("patches of each film in an epoch", *SCORES.values()), rows)


def approaches(folder: Path) -> str:
    """Return local against global: on clean labels, and on the paper's films and labels."""
    clean = [
        (row["classifier"], row["measure"], interval(row), row["value_films"])
        for row in rows_of(folder, "clean")
    ]
    paper = [
        (
            APPROACHES[row["approach"]],
            row["measure"],
            f"{number(row['mean'])} ({number(row['lowest'])} to {number(row['highest'])})",
            number(row["paper"]),
        )
        for row in rows_of(folder, "table10_paper_films")
    ]
    return "\n\n".join(
        (
            table(
                ("clean labels, split by patient", "measure", "value (95 % interval)", "films"),
                clean,
            ),
            table(
                (
                    "the paper's films, split by image",
                    "measure",
                    "mean of 10 seeds (range)",
                    "paper",
                ),
                paper,
            ),
        )
    )
