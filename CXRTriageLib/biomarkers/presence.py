"""What has to be there before anything can be measured."""

from __future__ import annotations

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.label_runs import LabelRuns, PixelRuns
from CXRTriageLib.errors import UndefinedBiomarkerError


def pixels_of(runs: LabelRuns, structure: Structure) -> PixelRuns:
    """Return the pixels of a structure that must be there.

    Parameters
    ----------
    runs
        The masks.
    structure
        A lung or the heart.

    Returns
    -------
    PixelRuns
        At least one.

    Raises
    ------
    UndefinedBiomarkerError
        If the structure is missing.
    """
    found = runs.of(structure)
    if not found.rows.size:
        raise UndefinedBiomarkerError(f"There is no {structure.spoken_name} in the masks.")
    return found
