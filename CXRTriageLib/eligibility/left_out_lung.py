"""Whether the masks leave out lung that the outline of the whole lungs holds.

The network learned the whole lungs from films with dense disease, in which its masks stop at the
border of what is dense. Both then differ by far more than what lies behind heart and diaphragm. Of
192 validation films with the shipped network, half have at most 13 percent of one whole lung
outside of the masks and 95 percent at most 21 percent. 8 are mentioned, 8 of them from the
collection of Cohen et al., where dense disease is.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from CXRTriageLib.domain.anatomy import LUNGS, Structure
from CXRTriageLib.domain.film_warning import FilmWarning, WarningCode
from CXRTriageLib.domain.segmentation import ChestSegmentation

MUCH_LEFT_OUT = 0.25
"""Share of one whole lung beyond which it is mentioned."""
_SIDE_PX = 512
"""Areas are counted on pixels about this many along a side."""


def check_left_out_lung(segmentation: ChestSegmentation) -> Iterator[FilmWarning]:
    """Yield a warning for each lung that has much outside of the masks.

    Parameters
    ----------
    segmentation
        Masks of one film. Without whole lungs, as where a person drew the masks, nothing is
        said.

    Yields
    ------
    FilmWarning
        At most one for each lung.
    """
    for lung, share in left_out_shares(segmentation):
        if share > MUCH_LEFT_OUT:
            yield FilmWarning(
                code=WarningCode.LUNG_LEFT_OUT,
                message=f"{100 * share:.0f} % of the whole {lung.spoken_name} lies outside of the "
                "masks: dense lung may be left out, or the whole lung goes too far; compare both "
                "outlines and correct the mask.",
            )


def left_out_shares(segmentation: ChestSegmentation) -> tuple[tuple[Structure, float], ...]:
    """Return how much of each whole lung is neither lung nor heart in the masks.

    Parameters
    ----------
    segmentation
        Masks of one film.

    Returns
    -------
    tuple of (Structure, float)
        Each lung with its share from 0 to 1; empty where a lung or the whole lungs are missing.
    """
    if segmentation.whole_lungs is None:
        return ()
    step = max(1, max(segmentation.labels.shape) // _SIDE_PX)
    labels = segmentation.labels[::step, ::step]
    whole = segmentation.whole_lungs[::step, ::step]
    columns = {lung: np.nonzero(labels == lung)[1] for lung in LUNGS}
    if not all(len(found) for found in columns.values()):
        return ()
    centers = {lung: float(found.mean()) for lung, found in columns.items()}
    middle = sum(centers.values()) / len(centers)
    beyond = np.arange(labels.shape[1]) > middle
    halves = [whole & (beyond if centers[lung] > middle else ~beyond) for lung in LUNGS]
    is_background = labels == Structure.BACKGROUND
    shares = [float((half & is_background).sum() / half.sum()) for half in halves]
    return tuple(zip(LUNGS, shares, strict=True))
