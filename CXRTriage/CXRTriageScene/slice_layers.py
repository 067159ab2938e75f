"""Which volumes the slice views show: the film, and saliency over it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from CXRTriageScene.saliency_nodes import legendOf


def showFilm(film: Any) -> None:
    """Show a film in the slice views, with no saliency over it.

    Parameters
    ----------
    film
        The film node.
    """
    for composite in _compositesOf(film.GetScene()):
        composite.SetBackgroundVolumeID(film.GetID())
        composite.SetForegroundVolumeID(None)


def showSaliency(film: Any, saliency: Any | None, *, opacity: float) -> None:
    """Show the saliency of one class over its film, or none.

    Parameters
    ----------
    film
        The film node.
    saliency
        From `CXRTriageScene.saliency_nodes.addSaliency`, or None.
    opacity
        0 to 1.
    """
    scene = film.GetScene()
    for composite in _compositesOf(scene):
        before = composite.GetForegroundVolumeID()
        if before and scene.GetNodeByID(before) is not None:
            _showLegend(scene.GetNodeByID(before), visible=False)
        composite.SetForegroundVolumeID(saliency.GetID() if saliency is not None else None)
        composite.SetForegroundOpacity(opacity)
    if saliency is not None:
        _showLegend(saliency, visible=opacity > 0)


def _showLegend(volume: Any, *, visible: bool) -> None:
    legend = legendOf(volume)
    if legend is not None:
        legend.SetVisibility(visible)


def _compositesOf(scene: Any) -> Iterator[Any]:
    name = "vtkMRMLSliceCompositeNode"
    for index in range(scene.GetNumberOfNodesByClass(name)):
        yield scene.GetNthNodeByClass(index, name)
