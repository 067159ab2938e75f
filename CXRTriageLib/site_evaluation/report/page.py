"""The report as one HTML file, with every picture inside."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

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
    counted,
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
SHORT_TABLE = 10
"""Tables of up to so many rows are never torn apart between two pages."""


class CountPlace(Enum):
    """Where a table says how many films its numbers rest on."""

    NOWHERE = "nowhere"
    """Its own columns say it, or there is no number with an interval."""
    TITLE = "title"
    """All numbers rest on the same films."""
    COLUMN = "column"
    """All numbers of each row do."""
    CELL = "cell"


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
        "shared_count": _shared_count,
        "is_short": lambda table: len(table.rows) <= SHORT_TABLE,
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
    return (
        [*headings, ShownCell(COUNT_HEADING)]
        if _count_place(table) is CountPlace.COLUMN
        else headings
    )


def _shown_rows(table: Table) -> Iterator[list[ShownCell]]:
    place = _count_place(table)
    above: Cell = None
    for row in table.rows[: table.shown]:
        cells = [
            _shown(cell, column, with_count=place is CountPlace.CELL)
            for cell, column in zip(row, table.columns, strict=True)
        ]
        if place is CountPlace.COLUMN:
            counts = sorted(_counts(row))
            cells.append(ShownCell(count_text(*counts[0]) if counts else ""))
        if isinstance(row[0], str) and row[0] == above:
            # Said once for all rows that belong together; the files repeat it.
            cells[0] = ShownCell("")
        above = row[0]
        yield cells


def _counts(row: tuple[Cell, ...]) -> set[tuple[int, int]]:
    return {(cell.films, cell.patients) for cell in row if isinstance(cell, Estimate)}


def _count_place(table: Table) -> CountPlace:
    counts = [_counts(row) for row in table.rows]
    stated = [_stated_count(table, row) for row in table.rows]
    if all(found <= {said} for found, said in zip(counts, stated, strict=True)):
        return CountPlace.NOWHERE
    if len(set().union(*counts)) == 1:
        return CountPlace.TITLE
    return CountPlace.COLUMN if all(len(found) <= 1 for found in counts) else CountPlace.CELL


def _stated_count(table: Table, row: tuple[Cell, ...]) -> tuple[Cell, Cell] | None:
    """Return what columns of the table itself say about the films of a row."""
    cells = {column.key: cell for column, cell in zip(table.columns, row, strict=True)}
    return (cells["films"], cells["patients"]) if {"films", "patients"} <= set(cells) else None


def _shared_count(table: Table) -> str:
    """Return the one number of films and patients behind all numbers, empty if it differs."""
    if _count_place(table) is not CountPlace.TITLE:
        return ""
    ((films, patients),) = set().union(*map(_counts, table.rows))
    return f"{counted(films, 'film')} of {counted(patients, 'patient')}"


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
