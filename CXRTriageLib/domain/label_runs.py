"""Masks as horizontal runs of pixels: some thousand numbers instead of some million."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.arrays import Labels, read_only
from CXRTriageLib.errors import InvalidValueError


@dataclass(frozen=True, kw_only=True, eq=False)
class PixelRuns:
    """A set of pixels: runs in order of row and column that do not overlap.

    Attributes
    ----------
    rows
        Row of each run, (n,), int64.
    starts, stops
        First column of each run and the column after its last, (n,), int64. In coordinates
        where pixel centers lie at whole numbers a run spans ``starts - 0.5`` to ``stops - 0.5``.
    """

    rows: NDArray[np.int64]
    starts: NDArray[np.int64]
    stops: NDArray[np.int64]

    def __post_init__(self) -> None:
        if not self.rows.shape == self.starts.shape == self.stops.shape:
            raise InvalidValueError("Runs need one row, one start and one stop each.")
        for name in ("rows", "starts", "stops"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    @property
    def area_px(self) -> int:
        """Number of pixels."""
        return int((self.stops - self.starts).sum())

    def row_spans(self) -> PixelRuns:
        """Return one run for each row that has pixels, from its first to its last one."""
        if not self.rows.size:
            return self
        first = np.flatnonzero(np.diff(self.rows, prepend=-1))
        last = np.append(first[1:], self.rows.size) - 1
        return PixelRuns(rows=self.rows[first], starts=self.starts[first], stops=self.stops[last])


@dataclass(frozen=True, kw_only=True, eq=False)
class LabelRuns:
    """A label image as runs of equal pixels; every pixel of the image is in one run.

    Attributes
    ----------
    shape
        Rows and columns of the image.
    begins
        Position of the first pixel of each run in the flattened image, (n,), int64, rising.
        A run ends where the next one begins; none goes beyond the end of its row.
    values
        Label of each run, (n,), uint8.
    """

    shape: tuple[int, int]
    begins: NDArray[np.int64]
    values: NDArray[np.uint8]
    _found: dict[tuple[Structure, ...], PixelRuns] = field(
        default_factory=dict, init=False, repr=False
    )

    def __post_init__(self) -> None:
        if self.begins.shape != self.values.shape:
            raise InvalidValueError(
                f"Runs need one label each, got {self.values.size} for {self.begins.size}."
            )
        for name in ("begins", "values"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    @classmethod
    def from_labels(cls, labels: Labels) -> LabelRuns:
        """Return the runs of a label image, (rows, columns)."""
        rows, columns = labels.shape
        flat = labels.reshape(-1)
        differs = np.ones(flat.size, np.bool_)
        np.not_equal(flat[1:], flat[:-1], out=differs[1:])
        differs[::columns] = True
        begins = np.flatnonzero(differs)
        return cls(shape=(rows, columns), begins=begins, values=flat[begins])

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Number of pixels of each run, (n,)."""
        return np.diff(self.begins, append=self.shape[0] * self.shape[1])

    def to_labels(self) -> Labels:
        """Return the label image, (rows, columns)."""
        return np.repeat(self.values, self.lengths).reshape(self.shape)

    def of(self, *structures: Structure) -> PixelRuns:
        """Return the pixels of one or more structures together.

        Parameters
        ----------
        *structures
            Labels that are taken for one; runs of two of them that touch stay two runs.

        Returns
        -------
        PixelRuns
            Empty where the image has none of them.
        """
        # Measuring a film asks for each structure dozens of times.
        if structures not in self._found:
            chosen = np.isin(self.values, structures)
            rows, starts = np.divmod(self.begins[chosen], self.shape[1])
            stops = starts + self.lengths[chosen]
            self._found[structures] = PixelRuns(rows=rows, starts=starts, stops=stops)
        return self._found[structures]
