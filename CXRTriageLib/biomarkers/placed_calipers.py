"""What a reader measures by placing the lines of the diameters by hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from types import MappingProxyType

from CXRTriageLib.biomarkers.cardiothoracic import (
    HEART_DIAMETER,
    THORACIC_DIAMETER,
    cardiothoracic_ratio,
    length_px,
)
from CXRTriageLib.biomarkers.reasons import lengths, measured
from CXRTriageLib.domain.biomarker import Biomarker, Caliper, Measurement
from CXRTriageLib.domain.spacing import PixelSpacing
from CXRTriageLib.domain.triage import TriageResult
from CXRTriageLib.errors import UndefinedBiomarkerError

DIAMETERS: Mapping[str, str] = MappingProxyType(
    {HEART_DIAMETER: "Heart diameter", THORACIC_DIAMETER: "Thoracic diameter"}
)
"""Lines that a reader may place, and what their lengths are called."""


def measure_placed(
    placed: Iterable[Caliper], from_masks: Iterable[Caliper], spacing: PixelSpacing
) -> Measurement | None:
    """Measure along lines that a reader placed.

    Parameters
    ----------
    placed
        Lines where the reader left them; others than diameters are passed over.
    from_masks
        Lines that the masks gave. Where a reader placed only one of the diameters, the other
        one is taken from here for the ratio.
    spacing
        Of the film.

    Returns
    -------
    Measurement or None
        The placed lines, their lengths and the cardiothoracic ratio, under the names that
        `measure_biomarkers` gives; None where no diameter was placed.
    """
    by_hand = {item.name: item for item in placed if item.name in DIAMETERS}
    if not by_hand:
        return None
    lines = {item.name: item for item in from_masks} | by_hand
    return Measurement(
        biomarkers=tuple(_biomarkers(lines, by_hand, spacing)),
        calipers=tuple(by_hand[name] for name in DIAMETERS if name in by_hand),
    )


def with_placed(result: TriageResult, placed: Iterable[Caliper]) -> TriageResult:
    """Return a result with what a reader measured beside what is from the masks.

    Parameters
    ----------
    result
        Of the film.
    placed
        Lines where the reader left them.
    """
    by_hand = measure_placed(placed, result.calipers, result.spacing)
    return dataclasses.replace(result, by_hand=by_hand)


def _biomarkers(
    lines: Mapping[str, Caliper], by_hand: Mapping[str, Caliper], spacing: PixelSpacing
) -> Iterator[Biomarker]:
    def line(name: str) -> Caliper:
        if name not in lines:
            raise UndefinedBiomarkerError(f"There is no line along the {DIAMETERS[name].lower()}.")
        return lines[name]

    yield measured(
        "cardiothoracic_ratio",
        "Cardiothoracic ratio",
        "1",
        lambda: cardiothoracic_ratio(
            line(HEART_DIAMETER), line(THORACIC_DIAMETER), aspect=spacing.aspect
        ),
    )
    for name, label in DIAMETERS.items():
        if name in by_hand:
            length = partial(length_px, by_hand[name], aspect=spacing.aspect)
            yield from lengths(name, label, length, spacing)
