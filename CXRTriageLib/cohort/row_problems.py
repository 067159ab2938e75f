"""All that is wrong with the rows of a manifest, said at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from CXRTriageLib.errors import ManifestError, RefusedInputError


class RowProblems:
    """Collects problems, so that whoever corrects a manifest sees every row that is wrong.

    Parameters
    ----------
    name
        What the message begins with: the manifest.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._found: list[tuple[int, str]] = []

    @property
    def lines(self) -> tuple[str, ...]:
        """One line for each problem, in the order of the file."""
        return tuple(line for _, line in sorted(self._found, key=_row))

    def add(self, rows: Sequence[int], problem: str) -> None:
        """Note what is wrong with one row, or with several together."""
        self._found.append((min(rows), f"{named_rows(rows)}: {problem}"))

    @contextmanager
    def of_row(self, row: int) -> Iterator[None]:
        """Note a film or label image that is refused, instead of stopping there."""
        try:
            yield
        except (ManifestError, RefusedInputError) as error:
            self.add([row], str(error))

    def refuse_any(self) -> None:
        """Refuse the manifest if anything was noted.

        Raises
        ------
        ManifestError
            With all rows, in the order of the file.
        """
        if self._found:
            listed = "".join(f"\n  {line}" for line in self.lines)
            raise ManifestError(f"{self._name}: correct these rows and start again:{listed}")


def named_rows(rows: Sequence[int]) -> str:
    """Return "row 2", "rows 2 and 5", or "rows 2, 5 and 9"."""
    *first, last = (str(row) for row in rows)
    return f"rows {', '.join(first)} and {last}" if first else f"row {last}"


def first_row(line: str) -> int:
    """Return the first row that a line of `RowProblems.lines` names."""
    return int(line.split(maxsplit=2)[1].rstrip(":,"))


def _row(problem: tuple[int, str]) -> int:
    return problem[0]
