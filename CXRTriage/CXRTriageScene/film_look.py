"""How a film node is brought to the screen: its window, black for white, and how strongly."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray

from CXRTriageScene.display_windows import DisplayWindow
from CXRTriageScene.node_roles import Role, assignRole, caseIdOf, nodesWithRole

_INVERTED, _CURVE, _OPACITY = (
    "CXRTriage.ShownInverted",
    "CXRTriage.ShownCurve",
    "CXRTriage.ShownOpacity",
)
_GRAY, _INVERTED_GRAY = "vtkMRMLColorTableNodeGrey", "vtkMRMLColorTableNodeInvertedGrey"
_GRAYS = 256


def showWindow(film: Any, window: DisplayWindow) -> None:
    """Show a film in a window; inversion and opacity stay as they are.

    Parameters
    ----------
    film
        The film node.
    window
        One of `CXRTriageScene.display_windows.displayWindows`.
    """
    display = film.GetDisplayNode()
    display.AutoWindowLevelOff()
    display.SetWindowLevel(window.high - window.low, (window.high + window.low) / 2)
    packed = None if window.curve is None else base64.b64encode(window.curve.tobytes())
    film.SetAttribute(_CURVE, None if packed is None else packed.decode("ascii"))
    _color(film)


def isInverted(film: Any) -> bool:
    """Return whether a reader has swapped black and white."""
    return film.GetAttribute(_INVERTED) == "1"


def setInverted(film: Any, *, inverted: bool) -> None:
    """Show a film with black and white swapped, or as it was.

    Parameters
    ----------
    film
        The film node.
    inverted
        Whether dense tissue is shown black.
    """
    if inverted != isInverted(film):
        film.SetAttribute(_INVERTED, "1" if inverted else None)
        _color(film)


def filmOpacity(film: Any) -> float:
    """Return how strongly a film is shown over the black ground, 0 to 1."""
    return float(film.GetAttribute(_OPACITY) or 1)


def setFilmOpacity(film: Any, opacity: float) -> None:
    """Show a film more or less strongly; what lies over it stays as it is.

    Slice views have no opacity for the lowest layer. Over their black ground it is the same to
    darken its grays.

    Parameters
    ----------
    film
        The film node.
    opacity
        0 to 1; 0 hides.
    """
    if opacity != filmOpacity(film):
        film.SetAttribute(_OPACITY, None if opacity >= 1 else f"{opacity:.4f}")
        _color(film)


def _color(film: Any) -> None:
    """Give a film the colors of what its attributes say."""
    opacity, tables = filmOpacity(film), _tablesOf(film)
    isPlain = opacity == 1 and film.GetAttribute(_CURVE) is None
    if isPlain:
        identifier = _INVERTED_GRAY if isInverted(film) else _GRAY
        film.GetDisplayNode().SetAndObserveColorNodeID(identifier)
        for table in tables:
            film.GetScene().RemoveNode(table)
        return
    table = tables[0] if tables else _addTable(film)
    grays = _curveOf(film)
    shown = opacity * (255.0 - grays if isInverted(film) else grays) / 255
    modified = table.StartModify()
    for index, gray in enumerate(shown.tolist()):
        table.SetColor(index, str(index), gray, gray, gray, 1.0)
    table.EndModify(modified)
    film.GetDisplayNode().SetAndObserveColorNodeID(table.GetID())


def _curveOf(film: Any) -> NDArray[np.float64]:
    packed = film.GetAttribute(_CURVE)
    if packed is None:
        return np.arange(_GRAYS, dtype=np.float64)
    return np.frombuffer(base64.b64decode(packed), np.uint8).astype(np.float64)


def _tablesOf(film: Any) -> tuple[Any, ...]:
    return nodesWithRole(film.GetScene(), Role.DISPLAY_CURVE, caseIdOf(film))


def _addTable(film: Any) -> Any:
    table = film.GetScene().AddNewNodeByClass("vtkMRMLColorTableNode", f"{film.GetName()} display")
    table.SetTypeToUser()
    table.SetNumberOfColors(_GRAYS)
    table.SetHideFromEditors(True)
    assignRole(table, Role.DISPLAY_CURVE, caseIdOf(film))
    return table
