"""One piece for each organ, without holes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from CXRTriageLib.domain.anatomy import ORGANS, Structure
from CXRTriageLib.domain.arrays import Labels
from CXRTriageLib.domain.label_runs import LabelRuns


def clean_labels(labels: Labels) -> Labels:
    """Keep the largest component of each lung and of the heart, and fill their holes.

    Pixels touch where they share a side. A hole is background that an organ encloses on its
    own; background between two organs is none. What another organ holds inside a hole stays
    with that organ, so that masks go on excluding each other, and a heart inside a lung stays
    heart, as in the training labels.

    Parameters
    ----------
    labels
        Values of `Structure`, (rows, columns).

    Returns
    -------
    ndarray of uint8
        A new label image of the same shape.

    Notes
    -----
    Components are those of a graph of runs, which has some thousand nodes on a film of some
    million pixels.
    """
    runs = LabelRuns.from_labels(labels)
    graph = _RunGraph(runs)
    values = runs.values.copy()
    graph.keep_largest(values)
    graph.fill_all_holes(values)
    return replace(runs, values=values).to_labels()


def keep_largest_components(labels: Labels) -> Labels:
    """Keep the largest component of each lung and of the heart, as `clean_labels` does.

    Parameters
    ----------
    labels
        Values of `Structure`, (rows, columns).

    Returns
    -------
    ndarray of uint8
        A new label image of the same shape.
    """
    runs = LabelRuns.from_labels(labels)
    values = runs.values.copy()
    _RunGraph(runs).keep_largest(values)
    return replace(runs, values=values).to_labels()


def fill_holes(labels: Labels) -> Labels:
    """Fill the holes of the lungs and of the heart, as `clean_labels` does.

    Parameters
    ----------
    labels
        Values of `Structure`, (rows, columns).

    Returns
    -------
    ndarray of uint8
        A new label image of the same shape.
    """
    runs = LabelRuns.from_labels(labels)
    values = runs.values.copy()
    _RunGraph(runs).fill_all_holes(values)
    return replace(runs, values=values).to_labels()


class _RunGraph:
    """Runs as nodes, with an edge where two of them share sides of pixels."""

    def __init__(self, runs: LabelRuns) -> None:
        rows, columns = runs.shape
        self._lengths = runs.lengths
        ends = runs.begins + self._lengths
        # In the flattened image the pixels below a run are one row length further on.
        below = runs.begins < (rows - 1) * columns
        first = np.searchsorted(runs.begins, runs.begins[below] + columns, side="right") - 1
        last = np.searchsorted(runs.begins, ends[below] + columns, side="left") - 1
        counts = last - first + 1
        upper = np.repeat(np.flatnonzero(below), counts)
        lower = np.arange(counts.sum()) + np.repeat(first - counts.cumsum() + counts, counts)
        left = np.flatnonzero(ends[:-1] % columns)
        self._from = np.concatenate([upper, left])
        self._to = np.concatenate([lower, left + 1])
        self._at_border = (
            (runs.begins % columns == 0) | (ends % columns == 0) | ~below | (runs.begins < columns)
        )

    def keep_largest(self, values: NDArray[np.uint8]) -> None:
        """Turn all but the largest component of each organ into background, in place."""
        for organ in ORGANS:
            self._drop_smaller_components(values, organ)

    def fill_all_holes(self, values: NDArray[np.uint8]) -> None:
        """Give each organ the background that it encloses, in place."""
        # The heart comes first: where a lung encloses it, the holes of the heart are the heart's.
        for organ in ORGANS:
            self._fill_holes(values, organ)

    def _drop_smaller_components(self, values: NDArray[np.uint8], organ: Structure) -> None:
        """Turn all but the largest component of an organ into background, in place."""
        is_organ = values == organ
        if not is_organ.any():
            return
        component = self._components(is_organ)
        pixels = np.bincount(component, weights=self._lengths * is_organ)
        values[is_organ & (component != pixels.argmax())] = Structure.BACKGROUND

    def _fill_holes(self, values: NDArray[np.uint8], organ: Structure) -> None:
        """Give an organ the background that it encloses, in place."""
        is_other = values != organ
        component = self._components(is_other)
        reaches_border = np.bincount(component, weights=self._at_border & is_other) > 0
        is_hole = is_other & ~reaches_border[component]
        values[is_hole & (values == Structure.BACKGROUND)] = organ

    def _components(self, chosen: NDArray[np.bool_]) -> NDArray[np.int32]:
        """Return a component number for each run; those not chosen are alone."""
        kept = chosen[self._from] & chosen[self._to]
        pairs = (self._from[kept], self._to[kept])
        edges = coo_array((np.ones(len(pairs[0]), np.bool_), pairs), shape=(chosen.size,) * 2)
        numbers: NDArray[np.int32] = connected_components(edges, directed=False)[1]
        return numbers
