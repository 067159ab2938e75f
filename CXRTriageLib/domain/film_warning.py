"""What a reader of the result has to know about the film or the masks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class WarningCode(Enum):
    """Codes of warnings; the text after each is what it stands for."""

    LATERAL_VIEW = "lateral_view"
    """The file says that this is no frontal view."""
    UNKNOWN_VIEW = "unknown_view"
    """The file does not say from where the film was taken."""
    UNDER_AGE = "under_age"
    """The patient is under 18; no child was in the training data."""
    UNKNOWN_AGE = "unknown_age"
    """The file does not say how old the patient is."""
    OTHER_BODY_PART = "other_body_part"
    """The file names a body part that is not the chest."""
    MIRRORED_FILM = "mirrored_film"
    """The file says that the patient's left is at the left edge of the film."""
    INVERTED_POLARITY = "inverted_polarity"
    """The film looks as if air were bright."""
    LUNGS_MISSING = "lungs_missing"
    """At least one lung was not found."""
    IMPLAUSIBLE_LUNG_SIZE = "implausible_lung_size"
    """The lungs cover too little or too much of the film, or are too unequal."""
    IMPLAUSIBLE_LUNG_SHAPE = "implausible_lung_shape"
    """The lungs are not shaped or placed as lungs are."""
    DOUBTFUL_MASKS = "doubtful_masks"
    """The network was in doubt where the lungs and the heart are."""
    LUNG_LEFT_OUT = "lung_left_out"
    """The whole lungs hold far more than what lies behind heart and diaphragm."""
    HEART_MISSING = "heart_missing"
    """No heart was found."""
    HEART_BELOW_LUNGS = "heart_below_lungs"
    """The heart goes on far below both lungs, as if it held part of the abdomen."""
    SMALL_IMAGE = "small_image"
    """A side is under 256 pixels."""
    FEW_GRAY_LEVELS = "few_gray_levels"
    """The film has so few gray levels that detail is lost."""
    LOSSY_COMPRESSION = "lossy_compression"
    """The file says that it was compressed with loss."""
    VOTE_TIE = "vote_tie"
    """Two classes have the same number of votes."""
    COLOR_WAS_GRAY = "color_was_gray"
    """The file stores color, all of it gray."""
    UNUSABLE_HEADER = "unusable_header"
    """A part of the header contradicts itself and was left out."""


@dataclass(frozen=True, kw_only=True)
class FilmWarning:
    """One warning.

    Attributes
    ----------
    code
        For programs.
    message
        One sentence for people.
    blocks_classification
        Whether the film gets no class and no vote because of it.
    """

    code: WarningCode
    message: str
    blocks_classification: bool = False
