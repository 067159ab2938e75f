"""What a reader has chosen of the layers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class LayerState:
    """Which layers are shown, and how strongly; opacities and shares go from 0 to 1.

    Attributes
    ----------
    film, masks, saliency, votes, calipers
        Whether each is shown.
    filmOpacity, saliencyOpacity, votesOpacity, calipersOpacity
        How strongly each is shown.
    fill, outline
        Opacity of the inside and of the border of masks.
    saliencyClass
        Name of the class whose saliency is shown.
    threshold
        Share of the full scale of saliency below which nothing is shown.
    """

    film: bool = True
    filmOpacity: float = 1.0
    masks: bool = True
    fill: float = 0.15
    outline: float = 1.0
    saliency: bool = False
    saliencyClass: str = ""
    saliencyOpacity: float = 0.5
    threshold: float = 0.1
    votes: bool = False
    votesOpacity: float = 1.0
    calipers: bool = True
    calipersOpacity: float = 1.0
