"""The pixels of a segmentation node as one label image of the film."""

from __future__ import annotations

from typing import Any

import numpy as np
import slicer
import vtk
from vtk.util.numpy_support import vtk_to_numpy

from CXRTriageLib.domain.anatomy import ORGANS, Structure
from CXRTriageLib.domain.arrays import Labels
from CXRTriageLib.errors import MaskMismatchError
from CXRTriageScene.film_geometry import filmShape
from CXRTriageScene.terminology import describeSegment, segmentIdOf, structureOf

LABELMAP = "Binary labelmap"


def writeLabels(node: Any, film: Any, labels: Labels) -> None:
    """Give a segmentation node the masks of a film, all in one layer.

    Parameters
    ----------
    node
        vtkMRMLSegmentationNode. Segments that it has keep their identifiers, and how they
        are shown.
    film
        The film node.
    labels
        Values of `Structure`, (rows, columns).
    """
    node.SetReferenceImageGeometryParameterFromVolumeNode(film)
    layer = _emptyLayer(film)
    _arrayOf(layer)[:] = labels
    segmentation = node.GetSegmentation()
    segmentation.SetSourceRepresentationName(LABELMAP)
    known = _segmentsByStructure(segmentation)
    for structure in ORGANS:
        kept, *spare = known.get(structure) or [_addSegment(segmentation, structure)]
        for segmentId in spare:
            segmentation.RemoveSegment(segmentId)
        segment = segmentation.GetSegment(kept)
        segment.SetLabelValue(int(structure))
        segment.AddRepresentation(LABELMAP, layer)
    announce(node)


def readLabels(node: Any, film: Any) -> Labels:
    """Return the masks that a segmentation node holds, whoever made it.

    Parameters
    ----------
    node
        vtkMRMLSegmentationNode: one layer or several, cropped or not.
    film
        The film node.

    Returns
    -------
    ndarray
        Values of `Structure`, (rows, columns), uint8; a copy. Where segments overlap the heart
        wins, as in the training labels.

    Raises
    ------
    MaskMismatchError
        If a segment that is not empty is neither heart nor left nor right lung.
    """
    segmentation = node.GetSegmentation()
    labels = np.zeros(filmShape(film), np.uint8)
    found = _segmentsByStructure(segmentation)
    for segmentId in found.pop(None, []):
        segment = segmentation.GetSegment(segmentId)
        if _maskOf(segment, film).any():
            raise MaskMismatchError(
                f"The segment '{segment.GetName()}' is none of heart, left lung and right "
                "lung. Rename it or delete it."
            )
    for structure in sorted(ORGANS, reverse=True):
        for segmentId in found.get(structure, []):
            labels[_maskOf(segmentation.GetSegment(segmentId), film)] = structure
    return labels


class LabelLayer:
    """The masks of a node as an array that can be written through.

    Parameters
    ----------
    node
        vtkMRMLSegmentationNode; brought into one layer of the film's size if it is not.
    film
        The film node.

    Attributes
    ----------
    array
        Values of `Structure`, (rows, columns), uint8: the memory of the node. Call `announce`
        after writing.
    """

    array: Labels

    def __init__(self, node: Any, film: Any) -> None:
        if not _isOneLayer(node.GetSegmentation(), film):
            writeLabels(node, film, readLabels(node, film))
        self._node = node
        self._image = _layerOf(node.GetSegmentation())
        self.array = _arrayOf(self._image)

    @property
    def isCurrent(self) -> bool:
        """Whether the node still uses this memory."""
        return _layerOf(self._node.GetSegmentation()) is self._image

    def announce(self) -> None:
        """Tell everybody who looks at the node that its pixels have changed."""
        announce(self._node)


def announce(node: Any) -> None:
    """Tell everybody who looks at a segmentation node that its pixels have changed."""
    segmentation = node.GetSegmentation()
    layer = _layerOf(segmentation)
    layer.GetPointData().GetScalars().Modified()
    layer.Modified()
    for segmentId in segmentation.GetSegmentIDs():
        segmentation.GetSegment(segmentId).Modified()
    segmentation.InvokeEvent(slicer.vtkSegmentation.SourceRepresentationModified)


