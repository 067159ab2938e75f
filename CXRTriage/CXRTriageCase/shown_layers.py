"""Brings the choices of the layers panel to the nodes of a case."""

from __future__ import annotations

from typing import Any, Protocol

from CXRTriageScene.case_nodes import CaseNodes
from CXRTriageScene.mask_nodes import styleMasks
from CXRTriageScene.saliency_nodes import setSaliencyThreshold
from CXRTriageScene.slice_layers import showSaliency


class Layers(Protocol):
    """What is to be shown; `CXRTriagePanels.layers_panel.LayerState` has it."""

    masks: bool
    fill: float
    outline: float
    saliency: bool
    saliencyClass: str
    saliencyOpacity: float
    threshold: float
    votes: bool
    calipers: bool


def showLayers(nodes: CaseNodes, layers: Layers) -> None:
    """Show the layers of a case.

    Parameters
    ----------
    nodes
        Of the case.
    layers
        What is to be shown, and how strongly.
    """
    current = nodes.currentMasks
    if current is not None:
        current.GetDisplayNode().SetVisibility(layers.masks)
        styleMasks(current, fill=layers.fill, outline=layers.outline)
    _setVisible(nodes.votes, layers.votes)
    _setVisible(nodes.calipers, layers.calipers)
    chosen = nodes.saliency.get(layers.saliencyClass) if layers.saliency else None
    for node in nodes.saliency.values():
        setSaliencyThreshold(node, layers.threshold)
    showSaliency(nodes.film, chosen, opacity=layers.saliencyOpacity)


def _setVisible(nodes: Any, isVisible: bool) -> None:  # noqa: FBT001 - a value, no switch
    for node in nodes.values():
        node.GetDisplayNode().SetVisibility(isVisible)
