"""What each patch voted for, as points over the film."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import vtk

from CXRTriageLib.domain.patches import PatchEvidence
from CXRTriageLib.exporting.palette import CLASS_COLORS, CLASS_MARKS
from CXRTriageScene.film_geometry import filmShape, positionOf, toFilmPixels
from CXRTriageScene.node_roles import Role, findOrAdd

_GLYPHS = {
    "●": ("Circle2D", 2.4),
    "■": ("Square2D", 2.3),
    "◆": ("Diamond2D", 3.0),
    "▲": ("Triangle2D", 3.6),
    "★": ("StarBurst2D", 3.0),
    "✚": ("ThickCross2D", 2.8),
}
"""What markups call the marks of the palette, and their size in percent of the view.

Sizes are such that marks cover like areas: a class must not look rarer for its mark.
"""


def addVotes(evidence: PatchEvidence, film: Any, labels: Mapping[str, str]) -> dict[str, Any]:
    """Add a point for each patch, or bring those that are there up to date.

    Parameters
    ----------
    evidence
        The network's output for all patches.
    film
        The film node.
    labels
        Names of classes for people.

    Returns
    -------
    dict
        vtkMRMLMarkupsFiducialNode by name of the class that its patches voted for; locked, with
        mark and color of the class. The description of a point holds the probability.
    """
    winners = evidence.probabilities.argmax(axis=1)
    positions = toFilmPixels(evidence.centers, evidence.working_shape, filmShape(film))
    nodes = {}
    for index, name in enumerate(evidence.class_names):
        node, isNew = findOrAdd(
            film, "vtkMRMLMarkupsFiducialNode", Role.VOTES, f"Votes: {labels[name]}", name
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


def styleVotes(votes: Mapping[str, Any], *, opacity: float) -> None:
    """Say how strongly votes cover the film.

    Parameters
    ----------
    votes
        Nodes by name of the class, from `addVotes`.
    opacity
        0 to 1; 0 hides.
    """
    for node in votes.values():
        node.GetDisplayNode().SetVisibility(opacity > 0)
        node.GetDisplayNode().SetOpacity(opacity)


def _style(node: Any, index: int) -> None:
    node.SetLocked(True)
    node.CreateDefaultDisplayNodes()
    display = node.GetDisplayNode()
    color = tuple(channel / 255 for channel in CLASS_COLORS[index % len(CLASS_COLORS)])
    display.SetColor(color)
    display.SetSelectedColor(color)
    glyph, scale = _GLYPHS[CLASS_MARKS[index % len(CLASS_MARKS)]]
    display.SetGlyphTypeFromString(glyph)
    display.UseGlyphScaleOn()
    display.SetGlyphScale(scale)
    display.SetPointLabelsVisibility(False)
    display.SetPropertiesLabelVisibility(False)
