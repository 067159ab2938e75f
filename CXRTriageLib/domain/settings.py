"""The choices of the method, and the three named sets of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Mode(Enum):
    """A named set of choices."""

    DEFAULT = "default"
    """What works best."""
    PAPER = "paper"
    """The text of April 2020 (arXiv 2004.05758v1)."""
    TMI = "tmi"
    """The journal version (IEEE TMI 39(8), 2020)."""


class MaskMethod(Enum):
    """How class probabilities at network size become masks at film size."""

    PROBABILITIES_UPSAMPLED = "probabilities_upsampled"
    """Probabilities to full size, then argmax; largest component of each lung; holes filled."""
    LABELS_UPSAMPLED = "labels_upsampled"
    """Argmax at network size, nearest neighbor to full size, nothing else (section II-B)."""


class WorkingSize(Enum):
    """The size of the image that patches are cut from."""

    LONGEST_SIDE_1024 = "longest_side_1024"
    FILM = "film"
    SQUARE_1024 = "square_1024"


class PatchPlacement(Enum):
    """Where patches are cut."""

    LATTICE = "lattice"
    """Every lung pixel is covered at least once; nothing is random."""
    RANDOM = "random"
    """Uniform over the lung pixels, row and column drawn together."""


class TieRule(Enum):
    """Which of two classes with the same number of votes wins."""

    HIGHER_MEAN_PROBABILITY = "higher_mean_probability"
    FIRST_MET = "first_met"


class SaliencyMethod(Enum):
    """How the maps of patches become the map of a film."""

    PROBABILITY_WEIGHTED = "probability_weighted"
    """Class map times class probability, divided by coverage."""
    PLAIN_AVERAGE = "plain_average"
    """Each map scaled to its minimum and maximum, then averaged (section III-D)."""
    SCALED_PROBABILITY_WEIGHTED = "scaled_probability_weighted"
    """As the plain average, times probability (journal version, section II-C)."""


@dataclass(frozen=True, kw_only=True)
class TriageSettings:
    """All choices of one run.

    Attributes
    ----------
    mode
        The set that the choices come from.
    patch_count
        Number of random patches; the lattice finds its own number.
    seed
        Seed of random patches; None derives it from the pixels, so that the same film always
        gives the same answer.
    """

    mode: Mode
    mask_method: MaskMethod
    working_size: WorkingSize
    patch_placement: PatchPlacement
    patch_count: int
    tie_rule: TieRule
    saliency_method: SaliencyMethod
    seed: int | None = None

    @classmethod
    def for_mode(cls, mode: Mode, *, seed: int | None = None) -> TriageSettings:
        """Return the choices of a mode.

        Parameters
        ----------
        mode
            The named set.
        seed
            Overrides the seed that the pixels give.

        Returns
        -------
        TriageSettings
            The choices.
        """
        if mode is Mode.DEFAULT:
            return cls(
                mode=mode,
                mask_method=MaskMethod.PROBABILITIES_UPSAMPLED,
                working_size=WorkingSize.LONGEST_SIDE_1024,
                patch_placement=PatchPlacement.LATTICE,
                patch_count=100,
                tie_rule=TieRule.HIGHER_MEAN_PROBABILITY,
                saliency_method=SaliencyMethod.PROBABILITY_WEIGHTED,
                seed=seed,
            )
        is_paper = mode is Mode.PAPER
        return cls(
            mode=mode,
            mask_method=MaskMethod.LABELS_UPSAMPLED,
            working_size=WorkingSize.FILM if is_paper else WorkingSize.SQUARE_1024,
            patch_placement=PatchPlacement.RANDOM,
            patch_count=100,
            tie_rule=TieRule.FIRST_MET,
            saliency_method=(
                SaliencyMethod.PLAIN_AVERAGE
                if is_paper
                else SaliencyMethod.SCALED_PROBABILITY_WEIGHTED
            ),
            seed=seed,
        )
