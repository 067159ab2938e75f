"""The cardiothoracic ratio and the lines it is measured along."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.biomarkers.presence import pixels_of
from CXRTriageLib.domain.anatomy import LUNGS, Structure
from CXRTriageLib.domain.biomarker import Caliper
from CXRTriageLib.domain.label_runs import LabelRuns, PixelRuns
from CXRTriageLib.errors import UndefinedBiomarkerError

HEART_DIAMETER = "heart_diameter"
THORACIC_DIAMETER = "thoracic_diameter"
MIDLINE = "midline"
HEART_RIGHT_HALF = "heart_right_half"
HEART_LEFT_HALF = "heart_left_half"

_EDGE = 0.5
"""From the center of a pixel to its border."""


class PatientSide(Enum):
    """A side of the patient's body, not of the film."""

    RIGHT = "right"
    LEFT = "left"


def heart_diameter(runs: LabelRuns) -> Caliper:
    """Return the line over all columns that the heart spans.

    It is drawn at the row where the heart itself is widest. The heart may reach farthest to
    its two sides in other rows.

    Parameters
    ----------
    runs
        The masks.

    Returns
    -------
    Caliper
        Along a row, from the left of the film to its right.

    Raises
    ------
    UndefinedBiomarkerError
        If there is no heart.
    """
    spans = pixels_of(runs, Structure.HEART).row_spans()
    row = _middle_of_best(spans.rows, spans.stops - spans.starts)
    return _along_row(HEART_DIAMETER, row, spans.starts.min(), spans.stops.max())


def thoracic_diameter(runs: LabelRuns) -> Caliper:
    """Return the widest row of the thorax, outer lung border to outer lung border.

    Parameters
    ----------
    runs
        The masks.

    Returns
    -------
    Caliper
        Along a row, from the left of the film to its right.

    Raises
    ------
    UndefinedBiomarkerError
        If a lung is missing or no row crosses both.
    """
    lungs = _LungRows.of(runs)
    row = _middle_of_best(lungs.rows, lungs.outer_stops - lungs.outer_starts)
    here = int(np.searchsorted(lungs.rows, row))
    return _along_row(THORACIC_DIAMETER, row, lungs.outer_starts[here], lungs.outer_stops[here])


def midline(runs: LabelRuns) -> Caliper:
    """Return the line between the lungs.

    It runs along a column: the median, over the rows that have both lungs, of the middle
    between the medial lung borders.

    Parameters
    ----------
    runs
        The masks.

    Returns
    -------
    Caliper
        From the highest to the lowest row that has both lungs.

    Raises
    ------
    UndefinedBiomarkerError
        If a lung is missing or no row crosses both.
    """
    lungs = _LungRows.of(runs)
    column = float(np.median((lungs.medial_starts + lungs.medial_stops) / 2)) - _EDGE
    return Caliper(
        name=MIDLINE,
        start=(float(lungs.rows[0]) - _EDGE, column),
        end=(float(lungs.rows[-1]) + _EDGE, column),
    )


def heart_half(runs: LabelRuns, side: PatientSide) -> Caliper:
    """Return the line from the midline to where the heart reaches farthest on one side.

    Where the midline crosses the heart, the two halves add up to `heart_diameter`, so that
    the ratio by half-widths, which other software gives, is the same number.

    Parameters
    ----------
    runs
        The masks.
    side
        The patient's side; where it lies on the film is told by the lungs.

    Returns
    -------
    Caliper
        Along the row where the heart reaches farthest, from the midline outward.

    Raises
    ------
    UndefinedBiomarkerError
        If the midline is undefined or the heart does not reach that side of it.
    """
    spans = pixels_of(runs, Structure.HEART).row_spans()
    column = midline(runs).start[1]
    on_film_left = (side is PatientSide.RIGHT) == _LungRows.of(runs).right_lung_is_on_film_left
    reach = -spans.starts if on_film_left else spans.stops
    edge = (float(spans.starts.min()) if on_film_left else float(spans.stops.max())) - _EDGE
    if (edge >= column) if on_film_left else (edge <= column):
        raise UndefinedBiomarkerError(
            f"The heart does not reach the {side.value} side of the midline."
        )
    row = _middle_of_best(spans.rows, reach)
    name = HEART_RIGHT_HALF if side is PatientSide.RIGHT else HEART_LEFT_HALF
    return Caliper(name=name, start=(float(row), column), end=(float(row), edge))


