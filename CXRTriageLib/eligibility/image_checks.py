"""Whether the masks can be those of a chest.

The limits are wide on purpose: they are there for films that are no chest, that lie on their
side or are cut, and not for disease. They were set beside the 858 label images of the training
split (JSRT, Wingspan, Montgomery, Shenzhen and Cohen films); the range that is given with each
holds all but 0.2 percent of these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.spatial import ConvexHull

from CXRTriageLib.domain.anatomy import LUNGS, Structure
from CXRTriageLib.domain.film_warning import FilmWarning, WarningCode
from CXRTriageLib.domain.label_runs import LabelRuns, PixelRuns
from CXRTriageLib.domain.segmentation import ChestSegmentation

LUNG_SHARE = (0.02, 0.45)
"""Area of one lung by that of the film; measured: 0.042 to 0.313."""
LEFT_RIGHT_RATIO = (0.25, 3.0)
"""Area of the left lung by that of the right one; measured: 0.39 to 1.66."""
LEAST_SOLIDITY = 0.5
"""Share of its convex hull that a lung fills; measured: from 0.63."""
LEAST_HEIGHT_TO_WIDTH = 0.8
"""Of the box around a lung; measured: from 1.06."""
LEAST_SIDE_BY_SIDE = 0.6
"""Rows that cross both lungs, by those of the less tall one; measured: from 0.89."""
LEAST_DISTANCE = 0.25
"""From center to center along rows, by the columns that both lungs span; measured: from 0.46."""
MOST_AT_BORDER = 0.35
"""Pixels at the film's border by the outline of the box around a lung; measured: to 0.13."""

MOST_HEART_BELOW_LUNGS = 0.2
"""Rows of the heart below both lungs, by those that the lungs span; of the 288 films of that split
with a drawn heart 286 have less than 0.13, two have 0.18 and 0.20."""

NO_CLASS = "so the film gets no class."


def check_lungs(segmentation: ChestSegmentation, *, aspect: float = 1.0) -> Iterator[FilmWarning]:
    """Yield what is wrong with the lungs; each of it keeps the film from a class.

    Parameters
    ----------
    segmentation
        Masks of one film.
    aspect
        Distance between rows divided by distance between columns.

    Yields
    ------
    FilmWarning
        For lungs that are missing, or implausible in size or in shape.
    """
    runs = LabelRuns.from_labels(segmentation.labels)
    missing = [lung.spoken_name for lung in LUNGS if not runs.of(lung).rows.size]
    if missing:
        yield _blocking(WarningCode.LUNGS_MISSING, f"No {' and no '.join(missing)} was found")
        return
    left, right = (_Lung.of(runs, lung) for lung in LUNGS)
    for finding in _size_findings(left, right):
        yield _blocking(WarningCode.IMPLAUSIBLE_LUNG_SIZE, finding)
    for lung in (right, left):
        for finding in _shape_findings(lung, aspect):
            yield _blocking(WarningCode.IMPLAUSIBLE_LUNG_SHAPE, finding)
    for finding in _position_findings(left, right):
        yield _blocking(WarningCode.IMPLAUSIBLE_LUNG_SHAPE, finding)


def check_heart(segmentation: ChestSegmentation) -> Iterator[FilmWarning]:
    """Yield a warning where there is no heart, or where it can hardly be one.

    Parameters
    ----------
    segmentation
        Masks of one film.

    Yields
    ------
    FilmWarning
        At most one. The vote needs no heart.
    """
    heart = np.flatnonzero(segmentation.mask(Structure.HEART).any(axis=1))
    if not len(heart):
        yield FilmWarning(
            code=WarningCode.HEART_MISSING,
            message="No heart was found, so there is no cardiothoracic ratio.",
        )
        return
    lungs = np.flatnonzero(segmentation.lung_fields.any(axis=1))
    if not len(lungs):
        return
    below = (heart[-1] - lungs[-1]) / (lungs[-1] - lungs[0] + 1)
    if below > MOST_HEART_BELOW_LUNGS:
        yield FilmWarning(
            code=WarningCode.HEART_BELOW_LUNGS,
            message=f"The heart goes on below both lungs by {100 * below:.0f} % of their height, "
            "as if it held part of the abdomen; look at its lower border and correct the mask.",
        )


