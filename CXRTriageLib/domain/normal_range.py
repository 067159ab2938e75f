"""What biomarkers are on films that were read as normal."""

from __future__ import annotations

from dataclasses import dataclass

WIDTH_SD = 2.0
"""A normal range reaches so many standard deviations to both sides of the mean."""


@dataclass(frozen=True, kw_only=True)
class NormalRange:
    """Mean and standard deviation of a biomarker over the normal films of the paper.

    Attributes
    ----------
    mean, standard_deviation
        In the unit of the biomarker.
    source
        Where the numbers stand.
    """

    mean: float
    standard_deviation: float
    source: str

    @property
    def low(self) -> float:
        """Lower end of the range."""
        return self.mean - WIDTH_SD * self.standard_deviation

    @property
    def high(self) -> float:
        """Upper end of the range."""
        return self.mean + WIDTH_SD * self.standard_deviation

    def holds(self, value: float) -> bool:
        """Return whether a value lies within the range, its ends included."""
        return self.low <= value <= self.high


_PAPER = "normal films of arXiv 2004.05758v1, Table"

NORMAL_RANGES = {
    "mean_lung_intensity": NormalRange(mean=0.540, standard_deviation=0.055, source=f"{_PAPER} VI"),
    # The same numbers as in Table VIII, which leaves out supine films: no normal film was one.
    "sd_lung_intensity": NormalRange(
        mean=0.139, standard_deviation=0.017, source=f"{_PAPER}s VII and VIII"
    ),
    "cardiothoracic_ratio": NormalRange(
        mean=0.446, standard_deviation=0.051, source=f"{_PAPER} IX"
    ),
}
"""Ranges by name of biomarker. The films were brought to the same gray scale as here, by
equalization and gamma, so the intensities can be compared."""
