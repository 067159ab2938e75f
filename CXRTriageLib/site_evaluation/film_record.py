"""What an evaluation keeps of one film: numbers and keyed hashes, no name and no date."""

from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import dataclass
from enum import Enum
from typing import Any

from CXRTriageLib.domain.segmentation import MaskSource
from CXRTriageLib.domain.spacing import SpacingSource
from CXRTriageLib.errors import InvalidValueError

UNKNOWN_VIEW = "unknown"

ORGAN_NAMES = ("heart", "left_lung", "right_lung", "lungs")
"""Structures that are compared with label images; "lungs" is the union of both."""


class FilmState(Enum):
    """What became of a film."""

    DONE = "done"
    REFUSED = "refused"
    """The reader refused it: the file is no film that may be triaged."""
    FAILED = "failed"
    """Something went wrong that should not; the other films went on."""
    EXCLUDED = "excluded"
    """Left out before any work: a minor, a lateral view, a second copy of a film."""


@dataclass(frozen=True, kw_only=True)
class OrganAgreement:
    """How far one structure agrees with the label image.

    Attributes
    ----------
    organ
        One of `ORGAN_NAMES`.
    jaccard, dice
        0 to 1; None where the structure is neither drawn nor found.
    hd95_px, surface_distance_px
        95th percentile Hausdorff distance and average symmetric surface distance, in pixels of
        the film scaled to a longest side of 1024; None where one of the masks is empty.
    hd95_mm, surface_distance_mm
        The same in millimeters; None also where the spacing is unknown.
    """

    organ: str
    jaccard: float | None = None
    dice: float | None = None
    hd95_px: float | None = None
    hd95_mm: float | None = None
    surface_distance_px: float | None = None
    surface_distance_mm: float | None = None

    def __post_init__(self) -> None:
        if self.organ not in ORGAN_NAMES:
            raise InvalidValueError(f"An organ is one of {ORGAN_NAMES}, got {self.organ!r}.")
        _check_shares("overlap", self.jaccard, self.dice)
        for name in ("hd95_px", "hd95_mm", "surface_distance_px", "surface_distance_mm"):
            _check_number(name, getattr(self, name), lowest=0)


@dataclass(frozen=True, kw_only=True)
class ControlOutcome:
    """What the class network says where it should know nothing, and features for small models.

    Attributes
    ----------
    blacked_out_class, blacked_out_probabilities
        Winner and mean softmax of the vote where the lungs are black and the rest of the film
        is shown; None and empty where there is no vote.
    shape_only_class, shape_only_probabilities
        The same where the lungs are one even gray: only their shape is left.
    surroundings
        Gray of the film with the lungs blacked out, shrunk to 8 x 8 and read row by row, 0 to 1.
    shape
        Area, width, height and centroid of each lung and of the heart as shares of the film,
        in the order of `SHAPE_FEATURES`; 0 where a structure is missing.
    histogram
        Shares of 32 even bins of the whole film's gray, between its lowest and highest level,
        before equalization; they add up to 1.
    """

    blacked_out_class: str | None = None
    blacked_out_probabilities: tuple[float, ...] = ()
    shape_only_class: str | None = None
    shape_only_probabilities: tuple[float, ...] = ()
    surroundings: tuple[float, ...] = ()
    shape: tuple[float, ...] = ()
    histogram: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        _check_shares("control", *self.blacked_out_probabilities, *self.shape_only_probabilities)
        _check_shares("control", *self.surroundings, *self.shape, *self.histogram)


SHAPE_FEATURES = tuple(
    f"{organ}_{what}"
    for organ in ORGAN_NAMES[:3]
    for what in ("area", "width", "height", "centroid_row", "centroid_column")
)


