"""Masks as a segmentation node over the film."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import slicer

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.arrays import Labels
from CXRTriageLib.errors import CXRTriageError
from CXRTriageLib.exporting.atomic import staged_files
from CXRTriageScene.label_layer import readLabels, writeLabels
from CXRTriageScene.node_roles import Role, assignRole, caseIdOf
from CXRTriageScene.terminology import structureOf

MASK_FILE_ENDING = ".seg.nrrd"

_FILL_OPACITY, _OUTLINE_OPACITY = 0.1, 1.0
OUTLINE_PX = 2


class UnwrittenFileError(CXRTriageError, OSError):
    """A file could not be written; nothing that was there before is touched."""


def addMasks(labels: Labels, film: Any, name: str, role: Role = Role.NETWORK_MASKS) -> Any:
    """Add masks to the scene of their film.

    Parameters
    ----------
    labels
        Values of `Structure`, (rows, columns), of the film's size.
    film
        The film node.
    name
        Of the new node.
    role
        Who drew them: `Role.NETWORK_MASKS` or `Role.CORRECTED_MASKS`.

    Returns
    -------
    vtkMRMLSegmentationNode
        Heart, left lung and right lung in one layer, with SNOMED CT codes and the colors of
        result pictures, filled faintly and outlined.
    """
    node = film.GetScene().AddNewNodeByClass("vtkMRMLSegmentationNode", name)
    assignRole(node, role, caseIdOf(film))
    node.CreateDefaultDisplayNodes()
    writeLabels(node, film, labels)
    node.GetDisplayNode().SetSliceIntersectionThickness(OUTLINE_PX)
    styleMasks(node, fill=_FILL_OPACITY, outline=_OUTLINE_OPACITY)
    return node


def readMasks(node: Any, film: Any) -> Labels:
    """Return masks, also where somebody else has changed the node.

    Parameters
    ----------
    node
        vtkMRMLSegmentationNode.
    film
        The film node.

    Returns
    -------
    ndarray
        Values of `Structure`, (rows, columns), uint8; a copy.

    Raises
    ------
    MaskMismatchError
        If a segment that is not empty is neither heart nor left nor right lung.
    """
    return readLabels(node, film)


def replaceMasks(node: Any, film: Any, labels: Labels) -> None:
    """Give a node other masks; how it is shown stays.

    Parameters
    ----------
    node
        vtkMRMLSegmentationNode.
    film
        The film node.
    labels
        Values of `Structure`, (rows, columns).
    """
    writeLabels(node, film, labels)


def styleMasks(node: Any, *, fill: float, outline: float) -> None:
    """Say how strongly masks cover the film.

    Parameters
    ----------
    node
        vtkMRMLSegmentationNode.
    fill, outline
        Opacity, 0 to 1; 0 hides.
    """
    display = node.GetDisplayNode()
    display.SetVisibility2DFill(fill > 0)
    display.SetVisibility2DOutline(outline > 0)
    display.SetOpacity2DFill(fill)
    display.SetOpacity2DOutline(outline)


def showStructure(node: Any, structure: Structure, *, visible: bool) -> None:
    """Show or hide one structure.

    Parameters
    ----------
    node
        vtkMRMLSegmentationNode.
    structure
        A lung or the heart.
    visible
        Whether it is shown.
    """
    segmentation = node.GetSegmentation()
    for segmentId in segmentation.GetSegmentIDs():
        if structureOf(segmentation.GetSegment(segmentId)) is structure:
            node.GetDisplayNode().SetSegmentVisibility(segmentId, visible)


def saveMasks(node: Any, path: Path) -> None:
    """Write masks as a segmentation file of 3D Slicer.

    Parameters
    ----------
    node
        vtkMRMLSegmentationNode.
    path
        Ends in ``.seg.nrrd``. What stands there is replaced once the new file is complete.

    Raises
    ------
    UnwrittenFileError
        If the file cannot be written.
    """
    storage = slicer.vtkMRMLSegmentationStorageNode()
    storage.SetScene(node.GetScene())
    with staged_files(path.parent, last=path.name) as folder:
        storage.SetFileName(str(folder / path.name))
        if not storage.WriteData(node) or not (folder / path.name).is_file():
            raise UnwrittenFileError(f"{path.name} could not be written: is the disk full?")
