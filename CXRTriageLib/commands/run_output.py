"""What ``cxrtriage run`` says: to people, to programs, and in the table of a batch."""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tqdm import tqdm

from CXRTriageLib.exporting.result_panel import RATIO
from CXRTriageLib.exporting.table import TABLE_FILE, Row, result_row, write_table
from CXRTriageLib.messages import (
    Failed,
    Finished,
    Kept,
    Message,
    Progress,
    Refused,
    Started,
    Summary,
    to_json_line,
)


class RunOutput:
    """Receives the messages of a batch.

    Parameters
    ----------
    as_json
        Print every message as a line of JSON, and nothing else.
    table_folder
        Where ``results.csv`` is written at the end; None for a single film.
    """

    def __init__(self, *, as_json: bool, table_folder: Path | None) -> None:
        self._as_json = as_json
        self._table = None if table_folder is None else table_folder / TABLE_FILE
        self._rows: list[Row] = []
        self._bar: tqdm[Any] | None = None
        self._done = 0

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the progress bar away."""
        if self._bar is not None:
            self._bar.close()

    def report(self, message: Message) -> None:
        """Say what a message says.

        Parameters
        ----------
        message
            From a batch.
        """
        if self._table is not None:
            self._remember(message, self._table)
        if self._as_json:
            print(to_json_line(message), flush=True)
        else:
            self._advance(message)
            self._say(message)

    def _remember(self, message: Message, table: Path) -> None:
        if isinstance(message, Finished | Kept):
            self._rows.append(_row(message) | result_row(message.result))
        elif isinstance(message, Refused | Failed):
            self._rows.append(_row(message) | {"reason": message.reason})
        elif isinstance(message, Summary):
            write_table(table, self._rows)

    def _advance(self, message: Message) -> None:
        if isinstance(message, Started):
            self._bar = self._bar or tqdm(
                total=message.total,
                unit="film",
                disable=not sys.stderr.isatty(),
                leave=False,
                bar_format="{percentage:3.0f}% {bar:30} {elapsed}<{remaining} {desc}",
            )
            self._done = message.number - 1
            self._move_bar(self._done, message.film)
        elif isinstance(message, Progress) and self._bar is not None:
            self._move_bar(self._done + message.share, f"{message.film}, {message.stage}")
        elif isinstance(message, Summary) and self._bar is not None:
            self._bar.close()

    def _move_bar(self, position: float, words: str) -> None:
        if self._bar is not None:
            self._bar.n = min(position, self._bar.total)
            self._bar.set_description_str(words)

    def _say(self, message: Message) -> None:
        if isinstance(message, Refused | Failed):
            tqdm.write(f"{message.event}: {message.reason}", file=sys.stderr)
        elif isinstance(message, Finished | Kept):
            lines = _in_one_line if self._table is not None else _in_full
            tqdm.write(lines(message))
        elif isinstance(message, Summary) and self._table is not None:
            tqdm.write(
                f"{message.finished} finished, {message.kept} kept from an earlier run, "
                f"{message.refused} refused, {message.failed} failed. Table: {self._table}"
            )


def _row(message: Finished | Kept | Refused | Failed) -> Row:
    return {"film": message.film, "file": message.source, "state": message.event}


def _in_one_line(message: Finished | Kept) -> str:
    found = message.result["classification"]
    if found["class"] is None:
        return f"{message.film}: not classified. {found['reason']}"
    share = found["vote_shares"][found["class"]]
    label = found["class_labels"][found["class"]]
    return f"{message.film}: {label}, {share:.0%} of the votes"


def _in_full(message: Finished | Kept) -> str:
    result = message.result
    recommendation, ratio = result["recommendation"], result["biomarkers"].get(RATIO)
    lines = [_in_one_line(message), recommendation["text"]]
    if result["classification"]["class"] is not None:
        lines.append(recommendation["reason"])
    if ratio is not None:
        value = ratio["reason"] if ratio["value"] is None else f"{ratio['value']:.2f}"
        lines.append(f"{ratio['label']}: {value}")
    lines += [f"Warning: {item['message']}" for item in result["warnings"]]
    state = " (kept from an earlier run)" if isinstance(message, Kept) else ""
    lines.append(f"Files{state} in {message.folder}: result.json, {', '.join(result['files'])}")
    return "\n".join([*lines, recommendation["disclaimer"]])
