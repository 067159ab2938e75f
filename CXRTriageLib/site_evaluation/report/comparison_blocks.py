"""Two measurements of the same films, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from CXRTriageLib.site_evaluation.report.document import Block, Column, Kind, Table
from CXRTriageLib.site_evaluation.report.wording import counted, label_of, p_text, reading
from CXRTriageLib.site_evaluation.statistics.comparison import Comparison, McNemar

OF_CLASS = {
    "precision": "PPV",
    "recall": "sensitivity",
    "f1": "F1",
    "specificity": "specificity",
    "area": "AUC",
}
"""Measures of one class against all others."""


def comparison_blocks(
    comparison: Comparison,
    key: str,
    names: tuple[str, str],
    title: str,
    labels: Mapping[str, str],
) -> Iterator[Block]:
    """Yield a table of every number that both measurements have, and McNemar's test.

    Parameters
    ----------
    comparison
        What was found.
    key
        Of the table.
    names
        Of both measurements, for people.
    title
        Of the table.
    labels
        Names of the classes for people.

    Yields
    ------
    Block
        For a section.
    """
    yield Table(
        key=key,
        title=title,
        lead=f"{counted(comparison.films, 'film')} were measured both ways; the class found "
        f"differs on {counted(comparison.changed_class, 'film')}.",
        columns=(
            Column(key="measure", heading="Measure"),
            Column(key="first", heading=_capital(names[0]), kind=Kind.NUMBER),
            Column(key="second", heading=_capital(names[1]), kind=Kind.NUMBER),
            Column(key="difference", heading="Difference", kind=Kind.NUMBER),
            Column(key="mean_distance", heading="Mean distance of films", kind=Kind.NUMBER),
        ),
        rows=tuple(
            (_label(item.name, labels), item.first, item.second, item.difference, item.absolute)
            for item in comparison.differences
        ),
        reading=(
            f"Difference: {names[1]} minus {names[0]}, on the films that have both. An interval "
            "that holds 0 says that no difference was seen. Mean distance: how far the two lie "
            "apart on a film, in either direction.",
        ),
        shown=80,
    )
    if comparison.mcnemar is not None:
        yield _mcnemar(comparison.mcnemar, f"{key}_mcnemar", names)


def _label(name: str, labels: Mapping[str, str]) -> str:
    class_name, _, measure = name.rpartition(" ")
    if class_name in labels:
        return f"{labels[class_name]}, {OF_CLASS[measure]}"
    return label_of(name)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _mcnemar(test: McNemar, key: str, names: tuple[str, str]) -> Table:
    return Table(
        key=key,
        title="Films that are right",
        columns=(
            Column(key="both", heading="Both"),
            Column(key="first_only", heading=f"Only {names[0]}"),
            Column(key="second_only", heading=f"Only {names[1]}"),
            Column(key="neither", heading="Neither"),
            Column(key="p", heading="McNemar p", kind=Kind.P_VALUE),
        ),
        rows=((test.both, test.first_only, test.second_only, test.neither, test.p),),
        reading=(
            *reading("mcnemar"),
            f"Here: {test.second_only} against {test.first_only} films, p {p_text(test.p)}.",
        ),
    )
