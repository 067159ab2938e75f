"""All checks of a film, in the order of reports."""

from __future__ import annotations

from CXRTriageLib.domain.film_warning import FilmWarning
from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageLib.domain.segmentation import ChestSegmentation
from CXRTriageLib.eligibility.certainty import check_certainty
from CXRTriageLib.eligibility.image_checks import check_heart, check_lungs
from CXRTriageLib.eligibility.left_out_lung import check_left_out_lung
from CXRTriageLib.eligibility.metadata_checks import check_metadata
from CXRTriageLib.eligibility.polarity import check_polarity


def assess_eligibility(
    radiograph: Radiograph, segmentation: ChestSegmentation
) -> tuple[FilmWarning, ...]:
    """Return what speaks against triage of a film.

    Parameters
    ----------
    radiograph
        The film.
    segmentation
        Its masks.

    Returns
    -------
    tuple of FilmWarning
        Of the file, of the pixels and of the masks. The film gets no class where one of them
        has ``blocks_classification``.
    """
    return (
        *check_metadata(radiograph.facts),
        *check_polarity(radiograph, segmentation),
        *check_lungs(segmentation, aspect=radiograph.spacing.aspect),
        *check_certainty(segmentation),
        *check_left_out_lung(segmentation),
        *check_heart(segmentation),
    )
