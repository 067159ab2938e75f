"""What can be told of a film without looking at the lungs.

A class network that is right where the lungs are black, or where only their shape is left, has
learned where a film comes from and not what ails the patient.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.classification.content_seed import seed_from_pixels
from CXRTriageLib.classification.voting import count_votes
from CXRTriageLib.domain.anatomy import LUNGS, ORGANS
from CXRTriageLib.domain.arrays import FloatImage, Labels, Mask
from CXRTriageLib.domain.patches import PatchVotes
from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageLib.domain.settings import TriageSettings
from CXRTriageLib.pipeline.triage import TriagePipeline
from CXRTriageLib.preprocessing.resampling import resize_gray, resize_nearest
from CXRTriageLib.preprocessing.working_film import PreprocessedFilm, working_shape
from CXRTriageLib.site_evaluation.film_record import ControlOutcome

HISTOGRAM_BINS = 32
SURROUNDINGS_SIDE = 8
EVEN_GRAY = 128.0
_DIGITS = 6


def control_outcome(
    film: PreprocessedFilm, labels: Labels, pipeline: TriagePipeline, settings: TriageSettings
) -> ControlOutcome:
    """Ask the class network about pictures without lung tissue, and describe the film.

    Parameters
    ----------
    film
        The film after preprocessing.
    labels
        Masks at the film's own size.
    pipeline
        Loaded networks.
    settings
        Choices of the method.

    Returns
    -------
    ControlOutcome
        Without votes where there is no lung.
    """
    shape = working_shape(film.radiograph, settings.working_size)
    lung_fields = resize_nearest(labels, shape) >= min(LUNGS)
    # Before the size changes: afterwards gray of the lungs has spread over their borders.
    without_lungs = np.where(labels >= min(LUNGS), np.float32(0), film.image)
    blacked_out = resize_gray(without_lungs, shape) * ~lung_fields
    votes: list[PatchVotes | None] = [None, None]
    if lung_fields.any():
        even = np.where(lung_fields, np.float32(EVEN_GRAY), np.float32(0))
        seed = settings.seed or seed_from_pixels(film.radiograph.pixels)
        for index, picture in enumerate((blacked_out, even)):
            evidence = pipeline.classifier.examine(picture, lung_fields, settings, seed=seed)
            votes[index] = count_votes(evidence, settings.tie_rule)
    return ControlOutcome(
        blacked_out_class=_winner(votes[0]),
        blacked_out_probabilities=_probabilities(votes[0]),
        shape_only_class=_winner(votes[1]),
        shape_only_probabilities=_probabilities(votes[1]),
        surroundings=_surroundings(blacked_out),
        shape=tuple(
            value for structure in ORGANS for value in _shape_features(labels == structure)
        ),
        histogram=_histogram(film.radiograph),
    )


def _winner(votes: PatchVotes | None) -> str | None:
    return None if votes is None else votes.winner_name


def _probabilities(votes: PatchVotes | None) -> tuple[float, ...]:
    return () if votes is None else votes.mean_probabilities


def _surroundings(blacked_out: FloatImage) -> tuple[float, ...]:
    """Return block means, since shrinking by interpolation would look at few pixels only."""
    borders = [
        np.linspace(0, side, SURROUNDINGS_SIDE + 1).astype(int) for side in blacked_out.shape
    ]
    return tuple(
        round(float(blacked_out[top:bottom, left:right].mean(dtype=np.float64)) / 255, _DIGITS)
        for top, bottom in pairwise(borders[0])
        for left, right in pairwise(borders[1])
    )


def _shape_features(mask: Mask) -> tuple[float, ...]:
    """Return area, width, height and centroid as shares of the film."""
    rows, columns = mask.shape
    per_row, per_column = mask.sum(axis=1), mask.sum(axis=0)
    area = int(per_row.sum())
    if area == 0:
        return (0.0,) * 5
    return tuple(
        round(float(value), _DIGITS)
        for value in (
            area / mask.size,
            _extent(per_column) / columns,
            _extent(per_row) / rows,
            (per_row @ np.arange(rows) / area + 0.5) / rows,
            (per_column @ np.arange(columns) / area + 0.5) / columns,
        )
    )


def _extent(counts: NDArray[np.int64]) -> int:
    filled = np.flatnonzero(counts)
    return int(filled[-1] - filled[0] + 1)


def _histogram(radiograph: Radiograph) -> tuple[float, ...]:
    """Return shares of gray before equalization; padding is left out."""
    counts = np.bincount(radiograph.pixels.ravel(), minlength=len(radiograph.display_table))
    if radiograph.padding_levels is not None:
        first, last = radiograph.padding_levels
        counts[first : last + 1] = 0
    levels = np.flatnonzero(counts)
    if not levels.size:
        return (0.0,) * HISTOGRAM_BINS
    shares, _ = np.histogram(
        levels, bins=HISTOGRAM_BINS, range=(levels[0], levels[-1]), weights=counts[levels]
    )
    return tuple(round(float(share), _DIGITS) for share in shares / counts.sum())