def _segmentsByStructure(segmentation: Any) -> dict[Structure | None, list[str]]:
    found: dict[Structure | None, list[str]] = {}
    for segmentId in segmentation.GetSegmentIDs():
        structure = structureOf(segmentation.GetSegment(segmentId))
        found.setdefault(structure, []).append(segmentId)
    return found


def _addSegment(segmentation: Any, structure: Structure) -> str:
    segment = slicer.vtkSegment()
    describeSegment(segment, structure)
    segment.SetLabelValue(int(structure))
    segmentation.AddSegment(segment, segmentIdOf(structure))
    return segmentIdOf(structure)


def _isOneLayer(segmentation: Any, film: Any) -> bool:
    found = _segmentsByStructure(segmentation)
    if any(len(found.get(structure, [])) != 1 for structure in ORGANS):
        return False
    segments = [segmentation.GetSegment(found[structure][0]) for structure in ORGANS]
    layer = segments[0].GetRepresentation(LABELMAP)
    return (
        all(segment.GetRepresentation(LABELMAP) is layer for segment in segments)
        and [segment.GetLabelValue() for segment in segments] == list(ORGANS)
        and layer is not None
        and layer.GetScalarType() == vtk.VTK_UNSIGNED_CHAR
        and _liesOnFilm(layer, film)
        and layer.GetExtent() == _emptyExtent(film)
    )


def _layerOf(segmentation: Any) -> Any:
    for segmentId in segmentation.GetSegmentIDs():
        if structureOf(segmentation.GetSegment(segmentId)) is Structure.HEART:
            return segmentation.GetSegment(segmentId).GetRepresentation(LABELMAP)
    return None


def _maskOf(segment: Any, film: Any) -> Any:
    """Return the pixels of a segment on the film, (rows, columns), bool."""
    mask = np.zeros(filmShape(film), np.bool_)
    layer = segment.GetRepresentation(LABELMAP)
    if layer is None or not layer.GetNumberOfPoints():
        return mask
    if not _liesOnFilm(layer, film):
        layer = _resampled(layer, film)
    left, right, top, bottom, _, _ = layer.GetExtent()
    found = _arrayOf(layer) == segment.GetLabelValue()
    rows, columns = mask.shape
    inside = found[max(-top, 0) : rows - top, max(-left, 0) : columns - left]
    top, left = max(top, 0), max(left, 0)
    mask[top : bottom + 1, left : right + 1] = inside
    return mask


def _liesOnFilm(layer: Any, film: Any) -> bool:
    same: bool = slicer.vtkOrientedImageDataResample.DoGeometriesMatch(layer, _emptyLayer(film, 1))
    return same


def _resampled(layer: Any, film: Any) -> Any:
    onFilm = slicer.vtkOrientedImageData()
    slicer.vtkOrientedImageDataResample.ResampleOrientedImageToReferenceOrientedImage(
        layer, _emptyLayer(film), onFilm
    )
    return onFilm


def _emptyExtent(film: Any) -> tuple[int, int, int, int, int, int]:
    rows, columns = filmShape(film)
    return 0, columns - 1, 0, rows - 1, 0, 0


def _emptyLayer(film: Any, side: int | None = None) -> Any:
    layer = slicer.vtkOrientedImageData()
    layer.SetExtent((0, side - 1, 0, side - 1, 0, 0) if side else _emptyExtent(film))
    layer.AllocateScalars(vtk.VTK_UNSIGNED_CHAR, 1)
    matrix = vtk.vtkMatrix4x4()
    film.GetIJKToRASMatrix(matrix)
    layer.SetImageToWorldMatrix(matrix)
    _arrayOf(layer)[:] = 0
    return layer


def _arrayOf(layer: Any) -> Any:
    columns, rows, _ = layer.GetDimensions()
    return vtk_to_numpy(layer.GetPointData().GetScalars()).reshape(rows, columns)
