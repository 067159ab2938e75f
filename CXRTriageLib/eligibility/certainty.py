"""Whether the segmentation network knew what it saw.

A network that is shown another image may still draw two lungs, but it is in doubt nearly everywhere
around them. The limits stand beside 192 validation films, with the shipped network: half have a
doubtful share of at most 0.10, 99 percent of at most 0.26, and the largest is 0.46: a bedside film
on which no mask is right. Ten of them turned to either side have 0.31 and more, 19 of these 20 more
than 0.45; in a film of a leg, in noise, ramps and rings it finds no lungs at all. Films upside down
are not told apart: 0.21 to 0.61.
Another network needs limits of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from CXRTriageLib.domain.film_warning import FilmWarning, WarningCode
from CXRTriageLib.domain.segmentation import ChestSegmentation

MUCH_DOUBT = 0.3
"""Doubtful share that is mentioned; 2 of the 192 films have more."""
TOO_MUCH_DOUBT = 0.45
"""Doubtful share of a film that is hardly a frontal chest film."""


def check_certainty(segmentation: ChestSegmentation) -> Iterator[FilmWarning]:
    """Yield a warning where the network was in doubt about the masks.

    Parameters
    ----------
    segmentation
        Masks of one film. Those that a person drew are not in doubt.

    Yields
    ------
    FilmWarning
        At most one; beyond `TOO_MUCH_DOUBT` it keeps the film from a class.
    """
    share = segmentation.doubtful_share
    if share is None or share <= MUCH_DOUBT:
        return
    if share > TOO_MUCH_DOUBT:
        yield FilmWarning(
            code=WarningCode.DOUBTFUL_MASKS,
            message="The network is in doubt about nearly every border, as on a film that shows "
            "no chest or lies on its side, so the film gets no class; if it is a frontal chest "
            "film, correct the masks and run it again with them.",
            blocks_classification=True,
        )
    else:
        yield FilmWarning(
            code=WarningCode.DOUBTFUL_MASKS,
            message="The network is in doubt about many borders of lungs and heart; "
            "check the masks before you use a number.",
        )
