"""The report as JSON and its tables as CSV: raw numbers, for programs and for checking."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from typing import Any

from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.site_evaluation.report.document import (
    Block,
    Cell,
    Gallery,
    Plot,
    Points,
    Report,
    Section,
    Table,
)

FORMAT_VERSION = 1
ESTIMATE_PARTS = ("value", "low", "high", "films", "patients")


def report_json(report: Report) -> str:
    """Return the report without its pictures.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    str
        JSON; a number with an interval is an object of `ESTIMATE_PARTS` and its level.
    """
    document = {
        "format_version": FORMAT_VERSION,
        "title": report.title,
        "date": report.date,
        "made_with": report.made_with,
        "sections": [_section(section) for section in report.sections],
    }
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _section(section: Section) -> dict[str, Any]:
    return {
        "key": section.key,
        "title": section.title,
        "blocks": [_block(block) for block in section.blocks],
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Table):
        return {"type": "table", "key": block.key, "title": block.title} | _content(block)
    if isinstance(block, Plot):
        return {"type": "plot", "key": block.key, "title": block.title, "caption": block.caption}
    if isinstance(block, Gallery):
        films = [list(picture.lines) for picture in block.pictures]
        return {"type": "gallery", "key": block.key, "title": block.title, "films": films}
    if isinstance(block, Points):
        return {"type": "points", "title": block.title, "points": block.points}
    return {"type": "text", "text": block.text, "is_warning": block.is_warning}


def _content(table: Table) -> dict[str, Any]:
    keys = [column.key for column in table.columns]
    return {
        "headings": {column.key: column.heading for column in table.columns},
        "rows": [dict(zip(keys, map(_value, row), strict=True)) for row in table.rows],
        "lead": table.lead,
        "reading": table.reading,
    }


def _value(cell: Cell) -> Any:
    return dataclasses.asdict(cell) if isinstance(cell, Estimate) else cell


def table_csv(table: Table) -> str:
    """Return all rows of a table.

    Parameters
    ----------
    table
        The table.

    Returns
    -------
    str
        CSV; a column with intervals becomes five, for example "mean", "mean_low", "mean_high",
        "mean_films", "mean_patients".
    """
    has_estimates = [
        any(isinstance(row[index], Estimate) for row in table.rows)
        for index in range(len(table.columns))
    ]
    heading: list[str] = []
    for column, is_wide in zip(table.columns, has_estimates, strict=True):
        heading += (
            [column.key, *(f"{column.key}_{part}" for part in ESTIMATE_PARTS[1:])]
            if is_wide
            else [column.key]
        )
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(heading)
    for row in table.rows:
        pairs = zip(row, has_estimates, strict=True)
        writer.writerow([part for cell, is_wide in pairs for part in _parts(cell, is_wide=is_wide)])
    return buffer.getvalue()


def _parts(cell: Cell, *, is_wide: bool) -> list[str | int | float | None]:
    if isinstance(cell, Estimate):
        return [getattr(cell, part) for part in ESTIMATE_PARTS]
    return [cell, *([None] * (len(ESTIMATE_PARTS) - 1) if is_wide else [])]
