"""Films as columns of numbers: all that statistics need, and no picture."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.float64]
Words: TypeAlias = NDArray[np.str_]

AGREEMENT_MEASURES = (
    "jaccard",
    "dice",
    "hd95_px",
    "hd95_mm",
    "surface_distance_px",
    "surface_distance_mm",
)

PATCH_MEAN = "correct_patch_mean_intensity"
PATCH_SD = "correct_patch_sd_intensity"
"""Mean over the patches of a film that voted for its class of the gray's mean and SD."""


@dataclass(frozen=True, kw_only=True)
class ControlColumns:
    """Outcomes of the controls.

    Attributes
    ----------
    blacked_out_class, shape_only_class
        (n,), empty where there is no vote.
    surroundings, shape, histogram
        Features, (n, features), float32; a row of NaN where a film has none.
    """

    blacked_out_class: Words
    shape_only_class: Words
    surroundings: NDArray[np.float32]
    shape: NDArray[np.float32]
    histogram: NDArray[np.float32]

    def take(self, chosen: NDArray[Any]) -> ControlColumns:
        """Return the columns of chosen films."""
        parts = {part.name: getattr(self, part.name)[chosen] for part in dataclasses.fields(self)}
        return ControlColumns(**parts)


@dataclass(frozen=True, kw_only=True)
class FilmColumns:
    """Films that were measured, all with masks of one source; one entry for each film.

    Attributes
    ----------
    row
        Of the manifest.
    key, patient
        Keyed hashes.
    identifiers
        What the site asked to keep, for example "file: a.dcm"; else empty.
    class_name
        As the manifest states it, or empty.
    group
        The subclass where the manifest states one, else the class.
    site, view, sex, manufacturer
        Empty where unknown.
    age
        In years, NaN where unknown.
    found
        Class of the vote, or empty.
    probabilities
        Mean softmax, (n, classes), NaN where there is no vote.
    margin, entropy
        Of the vote; NaN where there is none.
    biomarkers
        (n,) by name, NaN where undefined; with `PATCH_MEAN` and `PATCH_SD`.
    agreement
        (n,) by organ and measure, NaN where there is none.
    ratio_of_label
        Cardiothoracic ratio of the label image, NaN where there is none.
    controls
        What the controls gave.
    overlay
        Path of the picture below the output folder, or empty.
    """

    row: NDArray[np.int64]
    key: Words
    patient: Words
    identifiers: Words
    class_name: Words
    group: Words
    site: Words
    view: Words
    sex: Words
    manufacturer: Words
    age: Numbers
    found: Words
    probabilities: Numbers
    margin: Numbers
    entropy: Numbers
    biomarkers: Mapping[str, Numbers]
    agreement: Mapping[tuple[str, str], Numbers]
    ratio_of_label: Numbers
    controls: ControlColumns
    overlay: Words

    def __len__(self) -> int:
        return len(self.row)

    @property
    def patient_count(self) -> int:
        """Number of patients."""
        return len(np.unique(self.patient))

    def take(self, chosen: NDArray[Any]) -> FilmColumns:
        """Return chosen films, by positions or by a mask, in the order of the choice."""
        parts: dict[str, Any] = {}
        for part in dataclasses.fields(self):
            value = getattr(self, part.name)
            if isinstance(value, ControlColumns):
                parts[part.name] = value.take(chosen)
            elif isinstance(value, Mapping):
                parts[part.name] = {name: column[chosen] for name, column in value.items()}
            else:
                parts[part.name] = value[chosen]
        return FilmColumns(**parts)

    def with_groups(self, group: Words) -> FilmColumns:
        """Return the same films in other groups."""
        return dataclasses.replace(self, group=group)

    def biomarker(self, name: str) -> Numbers:
        """Return a biomarker, NaN for every film where it was not measured at all."""
        return self.biomarkers.get(name, np.full(len(self), np.nan))
