"""What a node is for: written into the node itself, so that it is found in a scene again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any

_ROLE, _CASE, _DETAIL = "CXRTriage.Role", "CXRTriage.Case", "CXRTriage.Detail"


class Role(Enum):
    """What a node shows of a case."""

    FILM = "film"
    DISPLAY_CURVE = "display curve"
    """Color table of a film whose file asks for more than a window."""
    NETWORK_MASKS = "network masks"
    CORRECTED_MASKS = "corrected masks"
    SALIENCY = "saliency"
    """One for each class, whose name is the detail."""
    VOTES = "votes"
    """One for each class, whose name is the detail."""
    CALIPER = "caliper"
    """One for each line, whose name is the detail."""
    BIOMARKERS = "biomarkers"


_ROLES = {role.value: role for role in Role}


def assignRole(node: Any, role: Role, caseId: str, detail: str = "") -> None:
    """Write into a node what it is for.

    Parameters
    ----------
    node
        Any MRML node.
    role
        What it shows.
    caseId
        Which case it belongs to.
    detail
        Name of the class or line where a case has several nodes of the role.
    """
    node.SetAttribute(_ROLE, role.value)
    node.SetAttribute(_CASE, caseId)
    node.SetAttribute(_DETAIL, detail or None)


def roleOf(node: Any) -> Role | None:
    """Return what a node is for, or None where it is none of ours."""
    return _ROLES.get(node.GetAttribute(_ROLE))


def caseIdOf(node: Any) -> str:
    """Return which case a node belongs to; empty where it belongs to none."""
    return node.GetAttribute(_CASE) or ""


def detailOf(node: Any) -> str:
    """Return the class or line that a node shows."""
    return node.GetAttribute(_DETAIL) or ""


def nodesWithRole(scene: Any, role: Role, caseId: str | None = None) -> tuple[Any, ...]:
    """Return the nodes of a role in the order of the scene.

    Parameters
    ----------
    scene
        The MRML scene.
    role
        What the nodes show.
    caseId
        Which case; all of them by default.
    """
    return tuple(
        node
        for node in _nodesOf(scene)
        if roleOf(node) is role and (caseId is None or caseIdOf(node) == caseId)
    )


def nodesOfCase(scene: Any, caseId: str) -> tuple[Any, ...]:
    """Return all nodes of a case in the order of the scene."""
    return tuple(node for node in _nodesOf(scene) if caseIdOf(node) == caseId)


def _nodesOf(scene: Any) -> Iterator[Any]:
    for index in range(scene.GetNumberOfNodes()):
        yield scene.GetNthNode(index)


def findOrAdd(
    film: Any, className: str, role: Role, name: str, detail: str = ""
) -> tuple[Any, bool]:
    """Return the node of a case that shows something, a new one where there is none.

    Parameters
    ----------
    film
        The film node of the case.
    className
        MRML class of a new node.
    role
        What the node shows.
    name
        Of a new node.
    detail
        Class or line where a case has several nodes of the role.

    Returns
    -------
    node
        The node.
    isNew
        Whether it was made now.
    """
    caseId = caseIdOf(film)
    for node in nodesWithRole(film.GetScene(), role, caseId):
        if detailOf(node) == detail:
            return node, False
    node = film.GetScene().AddNewNodeByClass(className, name)
    assignRole(node, role, caseId, detail)
    return node, True


def reassign(nodes: Iterable[Any], caseId: str) -> None:
    """Make nodes those of another case.

    Parameters
    ----------
    nodes
        Nodes with a role.
    caseId
        Which case they belong to from now on.
    """
    for node in nodes:
        node.SetAttribute(_CASE, caseId)
