"""The diameters of the cardiothoracic ratio as lines that a reader can drag."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import slicer
import vtk

from CXRTriageLib.biomarkers.cardiothoracic import HEART_DIAMETER, MIDLINE, THORACIC_DIAMETER
from CXRTriageLib.biomarkers.placed_calipers import measure_placed
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.biomarker import Caliper, Measurement
from CXRTriageLib.exporting.palette import STRUCTURE_COLORS
from CXRTriageScene.film_facts import spacingOf
from CXRTriageScene.film_geometry import pixelAt, positionOf
from CXRTriageScene.film_letters import putOnPlate
from CXRTriageScene.node_roles import Role, detailOf, findOrAdd

_THORAX_COLOR = (255, 160, 40)
"""Seen on black air and on white bone."""

_DRAWN = {
    HEART_DIAMETER: ("Heart", STRUCTURE_COLORS[Structure.HEART]),
    THORACIC_DIAMETER: ("Thorax", _THORAX_COLOR),
    MIDLINE: ("Midline", _THORAX_COLOR),
}
"""Word and color of each line that is shown; those of the heart's halves lie on others."""

_MIDLINE_OPACITY = 0.6

_MEASURED, _MOVING = "CXRTriage.Measured", "CXRTriage.Moving"

_SAME_PLACE_MM = 1e-3
"""A file of markups rounds positions."""


def addCalipers(calipers: Iterable[Caliper], film: Any) -> dict[str, Any]:
    """Add the lines of a film, or move those that are there.

    Parameters
    ----------
    calipers
        What the library measured along.
    film
        The film node.

    Returns
    -------
    dict
        vtkMRMLMarkupsLineNode by name of the caliper. The ends of the two diameters can be
        dragged, the midline is locked. A line that a person has moved stays where it is, see
        `isMovedByHand`.
    """
    nodes = {}
    for caliper in calipers:
        if caliper.name not in _DRAWN:
            continue
        word, color = _DRAWN[caliper.name]
        node, isNew = findOrAdd(film, "vtkMRMLMarkupsLineNode", Role.CALIPER, word, caliper.name)
        if isNew:
            _style(node, color, hasUnit=spacingOf(film).is_known)
        if isNew or not isMovedByHand(node):
            moveCaliper(node, film, caliper)
        nodes[caliper.name] = node
    return nodes


def moveCaliper(node: Any, film: Any, caliper: Caliper) -> None:
    """Put a line where a caliper is; from then on it counts as not moved by hand.

    Parameters
    ----------
    node
        vtkMRMLMarkupsLineNode.
    film
        The film node.
    caliper
        In pixels of the film.
    """
    ends = [positionOf(film, *end) for end in (caliper.start, caliper.end)]
    node.SetAttribute(_MOVING, "1")
    for index, end in enumerate(ends):
        position = vtk.vtkVector3d(*end)
        if index < node.GetNumberOfControlPoints():
            node.SetNthControlPointPosition(index, position)
        else:
            node.AddControlPoint(position)
    node.SetAttribute(_MOVING, None)
    node.SetAttribute(_MEASURED, json.dumps(ends))


def isMovedByHand(node: Any) -> bool:
    """Return whether a person has moved a line since it was measured, here or in 3D Slicer."""
    if not _isWhole(node):
        return False
    measured = json.loads(node.GetAttribute(_MEASURED) or "null")
    ends = [node.GetNthControlPointPosition(index) for index in range(2)]
    return measured is None or not np.allclose(ends, measured, rtol=0, atol=_SAME_PLACE_MM)


def readCaliper(node: Any, film: Any) -> Caliper:
    """Return where a line lies now, in pixels of the film.

    Parameters
    ----------
    node
        vtkMRMLMarkupsLineNode with both of its points.
    film
        The film node.
    """
    start, end = (
        pixelAt(film, tuple(node.GetNthControlPointPosition(index))) for index in range(2)
    )
    return Caliper(name=detailOf(node), start=start, end=end)


