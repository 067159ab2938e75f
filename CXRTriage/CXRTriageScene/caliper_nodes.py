"""The diameters of the cardiothoracic ratio as lines that a reader can drag."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import slicer
import vtk

from CXRTriageLib.biomarkers.cardiothoracic import (
    HEART_DIAMETER,
    MIDLINE,
    THORACIC_DIAMETER,
    cardiothoracic_ratio,
)
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.biomarker import Caliper
from CXRTriageLib.errors import UndefinedBiomarkerError
from CXRTriageLib.exporting.palette import STRUCTURE_COLORS
from CXRTriageScene.film_facts import spacingOf
from CXRTriageScene.film_geometry import filmAspect, pixelAt, positionOf
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

_MOVED, _MOVING = "CXRTriage.MovedByHand", "CXRTriage.Moving"


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
        if not isMovedByHand(node):
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
    node.SetAttribute(_MOVING, "1")
    for index, end in enumerate((caliper.start, caliper.end)):
        position = vtk.vtkVector3d(*positionOf(film, *end))
        if index < node.GetNumberOfControlPoints():
            node.SetNthControlPointPosition(index, position)
        else:
            node.AddControlPoint(position)
    node.SetAttribute(_MOVING, None)
    node.SetAttribute(_MOVED, None)


def isMovedByHand(node: Any) -> bool:
    """Return whether a person has moved a line since it was measured."""
    return node.GetAttribute(_MOVED) == "1"


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


def ratioOf(calipers: Mapping[str, Any], film: Any) -> float:
    """Return the cardiothoracic ratio along lines as they lie now.

    Parameters
    ----------
    calipers
        Nodes by name, from `addCalipers`.
    film
        The film node.

    Raises
    ------
    UndefinedBiomarkerError
        If a diameter is missing.
    """
    for name in (HEART_DIAMETER, THORACIC_DIAMETER):
        if name not in calipers or calipers[name].GetNumberOfControlPoints() < 2:
            raise UndefinedBiomarkerError(f"There is no line along the {name.replace('_', ' ')}.")
    heart, thorax = (
        readCaliper(calipers[name], film) for name in (HEART_DIAMETER, THORACIC_DIAMETER)
    )
    return cardiothoracic_ratio(heart, thorax, aspect=filmAspect(film))


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
    """Tells of the cardiothoracic ratio while a reader drags the ends of its lines.

    Parameters
    ----------
    calipers
        Nodes by name, from `addCalipers`.
    film
        The film node.
    onRatio
        Called with the new ratio; None where it is undefined.
    """

    def __init__(
        self,
        calipers: Mapping[str, Any],
        film: Any,
        onRatio: Callable[[float | None], None],
    ) -> None:
        self._calipers, self._film, self._onRatio = dict(calipers), film, onRatio
        event = slicer.vtkMRMLMarkupsNode.PointModifiedEvent
        self._observed = [
            (node, node.AddObserver(event, self._onPointModified)) for node in calipers.values()
        ]

    def close(self) -> None:
        """Stop watching."""
        for node, tag in self._observed:
            node.RemoveObserver(tag)
        self._observed = []

    def _onPointModified(self, node: Any, _event: str) -> None:
        if node.GetAttribute(_MOVING):
            return
        node.SetAttribute(_MOVED, "1")
        try:
            ratio: float | None = ratioOf(self._calipers, self._film)
        except UndefinedBiomarkerError:
            ratio = None
        self._onRatio(ratio)


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
