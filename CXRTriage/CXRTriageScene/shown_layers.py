"""Brings what a reader has chosen of the layers to the nodes of a case."""

from __future__ import annotations

from typing import Protocol

from CXRTriageScene.caliper_nodes import styleCalipers
from CXRTriageScene.case_nodes import CaseNodes
from CXRTriageScene.film_look import setFilmOpacity
from CXRTriageScene.mask_nodes import styleMasks
from CXRTriageScene.saliency_nodes import setSaliencyThreshold
from CXRTriageScene.slice_layers import showSaliency
from CXRTriageScene.vote_nodes import styleVotes


class Layers(Protocol):
    """What is to be shown; `CXRTriagePanels.layers_panel.LayerState` has it."""

    film: bool
    filmOpacity: float
    masks: bool
    fill: float
    outline: float
    saliency: bool
    saliencyClass: str
    saliencyOpacity: float
    threshold: float
    votes: bool
    votesOpacity: float
    calipers: bool
    calipersOpacity: float


def showLayers(nodes: CaseNodes, layers: Layers) -> None:
    """Show the layers of a case.

    Parameters
    ----------
    nodes
        Of the case.
    layers
        What is to be shown, and how strongly.
    """
    setFilmOpacity(nodes.film, layers.filmOpacity if layers.film else 0.0)
    masks = nodes.currentMasks
    if masks is not None:
        masks.GetDisplayNode().SetVisibility(layers.masks)
        styleMasks(masks, fill=layers.fill, outline=layers.outline)
    styleVotes(nodes.votes, opacity=layers.votesOpacity if layers.votes else 0.0)
    styleCalipers(nodes.calipers, opacity=layers.calipersOpacity if layers.calipers else 0.0)
    for node in nodes.saliency.values():
        setSaliencyThreshold(node, layers.threshold)
    chosen = nodes.saliency.get(layers.saliencyClass) if layers.saliency else None
    showSaliency(nodes.film, chosen, opacity=layers.saliencyOpacity)
