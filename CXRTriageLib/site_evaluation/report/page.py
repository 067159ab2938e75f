"""The report as one HTML file, with every picture inside."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from CXRTriageLib.resources import resource_path
from CXRTriageLib.site_evaluation.report.document import (
    Block,
    Gallery,
    Plot,
    Points,
    Report,
    Table,
    Text,
)
from CXRTriageLib.site_evaluation.report.shown_table import shown_table

TEMPLATE = "report.html"
TYPES: Mapping[type[Block], str] = {
    Table: "table",
    Plot: "plot",
    Gallery: "gallery",
    Text: "text",
    Points: "points",
}


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
        "shown_table": shown_table,
        "data": _base64,
    }
    return environment.get_template(TEMPLATE).render(report=report) + "\n"


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