def _blocking(code: WarningCode, finding: str) -> FilmWarning:
    return FilmWarning(code=code, message=f"{finding}, {NO_CLASS}", blocks_classification=True)


@dataclass(frozen=True, kw_only=True)
class _Lung:
    """One lung and where it lies, in pixels."""

    name: str
    film_shape: tuple[int, int]
    region: PixelRuns
    spans: PixelRuns

    @classmethod
    def of(cls, runs: LabelRuns, structure: Structure) -> _Lung:
        region = runs.of(structure)
        return cls(
            name=structure.spoken_name,
            film_shape=runs.shape,
            region=region,
            spans=region.row_spans(),
        )

    @property
    def share(self) -> float:
        return self.region.area_px / (self.film_shape[0] * self.film_shape[1])

    @property
    def height(self) -> int:
        return int(self.spans.rows[-1] - self.spans.rows[0]) + 1

    @property
    def columns(self) -> tuple[int, int]:
        return int(self.spans.starts.min()), int(self.spans.stops.max())

    @property
    def width(self) -> int:
        return self.columns[1] - self.columns[0]

    @property
    def middle_column(self) -> float:
        starts, stops = self.region.starts, self.region.stops
        return float((stops**2 - starts**2).sum() / (2 * self.region.area_px))

    @property
    def solidity(self) -> float:
        corners = [
            np.stack([row, column], axis=1)
            for row in (self.spans.rows, self.spans.rows + 1)
            for column in (self.spans.starts, self.spans.stops)
        ]
        return float(self.region.area_px / ConvexHull(np.concatenate(corners)).volume)

    @property
    def at_border(self) -> float:
        rows, columns = self.film_shape
        region = self.region
        at_ends = (region.rows == 0) | (region.rows == rows - 1)
        pixels = (
            int((region.stops - region.starts)[at_ends].sum())
            + np.count_nonzero(region.starts == 0)
            + np.count_nonzero(region.stops == columns)
        )
        return float(pixels / (2 * (self.height + self.width)))


def _size_findings(left: _Lung, right: _Lung) -> Iterator[str]:
    low, high = LUNG_SHARE
    for lung in (right, left):
        if not low <= lung.share <= high:
            yield (
                f"The {lung.name} covers {lung.share:.1%} of the film, "
                f"where {low:.0%} to {high:.0%} would be plausible"
            )
    low, high = LEFT_RIGHT_RATIO
    ratio = left.share / right.share
    if not low <= ratio <= high:
        yield (
            f"The left lung is {ratio:.2f} times as large as the right lung, "
            f"where {low:g} to {high:g} would be plausible"
        )


def _shape_findings(lung: _Lung, aspect: float) -> Iterator[str]:
    if lung.solidity < LEAST_SOLIDITY:
        yield f"The {lung.name} is ragged, it fills {lung.solidity:.0%} of its convex outline"
    if lung.height * aspect < LEAST_HEIGHT_TO_WIDTH * lung.width:
        yield f"The {lung.name} is wider than tall, the film may lie on its side"
    if lung.at_border > MOST_AT_BORDER:
        yield f"The {lung.name} is cut off by the border of the film"


def _position_findings(left: _Lung, right: _Lung) -> Iterator[str]:
    shared_rows = np.intersect1d(left.spans.rows, right.spans.rows).size
    first = min(left.columns[0], right.columns[0])
    last = max(left.columns[1], right.columns[1])
    distance = (left.middle_column - right.middle_column) / (last - first)
    if shared_rows < LEAST_SIDE_BY_SIDE * min(left.spans.rows.size, right.spans.rows.size):
        yield "The lungs do not lie side by side, the film may lie on its side"
    elif distance <= -LEAST_DISTANCE:
        yield "The lungs have changed sides, the film or its masks may be mirrored"
    elif distance < LEAST_DISTANCE:
        yield "The lungs do not lie side by side, one lies in front of the other"