def placedCalipers(calipers: Mapping[str, Any], film: Any) -> tuple[Caliper, ...]:
    """Return the lines that a person has moved, where they lie now.

    Parameters
    ----------
    calipers
        Nodes by name, from `addCalipers`.
    film
        The film node.
    """
    return tuple(readCaliper(node, film) for node in calipers.values() if isMovedByHand(node))


def placeCalipers(calipers: Iterable[Caliper], film: Any) -> None:
    """Put lines where a person had moved them in an earlier session.

    Parameters
    ----------
    calipers
        From `placedCalipers`.
    film
        The film node.
    """
    for caliper in calipers:
        for node in addCalipers([caliper], film).values():
            moveCaliper(node, film, caliper)
            node.SetAttribute(_MEASURED, None)


def measureByHand(calipers: Mapping[str, Any], film: Any) -> Measurement | None:
    """Return what lines give that a person has moved; None where there are none.

    Parameters
    ----------
    calipers
        Nodes by name, from `addCalipers`. A diameter that nobody has moved is that of the masks.
    film
        The film node.
    """
    lines = [node for node in calipers.values() if not isMovedByHand(node) and _isWhole(node)]
    return measure_placed(
        placedCalipers(calipers, film),
        [readCaliper(node, film) for node in lines],
        spacingOf(film),
    )


def styleCalipers(calipers: Mapping[str, Any], *, opacity: float) -> None:
    """Say how strongly lines cover the film; the midline stays fainter than the diameters.

    Parameters
    ----------
    calipers
        Nodes by name, from `addCalipers`.
    opacity
        0 to 1; 0 hides.
    """
    for node in calipers.values():
        display = node.GetDisplayNode()
        display.SetVisibility(opacity > 0)
        display.SetOpacity(opacity * (_MIDLINE_OPACITY if detailOf(node) == MIDLINE else 1.0))


class CaliperWatch:
    """Tells while a reader drags the ends of lines, and when one is let go.

    Parameters
    ----------
    calipers
        Nodes by name, from `addCalipers`.
    onMoved
        Called after every move.
    onLetGo
        Called when the mouse button is up again.
    """

    def __init__(
        self,
        calipers: Mapping[str, Any],
        onMoved: Callable[[], None],
        onLetGo: Callable[[], None],
    ) -> None:
        self._onMoved, self._onLetGo = onMoved, onLetGo
        events = slicer.vtkMRMLMarkupsNode
        observers = {
            events.PointModifiedEvent: self._onPointModified,
            events.PointEndInteractionEvent: self._onPointLetGo,
        }
        self._observed = [
            (node, node.AddObserver(event, observer))
            for node in calipers.values()
            for event, observer in observers.items()
        ]

    def close(self) -> None:
        """Stop watching."""
        for node, tag in self._observed:
            node.RemoveObserver(tag)
        self._observed = []

    def _onPointModified(self, node: Any, _event: str) -> None:
        if node.GetAttribute(_MOVING):
            return
        self._onMoved()

    def _onPointLetGo(self, _node: Any, _event: str) -> None:
        self._onLetGo()


def _isWhole(node: Any) -> bool:
    return bool(node.GetNumberOfControlPoints() == 2)


def _style(node: Any, color: tuple[int, int, int], *, hasUnit: bool) -> None:
    node.CreateDefaultDisplayNodes()
    isMidline = detailOf(node) == MIDLINE
    node.SetLocked(isMidline)
    # Without a known spacing there is no length that could be given.
    length = node.GetMeasurement("length")
    length.SetEnabled(hasUnit and not isMidline)
    length.SetPrintFormat("%.1f %s")
    display = node.GetDisplayNode()
    for setColor in (display.SetColor, display.SetSelectedColor, display.SetActiveColor):
        setColor(*(channel / 255 for channel in color))
    display.SetPointLabelsVisibility(False)
    display.SetPropertiesLabelVisibility(not isMidline)
    display.SetTextScale(3.0)
    putOnPlate(display.GetTextProperty())
    # The thickness of a line is a share of the size of its ends.
    display.SetGlyphScale(0.6 if isMidline else 1.8)
    display.SetLineThickness(0.4 if isMidline else 0.2)
    styleCalipers({detailOf(node): node}, opacity=1.0)
