"""A table as it stands on the page: what is said once, and where the counts stand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import groupby, pairwise

from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.site_evaluation.report.document import Cell, Column, Kind, Table
from CXRTriageLib.site_evaluation.report.wording import (
    count_text,
    counted,
    estimate_text,
    number_text,
    p_text,
    percent_text,
)

COUNT_HEADING = "n films (patients)"
SHORT = 10
"""Groups of up to so many rows are never torn apart between two pages."""
MOST_IN_A_LINE = 2
"""With so many columns of intervals, intervals stand below their numbers."""


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
    """A cell as it stands on the page: text, smaller parts beside or below, and how it is set."""

    text: str
    smaller: tuple[str, ...] = ()
    is_number: bool = False


@dataclass(frozen=True)
class RowGroup:
    """Rows that belong together, below a line of their own where there is a title."""

    title: str
    rows: tuple[tuple[ShownCell, ...], ...]

    @property
    def is_short(self) -> bool:
        """Whether the rows stay on one page."""
        return len(self.rows) <= SHORT


@dataclass(frozen=True)
class ShownTable:
    """What the page shows of a table.

    Attributes
    ----------
    headings
        Of the columns.
    groups
        All rows; one group without a title where rows have nothing in common.
    count
        The one number of films and patients behind all numbers, empty if it differs.
    is_one_line
        Whether intervals stand beside their numbers and not below.
    """

    headings: tuple[ShownCell, ...]
    groups: tuple[RowGroup, ...]
    count: str
    is_one_line: bool


def shown_table(table: Table) -> ShownTable:
    """Return what stands on the page.

    Parameters
    ----------
    table
        A table of the report.

    Returns
    -------
    ShownTable
        Its first column is taken out where neighboring rows share its words: they become
        the title of a group, which is said once and not lost on the next page.
    """
    place = _count_place(table)
    rows = table.rows[: table.shown]
    are_numbers = [
        any(isinstance(row[index], Estimate | int | float) for row in table.rows)
        for index in range(len(table.columns))
    ]
    headings = [
        ShownCell(column.heading, is_number=is_number)
        for column, is_number in zip(table.columns, are_numbers, strict=True)
    ]
    if place is CountPlace.COLUMN:
        headings.append(ShownCell(COUNT_HEADING))
    are_grouped = any(
        isinstance(above[0], str) and above[0] == below[0] for above, below in pairwise(rows)
    )
    first = 1 if are_grouped else 0
    groups = groupby(rows, key=lambda row: str(row[0]) if are_grouped else "")
    return ShownTable(
        headings=tuple(headings[first:]),
        groups=tuple(
            RowGroup(
                title[:1].upper() + title[1:],
                tuple(_shown_row(table, row, place, are_numbers)[first:] for row in members),
            )
            for title, members in groups
        ),
        count=_shared_count(table, place),
        is_one_line=place is not CountPlace.CELL and _interval_columns(table) < MOST_IN_A_LINE,
    )


def _interval_columns(table: Table) -> int:
    return sum(
        any(isinstance(row[index], Estimate) for row in table.rows)
        for index in range(len(table.columns))
    )


def _shown_row(
    table: Table, row: tuple[Cell, ...], place: CountPlace, are_numbers: list[bool]
) -> tuple[ShownCell, ...]:
    with_count = place is CountPlace.CELL
    cells = [
        ShownCell("\N{EN DASH}", is_number=is_number)
        if cell is None
        else _shown(cell, column, with_count=with_count)
        for cell, column, is_number in zip(row, table.columns, are_numbers, strict=True)
    ]
    if place is CountPlace.COLUMN:
        counts = sorted(_counts(row))
        cells.append(ShownCell(count_text(*counts[0]) if counts else ""))
    return tuple(cells)


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


def _shared_count(table: Table, place: CountPlace) -> str:
    if place is not CountPlace.TITLE:
        return ""
    ((films, patients),) = set().union(*map(_counts, table.rows))
    return f"{counted(films, 'film')} of {counted(patients, 'patient')}"


def _shown(cell: str | int | float | Estimate, column: Column, *, with_count: bool) -> ShownCell:
    is_percent = column.kind is Kind.PERCENT
    if isinstance(cell, Estimate):
        value, _, interval = estimate_text(cell, is_percent=is_percent).partition(" (")
        lines = [f"({interval}"] if interval else []
        if with_count:
            lines.append(f"n {count_text(cell.films, cell.patients)}")
        return ShownCell(value.removesuffix(" %"), tuple(lines), is_number=True)
    if isinstance(cell, str):
        return ShownCell(cell)
    if isinstance(cell, int):
        return ShownCell(str(cell), is_number=True)
    show = {Kind.PERCENT: percent_text, Kind.P_VALUE: p_text}.get(column.kind, number_text)
    return ShownCell(show(cell), is_number=True)
