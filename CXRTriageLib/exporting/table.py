"""The results of a batch as one table."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from CXRTriageLib.exporting.atomic import staged_files

TABLE_FILE = "results.csv"

Row: TypeAlias = dict[str, str | float | int | None]


def result_row(document: Mapping[str, Any]) -> Row:
    """Return the columns of a film that has a result.

    Parameters
    ----------
    document
        The content of its ``result.json``.

    Returns
    -------
    dict
        Values by column; biomarkers carry their unit in the name of the column, and what is
        undefined is None. What a reader measured with lines placed by hand has columns of its
        own, where there is any.
    """
    classification, film = document["classification"], document["film"]
    row: Row = {
        "class": classification["class"],
        "reason": classification["reason"],
        "recommendation": document["recommendation"]["action"],
        "warnings": " ".join(item["code"] for item in document["warnings"]),
        "tie": " ".join(classification["tie"] or []),
        "patches": len(classification["patches"]),
        "entropy [bit]": classification["entropy_bits"],
    }
    for group in ("votes", "vote_shares", "mean_probabilities"):
        unit = "" if group == "votes" else " [1]"
        values: Mapping[str, float] = classification[group] or {}
        row |= {f"{group}.{name}{unit}": value for name, value in values.items()}
    row |= _values(document["biomarkers"])
    by_hand = _values((document["by_hand"] or {}).get("biomarkers", {}))
    row |= {f"by_hand.{name}": value for name, value in by_hand.items()}
    return row | {
        "spacing_source": document["spacing"]["source"],
        "mask_source": document["masks"]["source"],
        "view": film["view"],
        "age [a]": film["age_years"],
        "sex": film["sex"],
        "sop_instance_uid": film["sop_instance_uid"],
        "mode": document["provenance"]["mode"],
    }


def _values(biomarkers: Mapping[str, Any]) -> Row:
    return {
        name if name.endswith(f"_{item['unit']}") else f"{name} [{item['unit']}]": item["value"]
        for name, item in biomarkers.items()
    }


def write_table(path: Path, rows: Sequence[Row]) -> None:
    """Write rows as CSV in UTF-8, one film a line.

    Parameters
    ----------
    path
        Where to write.
    rows
        They may have different columns; each column stands where the first row that has it
        puts it, and empty fields say that there is no value.
    """
    with (
        staged_files(path.parent, last=path.name) as staging,
        (staging / path.name).open("w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.DictWriter(file, _columns(rows), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _columns(rows: Iterable[Row]) -> list[str]:
    """Merge the columns of all rows so that columns that follow each other stay together."""
    columns: list[str] = []
    for row in rows:
        place = 0
        for name in row:
            if name in columns:
                place = max(place, columns.index(name) + 1)
            else:
                columns.insert(place, name)
                place += 1
    return columns
