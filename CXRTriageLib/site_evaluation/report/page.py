"""The report as one HTML file, with every picture inside."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.resources import resource_path
from CXRTriageLib.site_evaluation.report.document import (
    Block,
    Cell,
    Column,
    Gallery,
    Kind,
    Plot,
    Points,
    Report,
    Table,
    Text,
)
from CXRTriageLib.site_evaluation.report.wording import (
    count_text,
    estimate_text,
    number_text,
    p_text,
    percent_text,
)

TEMPLATE = "report.html"
TYPES: Mapping[type[Block], str] = {
    Table: "table",
    Plot: "plot",
    Gallery: "gallery",
    Text: "text",
    Points: "points",
}
COUNT_HEADING = "n films (patients)"


@dataclass(frozen=True)
class ShownCell:
    """A cell as it stands on the page: text, smaller lines below, and how it is set."""

    text: str
    below: tuple[str, ...] = ()
    is_number: bool = False


def page_html(report: Report) -> str:
    """Return the page.

    Parameters
    ----------
    report
        The report.

    Returns
    -------
    str
        HTML that needs no other file and no network.
    """
    environment = Environment(
        loader=FileSystemLoader(resource_path("Report")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "type_of": lambda block: TYPES[type(block)],
        "headings": _headings,
        "rows": _shown_rows,
        "data": _base64,
    }
    return environment.get_template(TEMPLATE).render(report=report) + "\n"


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _headings(table: Table) -> list[ShownCell]:
    headings = [
        ShownCell(
            column.heading,
            is_number=any(isinstance(row[index], Estimate | int | float) for row in table.rows),
        )
        for index, column in enumerate(table.columns)
    ]
    return [*headings, ShownCell(COUNT_HEADING)] if _has_one_count(table) else headings


def _shown_rows(table: Table) -> Iterator[list[ShownCell]]:
    has_one_count = _has_one_count(table)
    above: Cell = None
    for row in table.rows[: table.shown]:
        cells = [
            _shown(cell, column, with_count=not has_one_count)
            for cell, column in zip(row, table.columns, strict=True)
        ]
        counts = sorted(_counts(row))
        if has_one_count:
            cells.append(ShownCell(count_text(*counts[0]) if counts else ""))
        if isinstance(row[0], str) and row[0] == above:
            # Said once for all rows that belong together; the files repeat it.
            cells[0] = ShownCell("")
        above = row[0]
        yield cells


def _counts(row: tuple[Cell, ...]) -> set[tuple[int, int]]:
    return {(cell.films, cell.patients) for cell in row if isinstance(cell, Estimate)}


def _has_one_count(table: Table) -> bool:
    """Whether the numbers of every row rest on the same films, so that one column says it."""
    counts = [_counts(row) for row in table.rows]
    return any(counts) and all(len(found) <= 1 for found in counts)


def _shown(cell: Cell, column: Column, *, with_count: bool) -> ShownCell:
    is_percent = column.kind is Kind.PERCENT
    if isinstance(cell, Estimate):
        value, _, interval = estimate_text(cell, is_percent=is_percent).partition(" (")
        lines = [f"({interval}"] if interval else []
        if with_count:
            lines.append(f"n {count_text(cell.films, cell.patients)}")
        return ShownCell(value.removesuffix(" %"), tuple(lines), is_number=True)
    if cell is None:
        return ShownCell("\N{EN DASH}")
    if isinstance(cell, str):
        return ShownCell(cell)
    if isinstance(cell, int):
        return ShownCell(str(cell), is_number=True)
    show = {Kind.PERCENT: percent_text, Kind.P_VALUE: p_text}.get(column.kind, number_text)
    return ShownCell(show(cell), is_number=True)