def length_px(caliper: Caliper, *, aspect: float = 1.0) -> float:
    """Return the length of a caliper in widths of a pixel.

    Parameters
    ----------
    caliper
        In pixels of the film, moved by hand or not.
    aspect
        Distance between rows divided by distance between columns.
    """
    (row, column), (other_row, other_column) = caliper.start, caliper.end
    return float(np.hypot((other_row - row) * aspect, other_column - column))


def cardiothoracic_ratio(heart: Caliper, thorax: Caliper, *, aspect: float = 1.0) -> float:
    """Return the cardiothoracic ratio of two calipers.

    The transverse diameter of the heart divided by the greatest diameter of the thorax [1]_
    (paper, section III-B), taken from masks: inside the ribs is where the lungs end. A beam
    from the front enlarges the heart; do not compare AP with PA films.

    Parameters
    ----------
    heart
        `heart_diameter`, or what a reader made of it.
    thorax
        `thoracic_diameter`, or what a reader made of it.
    aspect
        Distance between rows divided by distance between columns; no matter along rows.

    Returns
    -------
    float
        Dimensionless; above 0.5 is commonly read as enlarged in adults.

    Raises
    ------
    UndefinedBiomarkerError
        If the thorax has no width.

    References
    ----------
    .. [1] C. S. Danzer, "The cardiothoracic ratio: an index of cardiac enlargement",
       American Journal of the Medical Sciences 157, 1919.
    """
    width = length_px(thorax, aspect=aspect)
    if width == 0:
        raise UndefinedBiomarkerError("The thoracic diameter is zero.")
    return length_px(heart, aspect=aspect) / width


@dataclass(frozen=True, kw_only=True)
class _LungRows:
    """The rows that cross both lungs, with the outermost and innermost lung borders there."""

    rows: NDArray[np.int64]
    outer_starts: NDArray[np.int64]
    medial_starts: NDArray[np.int64]
    medial_stops: NDArray[np.int64]
    outer_stops: NDArray[np.int64]
    right_lung_is_on_film_left: bool

    @classmethod
    def of(cls, runs: LabelRuns) -> _LungRows:
        left, right = (pixels_of(runs, lung).row_spans() for lung in LUNGS)
        rows, in_left, in_right = np.intersect1d(left.rows, right.rows, return_indices=True)
        if not rows.size:
            raise UndefinedBiomarkerError("No row of the film crosses both lungs.")
        usual = bool(_middle_column(right) <= _middle_column(left))
        # A mirrored film has the right lung on its right; lines are found there all the same.
        one, other = (right, left) if usual else (left, right)
        in_one, in_other = (in_right, in_left) if usual else (in_left, in_right)
        return cls(
            rows=rows,
            outer_starts=np.minimum(one.starts[in_one], other.starts[in_other]),
            medial_starts=one.stops[in_one],
            medial_stops=other.starts[in_other],
            outer_stops=np.maximum(one.stops[in_one], other.stops[in_other]),
            right_lung_is_on_film_left=usual,
        )


def _middle_column(spans: PixelRuns) -> float:
    return float((spans.starts + spans.stops).mean())


def _middle_of_best(rows: NDArray[np.int64], size: NDArray[np.int64]) -> int:
    """Return the row where a size is greatest, the middle one of several."""
    best = rows[size == size.max()]
    return int(best[len(best) // 2])


def _along_row(name: str, row: int, start: np.int64, stop: np.int64) -> Caliper:
    return Caliper(
        name=name,
        start=(float(row), float(start) - _EDGE),
        end=(float(row), float(stop) - _EDGE),
    )
