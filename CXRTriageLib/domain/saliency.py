"""How much each pixel spoke for each class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.domain.arrays import read_only
from CXRTriageLib.errors import InvalidValueError


@dataclass(frozen=True, kw_only=True, eq=False)
class SaliencyMap:
    """Saliency of one film, one map for each class.

    Attributes
    ----------
    class_names
        Order of the maps.
    values
        (classes, rows, columns), float32, never negative and zero outside the lungs, on the
        working image, which covers the same field as the film.
    """

    class_names: tuple[str, ...]
    values: NDArray[np.float32]

    def __post_init__(self) -> None:
        if self.values.ndim != 3 or len(self.values) != len(self.class_names):
            raise InvalidValueError(
                f"{len(self.class_names)} classes need as many maps, got {self.values.shape}."
            )
        object.__setattr__(self, "values", read_only(self.values))
