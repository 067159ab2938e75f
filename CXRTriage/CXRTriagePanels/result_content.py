"""What the result panel says, as values and as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from CXRTriageLib.domain.biomarker import Biomarker
from CXRTriageLib.domain.normal_range import NORMAL_RANGES, NormalRange
from CXRTriageLib.domain.triage import DISCLAIMER
from CXRTriageLib.exporting.result_json import class_label

UNIT_TEXT = {"1": "", "px2": "px²", "cm2": "cm²"}
"""Units that are written otherwise than in files."""

DIGITS = {"1": 3, "px": 0, "px2": 0, "mm": 1, "cm2": 1}
BY_HAND = "lines by hand"


class Deviation(Enum):
    """Where a value lies beside the normal range, as laboratories mark it."""

    NONE = ""
    BELOW = "↓"
    ABOVE = "↑"


@dataclass(frozen=True, kw_only=True)
class NumberRow:
    """One line of the table.

    Attributes
    ----------
    label, value, unit, normal
        What is written; a value that is undefined is empty.
    source
        Which masks the number is from, or that it is from lines that a reader placed.
    hint
        Why there is no value, or where the normal range comes from.
    deviation
        Whether the value lies outside the normal range, and on which side.
    """

    label: str
    value: str
    unit: str
    normal: str
    source: str
    hint: str
    deviation: Deviation

    def marked(self) -> str:
        """Return the value with its unit, and an arrow where it is outside the normal range."""
        return " ".join(filter(None, (self.deviation.value, self.value or "no", self.unit)))


@dataclass(frozen=True, kw_only=True)
class ClassRow:
    """One class of the chart.

    Attributes
    ----------
    name, label
        In files and for people.
    votes, total
        Patches that voted for it, and all patches.
    probability
        Mean over all patches, 0 to 1.
    leads
        Whether the film gets this class.
    """

    name: str
    label: str
    votes: int
    total: int
    probability: float
    leads: bool


@dataclass(frozen=True, kw_only=True)
class ResultContent:
    """Everything the panel shows.

    Attributes
    ----------
    document
        The content of ``result.json``, or None before the first run.
    numbers
        Biomarkers that are newer than those of the document, by name.
    numbersSource
        Masks that these come from: "network" or "corrected".
    voteIsOld
        Whether the masks have changed since the vote was counted.
    """

    document: Mapping[str, Any] | None = None
    numbers: Mapping[str, Biomarker] = field(default_factory=dict)
    numbersSource: str = "corrected"
    voteIsOld: bool = False

    def filmName(self) -> str:
        """Return the name of the film's file."""
        return "" if self.document is None else str(self.document["film"]["file_name"])

    def headline(self) -> str:
        """Return the recommendation."""
        if self.document is None:
            return ""
        return str(self.document["recommendation"]["text"])

    def reason(self) -> str:
        """Return what the recommendation rests on, the vote share among it."""
        return "" if self.document is None else str(self.document["recommendation"]["reason"])

    def voteSource(self) -> str:
        """Return which masks the vote is from."""
        if self.document is None or self.document["classification"]["class"] is None:
            return ""
        masks = f"Vote over {self.document['masks']['source']} masks"
        if self.voteIsOld:
            return f"{masks}, which have been changed since. Recount brings it up to date."
        return f"{masks}."

    def classes(self) -> list[ClassRow]:
        """Return the classes in the order of the network; empty without a vote."""
        found = None if self.document is None else self.document["classification"]
        if found is None or found["class"] is None:
            return []
        total = sum(found["votes"].values())
        return [
            ClassRow(
                name=name,
                label=class_label(self.document, name),
                votes=found["votes"][name],
                total=total,
                probability=found["mean_probabilities"][name],
                leads=name == found["class"],
            )
            for name in found["classes"]
        ]

    def rows(self) -> list[NumberRow]:
        """Return the table: first what has a normal range, last what has no value.

        A number from lines that a reader placed stands above the same number from the masks.
        """
        if self.document is None:
            return []
        rows = [
            row
            for name, item in self.document["biomarkers"].items()
            for row in (*self._rowsByHand(name), self._row(name, item))
        ]
        return sorted(rows, key=lambda row: (not row.normal, not row.value))

    def warnings(self) -> list[str]:
        """Return the sentences that a reader has to know."""
        if self.document is None:
            return []
        return [str(item["message"]) for item in self.document["warnings"]]

    def asText(self) -> str:
        """Return everything as text to be pasted into a note."""
        if self.document is None:
            return ""
        lines = [
            f"CXRTriage: {self.filmName()}",
            self.headline(),
            self.reason(),
            self.voteSource(),
            "",
        ]
        lines += [
            f"{row.label}: {row.votes} of {row.total} votes, mean probability {row.probability:.2f}"
            for row in self.classes()
        ]
        lines.append("")
        lines += [self._line(row) for row in self.rows()]
        lines += ["", *(f"Warning: {text}" for text in self.warnings()), DISCLAIMER]
        return "\n".join(lines) + "\n"

    def _rowsByHand(self, name: str) -> list[NumberRow]:
        by_hand = (self.document or {}).get("by_hand") or {"biomarkers": {}}
        item = by_hand["biomarkers"].get(name)
        return [] if item is None else [_numberRow(name, item, source=BY_HAND)]

    def _row(self, name: str, stored: Mapping[str, Any]) -> NumberRow:
        if name in self.numbers:
            newer = self.numbers[name]
            item = {**stored, "value": newer.value, "reason": newer.reason}
            return _numberRow(name, item, source=self.numbersSource)
        source = self.document["masks"]["source"] if self.document is not None else ""
        return _numberRow(name, stored, source=source)

    @staticmethod
    def _line(row: NumberRow) -> str:
        value = row.marked() if row.value else f"none ({row.hint})"
        normal = f" (normal {row.normal})" if row.normal else ""
        return f"{row.label}: {value}{normal}, {row.source}"


def _numberRow(name: str, item: Mapping[str, Any], *, source: str) -> NumberRow:
    value = item["value"]
    digits = DIGITS.get(item["unit"], 3)
    unit = UNIT_TEXT.get(item["unit"], item["unit"])
    normal = NORMAL_RANGES.get(name)
    return NumberRow(
        label=item["label"],
        value="" if value is None else f"{value:.{digits}f}",
        unit=unit,
        normal=_rangeText(normal, digits, unit),
        source=source,
        hint=item["reason"] or _rangeHint(normal, digits, unit),
        deviation=_deviation(normal, value),
    )


def _rangeText(normal: NormalRange | None, digits: int, unit: str) -> str:
    if normal is None:
        return ""
    return f"{normal.low:.{digits}f} to {normal.high:.{digits}f} {unit}".strip()


def _rangeHint(normal: NormalRange | None, digits: int, unit: str) -> str:
    if normal is None:
        return ""
    reach = normal.high - normal.mean
    numbers = f"{normal.mean:.{digits}f} ± {reach:.{digits}f} {unit or '(no unit)'}"
    return f"Normal: mean ± 2 SD, {numbers}; {normal.source}."


def _deviation(normal: NormalRange | None, value: float | None) -> Deviation:
    if normal is None or value is None or normal.holds(value):
        return Deviation.NONE
    return Deviation.BELOW if value < normal.low else Deviation.ABOVE
