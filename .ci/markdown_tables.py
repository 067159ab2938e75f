"""Estimates and tables in Markdown, and what sources are called in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

SOURCES = {
    "cohen": "Cohen et al.",
    "jsrt": "JSRT",
    "montgomery": "Montgomery",
    "nih": "NIH",
    "shenzhen": "Shenzhen",
    "wingspan": "Dong et al.",
}


def shown(estimate: dict[str, Any] | None) -> str:
    """Return an estimate as the tests look for it."""
    if estimate is None or estimate["value"] is None:
        return "undefined"
    value, low, high = (
        None if estimate[key] is None else f"{estimate[key]:z.3f}"
        for key in ("value", "low", "high")
    )
    return f"{value} ({low} to {high})" if low else str(value)


def table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a table in Markdown."""
    names = list(header)
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def with_counts(estimate: dict[str, Any]) -> tuple[str, str]:
    """Return an estimate, and what it rests on."""
    return shown(estimate), f"{estimate['films']}, {estimate['patients']}"
