"""Removal of nodes with everything that exists only for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from CXRTriageScene.case_folder import leaveFolder


def removeNodes(scene: Any, nodes: Iterable[Any]) -> None:
    """Remove nodes, and how they are shown and stored.

    Parameters
    ----------
    scene
        The MRML scene.
    nodes
        Of this scene.
    """
    for node in list(nodes):
        attached = _attachedTo(node)
        leaveFolder(node)
        scene.RemoveNode(node)
        for other in attached:
            # Some kinds of nodes take theirs along.
            if other is not None and scene.IsNodePresent(other):
                scene.RemoveNode(other)


def _attachedTo(node: Any) -> list[Any]:
    attached = []
    if node.IsA("vtkMRMLDisplayableNode"):
        count = node.GetNumberOfDisplayNodes()
        attached += [node.GetNthDisplayNode(index) for index in range(count)]
    if node.IsA("vtkMRMLStorableNode"):
        count = node.GetNumberOfStorageNodes()
        attached += [node.GetNthStorageNode(index) for index in range(count)]
    return attached
