"""Saliency as colored volumes over the film, with a legend."""

from __future__ import annotations

from typing import Any

import numpy as np
import slicer

from CXRTriageLib.domain.arrays import FloatImage
from CXRTriageLib.exporting.palette import saliency_colors
from CXRTriageScene.film_geometry import filmShape, placeLikeFilm
from CXRTriageScene.film_letters import putOnPlate
from CXRTriageScene.node_removal import removeNodes
from CXRTriageScene.node_roles import Role, findOrAdd, nodesWithRole
from CXRTriageScene.volume_image import imageOf

COLOR_TABLE = "CXR saliency"
THRESHOLD = 0.1
"""Share of the full scale below which nothing is shown at first."""

_COLORS = 256


def addSaliency(
    values: FloatImage, film: Any, name: str, *, label: str, fullScale: float | None = None
) -> Any:
    """Add the saliency of a class, or bring the node that is there up to date.

    Parameters
    ----------
    values
        (rows, columns), never negative; an image that covers the field of the film.
    film
        The film node.
    name
        Of the class.
    label
        Of the class, for people.
    fullScale
        Value that gets the last color; the highest one by default. Give the same number to
        all classes of a film, so that their colors can be compared.

    Returns
    -------
    vtkMRMLScalarVolumeNode
        Meant as foreground; what lies below the threshold is not shown.
    """
    node, isNew = findOrAdd(
        film, "vtkMRMLScalarVolumeNode", Role.SALIENCY, f"Saliency: {label}", name
    )
    node.SetAndObserveImageData(imageOf(np.asarray(values, np.float32)))
    rows, columns = values.shape
    columnStep, rowStep, _ = film.GetSpacing()
    placeLikeFilm(node, (rowStep, columnStep), shape=filmShape(film), imageShape=(rows, columns))
    threshold = THRESHOLD if isNew else saliencyThreshold(node)
    node.CreateDefaultDisplayNodes()
    display = node.GetDisplayNode()
    display.SetAndObserveColorNodeID(saliencyColorTable(film.GetScene()).GetID())
    display.AutoWindowLevelOff()
    display.InterpolateOn()
    # A map that is zero everywhere needs a scale all the same.
    display.SetWindowLevelMinMax(0.0, fullScale or float(values.max(initial=0)) or 1.0)
    setSaliencyThreshold(node, threshold)
    if isNew:
        _addLegend(node, label)
    return node


def saliencyThreshold(node: Any) -> float:
    """Return the share of the full scale below which a saliency node shows nothing."""
    display = node.GetDisplayNode()
    return float(display.GetLowerThreshold() / display.GetWindowLevelMax())


def setSaliencyThreshold(node: Any, share: float) -> None:
    """Hide saliency below a share of its full scale.

    Parameters
    ----------
    node
        From `addSaliency`.
    share
        0 to 1.
    """
    display = node.GetDisplayNode()
    highest = max(display.GetWindowLevelMax(), node.GetImageData().GetScalarRange()[1])
    display.AutoThresholdOff()
    display.ApplyThresholdOn()
    display.SetThreshold(share * display.GetWindowLevelMax(), highest)


def legendOf(node: Any) -> Any:
    """Return the display node of the legend of a saliency node."""
    return slicer.vtkSlicerColorLogic.GetColorLegendDisplayNode(node)


def saliencyColorTable(scene: Any) -> Any:
    """Return the color table of saliency, made at its first use in a scene."""
    found = _colorTablesOf(scene)
    if found:
        return found[0]
    table = scene.AddNewNodeByClass("vtkMRMLColorTableNode", COLOR_TABLE)
    table.SetTypeToUser()
    table.SetNumberOfColors(_COLORS)
    colors = saliency_colors(np.linspace(0, 1, _COLORS, dtype=np.float32)) / 255
    for index, (red, green, blue) in enumerate(colors.tolist()):
        table.SetColor(index, f"{index / (_COLORS - 1):.2f}", red, green, blue, 1.0)
    return table


def tidyColorTables(scene: Any) -> None:
    """Leave one color table of saliency in a scene, and none where nothing uses it.

    Every session that is read brings its own along.

    Parameters
    ----------
    scene
        The MRML scene.
    """
    users = nodesWithRole(scene, Role.SALIENCY)
    tables = _colorTablesOf(scene)
    for node in users:
        node.GetDisplayNode().SetAndObserveColorNodeID(tables[0].GetID())
    removeNodes(scene, tables[1:] if users else tables)


def _colorTablesOf(scene: Any) -> list[Any]:
    found = scene.GetNodesByClassByName("vtkMRMLColorTableNode", COLOR_TABLE)
    found.UnRegister(None)
    return [found.GetItemAsObject(index) for index in range(found.GetNumberOfItems())]


def _addLegend(node: Any, label: str) -> None:
    legend = slicer.vtkSlicerColorLogic.AddDefaultColorLegendDisplayNode(node)
    legend.SetTitleText(f"Saliency\n{label}")
    legend.SetLabelFormat("%.2g")
    legend.SetNumberOfLabels(3)
    legend.SetSize(0.06, 0.26)
    for text, size in ((legend.GetTitleTextProperty(), 8), (legend.GetLabelTextProperty(), 7)):
        text.SetFontFamilyToArial()
        text.SetFontSize(size)
        putOnPlate(text)
    legend.SetPosition(0.98, 0.5)
    # Only the one of the saliency that is shown is to be seen.
    legend.SetVisibility(False)