@dataclass(frozen=True, kw_only=True)
class FilmRecord:
    """One film, measured with one set of masks.

    Attributes
    ----------
    row
        Row of the film in the manifest, the header being row 1: the site finds the film by it.
    key, patient_key
        Keyed hashes of the film and of its patient; a film whose patient is not given counts
        as a patient of its own.
    identifiers
        Pairs of name and value ("file", "patient"); empty unless the site asked to keep them.
    class_name, subclass
        As the manifest states them, or None.
    site
        Source of the film within the manifest, or None.
    view
        "PA", "AP", "AP supine", "lateral", "frontal" or "unknown".
    age_years
        None where unknown; every age above 90 is 90.
    sex
        "M", "F", "O" or None.
    manufacturer
        Of the X-ray machine, or None.
    row_mm, column_mm, spacing_source
        Millimeters between pixels, None where unknown.
    state, reason
        What became of the film, and why if it is not done; the sentence names no file.
    warnings
        Codes of `WarningCode`.
    mask_source
        Whose masks everything below rests on. A film with a corrected mask has two records.
    found_class
        Winner of the vote, or None where the film got no class.
    vote_shares, mean_probabilities
        In the order of the run's class names; empty where there is no vote.
    vote_margin, entropy_bits
        Share of the winner minus that of the runner-up; entropy of the mean softmax.
    patch_intensities
        For each patch the class that it voted for, and mean and SD of the equalized gray,
        divided by 255, over its lung pixels (paper, Fig. 5).
    biomarkers
        Pairs of name and value, None where undefined; the library's names.
    agreement
        One entry for each structure that the label image draws; empty without one.
    cardiothoracic_ratio_of_label
        From the label image, None where it draws no heart or lung.
    controls
        None where they were not asked for or the film is not done.
    overlay
        Path of a small picture below the output folder, or None.
    """

    row: int
    key: str
    patient_key: str
    state: FilmState
    mask_source: MaskSource = MaskSource.NETWORK
    reason: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()
    class_name: str | None = None
    subclass: str | None = None
    site: str | None = None
    view: str = UNKNOWN_VIEW
    age_years: float | None = None
    sex: str | None = None
    manufacturer: str | None = None
    row_mm: float | None = None
    column_mm: float | None = None
    spacing_source: SpacingSource = SpacingSource.UNKNOWN
    warnings: tuple[str, ...] = ()
    found_class: str | None = None
    vote_shares: tuple[float, ...] = ()
    mean_probabilities: tuple[float, ...] = ()
    vote_margin: float | None = None
    entropy_bits: float | None = None
    patch_intensities: tuple[tuple[str, float, float], ...] = ()
    biomarkers: tuple[tuple[str, float | None], ...] = ()
    agreement: tuple[OrganAgreement, ...] = ()
    cardiothoracic_ratio_of_label: float | None = None
    controls: ControlOutcome | None = None
    overlay: str | None = None

    def __post_init__(self) -> None:
        if (self.state is FilmState.DONE) == bool(self.reason):
            raise InvalidValueError(
                f"A film that is {self.state.value} cannot have the reason {self.reason!r}."
            )
        if not self.key or not self.patient_key:
            raise InvalidValueError("A film and its patient have keys.")
        if len(self.vote_shares) != len(self.mean_probabilities):
            raise InvalidValueError("Each class has a vote share and a mean probability.")
        if bool(self.vote_shares) != (self.found_class is not None):
            raise InvalidValueError("A film with votes has a class, and one without has none.")
        _check_shares("vote", *self.vote_shares, *self.mean_probabilities, self.vote_margin)
        for name in ("age_years", "row_mm", "column_mm", "entropy_bits"):
            _check_number(name, getattr(self, name), lowest=0)
        for name, value in self.biomarkers:
            _check_number(name, value, lowest=-math.inf)

    @property
    def is_done(self) -> bool:
        """Whether the film was measured."""
        return self.state is FilmState.DONE

    def biomarker(self, name: str) -> float | None:
        """Return a biomarker's value, or None where it is undefined."""
        return dict(self.biomarkers).get(name)

    def agreement_of(self, organ: str) -> OrganAgreement | None:
        """Return how one of `ORGAN_NAMES` agrees with the label, or None where it has none."""
        return next((item for item in self.agreement if item.organ == organ), None)

    def to_json(self) -> str:
        """Return the record as one line of JSON; the same record always gives the same line."""
        return json.dumps(
            dataclasses.asdict(self), default=_value_of, allow_nan=False, ensure_ascii=False
        )

    @classmethod
    def from_json(cls, text: str) -> FilmRecord:
        """Read a record and check it.

        Raises
        ------
        InvalidValueError
            If the text is no record.
        """
        try:
            values = json.loads(text)
            values["state"] = FilmState(values["state"])
            values["mask_source"] = MaskSource(values["mask_source"])
            values["spacing_source"] = SpacingSource(values["spacing_source"])
            values["agreement"] = tuple(OrganAgreement(**item) for item in values["agreement"])
            if values["controls"] is not None:
                values["controls"] = ControlOutcome(**_with_tuples(values["controls"]))
            return cls(**_with_tuples(values))
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidValueError(f"This is no record of a film: {error}") from error


def _value_of(item: Any) -> Any:
    if isinstance(item, Enum):
        return item.value
    raise TypeError(f"{item!r} has no place in a record.")


def _with_tuples(values: dict[str, Any]) -> dict[str, Any]:
    """Return values with every list as a tuple, pairs within lists too."""
    return {name: _as_tuple(value) for name, value in values.items()}


def _as_tuple(value: Any) -> Any:
    return tuple(_as_tuple(item) for item in value) if isinstance(value, list) else value


def _check_shares(what: str, *values: float | None) -> None:
    # A sum of shares in floating point may end a little above 1.
    if not all(value is None or 0 <= value <= 1 + 1e-5 for value in values):
        raise InvalidValueError(f"Every share of a {what} lies from 0 to 1, got {values}.")


def _check_number(name: str, value: float | None, *, lowest: float) -> None:
    if value is not None and not (math.isfinite(value) and value >= lowest):
        raise InvalidValueError(f"{name} must be a finite number, got {value}.")
