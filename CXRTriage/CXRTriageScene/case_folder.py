"""The nodes of a case together in the subject hierarchy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import slicer
import vtk

from CXRTriageScene.node_roles import Role, roleOf

_MADE_HERE = "CXRTriage.Study"


def placeInFolder(film: Any, nodes: Iterable[Any]) -> None:
    """Put the nodes of a case where its film is.

    Parameters
    ----------
    film
        The film node. If it is in no study it gets one of its own: segmentations can be
        exported as DICOM only from the study of their image.
    nodes
        All nodes of the case.
    """
    hierarchy = _hierarchyOf(film.GetScene())
    study = _studyOf(hierarchy, film)
    for node in nodes:
        if roleOf(node) is Role.DISPLAY_CURVE:
            continue
        item = hierarchy.GetItemByDataNode(node)
        if not item:
            hierarchy.CreateItem(study, node)
        elif hierarchy.GetItemParent(item) != study:
            hierarchy.SetItemParent(item, study)


def folderOf(film: Any) -> int:
    """Return the item of the subject hierarchy that a film lies in, 0 where it lies in none."""
    hierarchy = _hierarchyOf(film.GetScene())
    item = hierarchy.GetItemByDataNode(film)
    return int(hierarchy.GetItemParent(item)) if item else 0


def removeFolder(scene: Any, folder: int) -> None:
    """Remove a study that was made here, if nobody has put anything else into it.

    Parameters
    ----------
    scene
        The MRML scene.
    folder
        From `folderOf`, before the nodes of the case were removed.
    """
    hierarchy = _hierarchyOf(scene)
    children = vtk.vtkIdList()
    if folder and hierarchy.HasItemAttribute(folder, _MADE_HERE):
        hierarchy.GetItemChildren(folder, children)
        if not children.GetNumberOfIds():
            hierarchy.RemoveItem(folder)


def leaveFolder(node: Any) -> None:
    """Take a node out of the subject hierarchy before it goes."""
    hierarchy = _hierarchyOf(node.GetScene())
    item = hierarchy.GetItemByDataNode(node)
    if item:
        # The node itself and what lies below it are not touched.
        hierarchy.RemoveItem(item, False, False)


def _hierarchyOf(scene: Any) -> Any:
    return slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)


def _studyOf(hierarchy: Any, film: Any) -> int:
    folder = folderOf(film)
    if folder and folder != hierarchy.GetSceneItemID():
        return folder
    study = hierarchy.CreateStudyItem(hierarchy.GetSceneItemID(), film.GetName())
    hierarchy.SetItemAttribute(study, _MADE_HERE, "1")
    return int(study)
