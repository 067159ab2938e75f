"""A report as values: sections of paragraphs, tables, plots and pictures."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.errors import InvalidValueError

Cell: TypeAlias = str | int | float | Estimate | None


class Kind(Enum):
    """How the cells of a column are written on the page."""

    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    """A share, 0 to 1, written as 0 to 100."""
    P_VALUE = "p"


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a table: its name in files, its heading for people."""

    key: str
    heading: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of the report.

    Attributes
    ----------
    key
        Name of its file.
    title
        One line for people.
    columns, rows
        What it holds.
    lead
        What the whole table is about, before it.
    reading
        How to read it, one sentence or two for each measure.
    shown
        So many rows stand on the page, none where a plot says the same; the file holds all.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    lead: str = ""
    reading: tuple[str, ...] = ()
    shown: int = 40

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise InvalidValueError(f"Every row of table {self.key} needs one cell a column.")


@dataclass(frozen=True, kw_only=True)
class Plot:
    """A drawing.

    Attributes
    ----------
    key
        Name within the page.
    title, caption
        For people; the caption holds the number of films.
    svg
        The drawing.
    is_wide
        Whether it takes the whole width of the page.
    """

    key: str
    title: str
    caption: str
    svg: bytes
    is_wide: bool = True


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One film of the gallery: a picture file's content, or None, and lines below it."""

    content: bytes | None
    media_type: str
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Gallery:
    """Films to look at."""

    key: str
    title: str
    reading: str
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, kw_only=True)
class Text:
    """A paragraph.

    Attributes
    ----------
    text
        What it says.
    is_warning
        Whether it stands in a box, so that nobody misses it.
    """

    text: str
    is_warning: bool = False


@dataclass(frozen=True, kw_only=True)
class Points:
    """A list."""

    title: str
    points: tuple[str, ...]


Block: TypeAlias = Table | Plot | Gallery | Text | Points


@dataclass(frozen=True, kw_only=True)
class Section:
    """One numbered part of the report."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True)
class Report:
    """The whole report.

    Attributes
    ----------
    title
        Heading of the page.
    date
        The one date.
    made_with
        Lines about software, networks and choices.
    sections
        In the order of the page.
    """

    title: str
    date: str
    made_with: tuple[str, ...]
    sections: tuple[Section, ...]
