"""What the network said of each patch, and what the patches decide together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.domain.arrays import Centers, read_only
from CXRTriageLib.errors import InvalidValueError


@dataclass(frozen=True, kw_only=True, eq=False)
class PatchEvidence:
    """The network's output for all patches of one film.

    Attributes
    ----------
    class_names
        Order of the classes; it comes from the model's manifest.
    working_shape
        Rows and columns of the image that the patches were cut from.
    centers
        Patch centers in pixels of the working image, (n, 2), row and column.
    boxes
        Patch borders, clipped to the working image, (n, 4): first row, first column, and the
        row and column after the last, int64.
    probabilities
        Softmax, (n, classes), float32.
    class_maps
        Signed class activation maps of the last residual stage, (n, classes, h, w), float32.
        The mean over h and w plus a constant for each class is the logit.
    """

    class_names: tuple[str, ...]
    working_shape: tuple[int, int]
    centers: Centers
    boxes: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    class_maps: NDArray[np.float32]

    def __post_init__(self) -> None:
        count, classes = len(self.centers), len(self.class_names)
        if self.probabilities.shape != (count, classes):
            raise InvalidValueError(
                f"{count} patches and {classes} classes need probabilities of that shape, "
                f"got {self.probabilities.shape}."
            )
        if self.boxes.shape != (count, 4) or self.class_maps.shape[:2] != (count, classes):
            raise InvalidValueError(
                f"{count} patches do not fit boxes {self.boxes.shape} "
                f"and class maps {self.class_maps.shape}."
            )
        for name in ("centers", "boxes", "probabilities", "class_maps"):
            object.__setattr__(self, name, read_only(getattr(self, name)))


@dataclass(frozen=True, kw_only=True)
class PatchVotes:
    """The majority vote over patches (paper, section II-B).

    Attributes
    ----------
    class_names
        Order of the classes in all tuples below.
    counts
        Votes for each class.
    mean_probabilities
        Mean softmax over all patches.
    entropy_bits
        Shannon entropy of the mean softmax, 0 to log2 of the number of classes.
    winner
        Index of the class with most votes, after the tie rule.
    tied
        Indices of all classes that have as many votes as the winner.
    """

    class_names: tuple[str, ...]
    counts: tuple[int, ...]
    mean_probabilities: tuple[float, ...]
    entropy_bits: float
    winner: int
    tied: tuple[int, ...]

    @property
    def shares(self) -> tuple[float, ...]:
        """Votes for each class divided by all votes, 0 to 1."""
        total = sum(self.counts)
        return tuple(count / total for count in self.counts)

    @property
    def winner_name(self) -> str:
        """Name of the class that the film gets."""
        return self.class_names[self.winner]

    @property
    def margin(self) -> float:
        """Vote share of the winner minus that of the runner-up, 0 to 1."""
        others = [share for index, share in enumerate(self.shares) if index != self.winner]
        return self.shares[self.winner] - max(others, default=0.0)
