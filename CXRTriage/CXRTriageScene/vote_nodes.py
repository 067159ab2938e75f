"""What each patch voted for, as points over the film."""

from __future__ import annotations

from typing import Any

import numpy as np
import vtk

from CXRTriageLib.domain.patches import PatchEvidence
from CXRTriageLib.exporting.palette import CLASS_COLORS
from CXRTriageScene.film_geometry import filmShape, positionOf, toFilmPixels
from CXRTriageScene.node_roles import Role, findOrAdd

_GLYPH_SCALE = 2.2
"""Percent of the view."""


def addVotes(evidence: PatchEvidence, film: Any) -> dict[str, Any]:
    """Add a point for each patch, or bring those that are there up to date.

    Parameters
    ----------
    evidence
        The network's output for all patches.
    film
        The film node.

    Returns
    -------
    dict
        vtkMRMLMarkupsFiducialNode by name of the class that its patches voted for; locked, and
        of the color of the class. The description of a point holds the probability.
    """
    winners = evidence.probabilities.argmax(axis=1)
    positions = toFilmPixels(evidence.centers, evidence.working_shape, filmShape(film))
    nodes = {}
    for index, name in enumerate(evidence.class_names):
        node, isNew = findOrAdd(
            film, "vtkMRMLMarkupsFiducialNode", Role.VOTES, f"Votes: {name}", name
        )
        modified = node.StartModify()
        node.RemoveAllControlPoints()
        for patch in np.flatnonzero(winners == index):
            row, column = positions[patch].tolist()
            point = node.AddControlPoint(vtk.vtkVector3d(*positionOf(film, row, column)))
            probability = float(evidence.probabilities[patch, index])
            node.SetNthControlPointDescription(point, f"{probability:.3f}")
        node.EndModify(modified)
        if isNew:
            _style(node, index)
        nodes[name] = node
    return nodes


def _style(node: Any, index: int) -> None:
    node.SetLocked(True)
    node.CreateDefaultDisplayNodes()
    display = node.GetDisplayNode()
    color = tuple(channel / 255 for channel in CLASS_COLORS[index % len(CLASS_COLORS)])
    display.SetColor(color)
    display.SetSelectedColor(color)
    display.SetGlyphTypeFromString("Circle2D")
    display.UseGlyphScaleOn()
    display.SetGlyphScale(_GLYPH_SCALE)
    display.SetPointLabelsVisibility(False)
    display.SetPropertiesLabelVisibility(False)
