"""Tables of the model cards for what trainings without a source, and on the paper's films, gave."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TypeAlias

from markdown_tables import SOURCES, table

Rows: TypeAlias = list[dict[str, str]]
MASK_MEASURES = {
    "lungs": "mean of both lungs, Jaccard index",
    "lungs_union": "union of both lungs, Jaccard index",
    "lungs_hausdorff_95_px": "lungs, 95th percentile of the Hausdorff distance, px of 1024",
}
FIRST_SCORES = {"Accuracy": "accuracy", "F1 (class mean)": "macro F1"}
TRAINED = {
    "_one_patch": "one; best epoch",
    "": "six; best epoch",
    "_last_epoch": "six; last epoch",
}
"""Trainings by the end of the name of their table."""
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


def spread(row: dict[str, str]) -> str:
    """Return a mean over seeds with its range."""
    return f"{number(row['mean'])} ({number(row['lowest'])} to {number(row['highest'])})"


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
        (SOURCES[row["dataset"]], looks, row["measure"], interval(row), row["value_films"])
        for name, looks in (("", "six"), ("_one_patch", "one"))
        for row in rows_of(folder, f"unseen_classes{name}")
    ]
    heads = ("looks at each film in an epoch", "measure", "value (95 % interval)", "films")
    return table(("source never trained on", *heads), rows)


def kinds_of_training(folder: Path) -> str:
    """Return what looks at a film, and the epoch kept, change in trainings on the paper's films."""
    rows = []
    for name, spoken in TRAINED.items():
        found = {
            (row["approach"], row["measure"]): spread(row)
            for row in rows_of(folder, f"table10_paper_films{name}")
        }
        cells = (found.get((how, score), "") for how in APPROACHES for score in FIRST_SCORES)
        rows.append((spoken, *cells))
    heads = (f"{how}: {score}" for how in APPROACHES.values() for score in FIRST_SCORES.values())
    return table(("looks at each film in an epoch; network kept", *heads), rows)


def approaches(folder: Path) -> str:
    """Return local against global: on clean labels, and on the paper's films and labels."""
    clean = [
        (row["classifier"], row["measure"], interval(row), row["value_films"])
        for row in rows_of(folder, "clean")
    ]
    paper = [
        (
            f"{APPROACHES[row['approach']]}, {row['trainings']} seeds",
            row["measure"],
            spread(row),
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
                    "mean over seeds (range)",
                    "paper",
                ),
                paper,
            ),
        )
    )
