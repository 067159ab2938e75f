"""Masks of the lungs and the heart of one film."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from CXRTriageLib.domain.anatomy import LUNGS, Structure
from CXRTriageLib.domain.arrays import Labels, Mask, read_only
from CXRTriageLib.errors import InvalidValueError


class MaskSource(Enum):
    """Who drew a mask."""

    NETWORK = "network"
    CORRECTED = "corrected"


@dataclass(frozen=True, kw_only=True, eq=False)
class ChestSegmentation:
    """Masks that exclude each other, at the film's own size.

    Attributes
    ----------
    labels
        Values of `Structure`, (rows, columns), uint8.
    source
        Who drew the masks.
    doubtful_share
        Pixels at the network's size where its highest class probability is under 0.8, by those
        that it calls heart or lung: from 0, and above 1 on films that show no chest. None where
        no network drew the masks.
    whole_lungs
        Both lungs with what of them lies behind heart, mediastinum and diaphragm, (rows,
        columns), bool. None where no network says so: it is never corrected by hand, and a
        network need not know it.
    """

    labels: Labels
    source: MaskSource = MaskSource.NETWORK
    doubtful_share: float | None = None
    whole_lungs: Mask | None = None

    def __post_init__(self) -> None:
        if self.labels.ndim != 2 or self.labels.dtype != np.uint8:
            raise InvalidValueError(
                f"Labels are one uint8 image, got {self.labels.dtype} with {self.labels.ndim} axes."
            )
        highest = int(self.labels.max(initial=0))
        if highest > max(Structure):
            raise InvalidValueError(f"Labels go from 0 to {max(Structure):d}, got {highest}.")
        object.__setattr__(self, "labels", read_only(self.labels))
        if self.whole_lungs is None:
            return
        if self.whole_lungs.shape != self.labels.shape:
            raise InvalidValueError(
                f"The whole lungs have {self.whole_lungs.shape} pixels, the labels "
                f"{self.labels.shape}."
            )
        object.__setattr__(self, "whole_lungs", read_only(self.whole_lungs))

    def mask(self, structure: Structure) -> Mask:
        """Return the mask of one structure, (rows, columns)."""
        return self.labels == structure

    @property
    def lung_fields(self) -> Mask:
        """Mask of both lungs, (rows, columns)."""
        return self.labels >= min(LUNGS)
