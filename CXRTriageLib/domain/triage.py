"""Everything that is known of one film at the end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from CXRTriageLib.domain.biomarker import Biomarker, Caliper, Measurement
from CXRTriageLib.domain.film_warning import FilmWarning
from CXRTriageLib.domain.patches import PatchEvidence, PatchVotes
from CXRTriageLib.domain.provenance import Provenance
from CXRTriageLib.domain.radiograph import FilmFacts
from CXRTriageLib.domain.saliency import SaliencyMap
from CXRTriageLib.domain.segmentation import ChestSegmentation
from CXRTriageLib.domain.spacing import PixelSpacing

DISCLAIMER = "Research use, not a diagnosis."


class TriageAction(Enum):
    """The branches of the paper's workflow (Fig. 9)."""

    CONFIRM_VIRAL = "confirm_by_rt_pcr_or_ct"
    CLASS_FOUND = "class_found"
    NOT_CLASSIFIED = "not_classified"


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """What the workflow of Fig. 9 says, and why.

    Attributes
    ----------
    action
        The branch.
    text
        One sentence for people.
    reason
        What it rests on: vote share, or why there is no vote.
    disclaimer
        The words that go with every result.
    """

    action: TriageAction
    text: str
    reason: str
    disclaimer: str = DISCLAIMER


@dataclass(frozen=True, kw_only=True)
class Classification:
    """The patches and their vote.

    Attributes
    ----------
    evidence, votes
        Of all patches.
    class_labels
        Names of the classes for people, in the order of `PatchVotes.class_names`; like these
        they come from the model's manifest.
    """

    evidence: PatchEvidence
    votes: PatchVotes
    class_labels: tuple[str, ...]

    @property
    def winner_label(self) -> str:
        """Name for people of the class that the film gets."""
        return self.class_labels[self.votes.winner]


@dataclass(frozen=True, kw_only=True)
class TriageResult:
    """The result for one film.

    Attributes
    ----------
    facts
        What the file says of the film.
    shape
        Rows and columns of the film.
    spacing
        Millimeters and their source.
    segmentation
        Masks that all numbers come from, but for those by hand.
    biomarkers
        In the order of reports.
    calipers
        Lines of the diameters, in pixels of the film.
    by_hand
        What a reader measured by placing lines; beside the other numbers, not in their place.
    classification
        None where the film gets no class; the warnings say why.
    saliency
        None where there is no classification.
    recommendation
        The workflow's branch.
    warnings
        Of the reader and of the eligibility checks, in that order.
    provenance
        What the result was made with.
    """

    facts: FilmFacts
    shape: tuple[int, int]
    spacing: PixelSpacing
    segmentation: ChestSegmentation
    biomarkers: tuple[Biomarker, ...]
    calipers: tuple[Caliper, ...]
    classification: Classification | None
    saliency: SaliencyMap | None
    recommendation: Recommendation
    warnings: tuple[FilmWarning, ...]
    provenance: Provenance
    by_hand: Measurement | None = None

    @property
    def drawn_calipers(self) -> tuple[Caliper, ...]:
        """Lines as a reader sees them: a placed one in the place of that from the masks."""
        lines = {item.name: item for item in self.calipers}
        lines |= {item.name: item for item in (self.by_hand.calipers if self.by_hand else ())}
        return tuple(lines.values())

    def biomarker(self, name: str) -> Biomarker:
        """Return a biomarker by its key.

        Raises
        ------
        KeyError
            If there is none of that name.
        """
        for biomarker in self.biomarkers:
            if biomarker.name == name:
                return biomarker
        raise KeyError(name)
