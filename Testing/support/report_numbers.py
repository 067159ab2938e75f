"""The main numbers of a report, kept as a reference and compared with one.

Usage, to renew a reference: python -m support.report_numbers REPORT_JSON REFERENCE_JSON
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

TABLES = (
    "main_numbers", "segmentation", "cardiothoracic_agreement", "classification", "classes",
    "confusion_matrix", "calibration", "biomarkers", "controls", "source_probe",
)  # fmt: skip
"""Tables about the site as a whole; none of them has a row for a film."""
COUNTS = ("films", "patients")
DIGITS = 4

Numbers: TypeAlias = dict[str, float | None]
"""Name of a number, made of table, row and column, and the number."""

REFERENCES = Path(__file__).resolve().parents[1] / "references"


def numbers_of(report: Path) -> Numbers:
    """Return the main numbers of a report, rounded.

    Parameters
    ----------
    report
        The file ``report.json``.
    """
    document = json.loads(report.read_text(encoding="utf-8"))
    found: Numbers = {}
    for section in document["sections"]:
        for block in section["blocks"]:
            if block.get("key") in TABLES and block["type"] == "table":
                for row in block["rows"]:
                    found.update(_numbers_of_row(block["key"], row))
    return found


def _numbers_of_row(table: str, row: dict[str, object]) -> Iterator[tuple[str, float | None]]:
    words = [cell for name, cell in row.items() if _names_the_row(name, cell)]
    start = ": ".join([table, *map(str, words)])
    for column, cell in row.items():
        if isinstance(cell, dict):
            for part in ("value", "low", "high", *COUNTS):
                value = cell[part]
                yield f"{start}: {column}: {part}", None if value is None else round(value, DIGITS)
        elif isinstance(cell, int | float):
            yield f"{start}: {column}", round(cell, DIGITS)


def _names_the_row(column: str, cell: object) -> bool:
    return isinstance(cell, str) and column not in ("model_card", "verdict")


def reference(name: str) -> Numbers:
    """Return the numbers that were kept."""
    numbers: Numbers = json.loads((REFERENCES / f"{name}.json").read_text(encoding="utf-8"))
    return numbers


def differences(
    found: Numbers, expected: Numbers, *, films_apart: float = 0, relative: float = 0
) -> list[str]:
    """Return a line for every number that lies too far from its reference.

    Parameters
    ----------
    found, expected
        Both.
    films_apart
        A mean of n films may be off by this many films with an error of 1: ``films_apart / n``;
        a count that is no number of evaluated films may be off by as many.
    relative
        Every number that is no count may be off by this share of itself besides.
    """
    lines = [f"{name}: is missing" for name in sorted(expected.keys() - found.keys())]
    lines += [f"{name}: is not in the reference" for name in sorted(found.keys() - expected.keys())]
    for name in sorted(expected.keys() & found.keys()):
        new, old = found[name], expected[name]
        if new is None or old is None:
            is_near = new == old
        else:
            room = _room(name, expected, films_apart) + relative * abs(old)
            is_near = abs(new - old) <= room + 2 * 10**-DIGITS
        if not is_near:
            lines.append(f"{name}: {new}, expected {old}")
    return lines


def _room(name: str, expected: Numbers, films_apart: float) -> float:
    start, _, last = name.rpartition(": ")
    if last in COUNTS:
        return 0
    if name.startswith("confusion_matrix"):
        return films_apart
    films = expected.get(f"{start}: films")
    return films_apart / films if films else films_apart * 0.01


def main(report: Path, kept: Path) -> None:
    """Write a reference."""
    text = json.dumps(numbers_of(report), indent=1, ensure_ascii=False) + "\n"
    kept.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
