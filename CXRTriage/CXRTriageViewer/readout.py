"""What lies under the cursor, in words."""

from __future__ import annotations

from typing import Any

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageScene.film_geometry import filmShape, pixelAt, positionOf
from CXRTriageScene.film_nodes import radiographOf
from CXRTriageScene.label_layer import LABELMAP
from CXRTriageScene.node_roles import Role, caseIdOf, nodesWithRole, roleOf
from CXRTriageScene.terminology import structureOf
from CXRTriageViewer.slice_geometry import Pixel

GAP = "     "


class Readout:
    """Reads single pixels of a film and of everything over it.

    Parameters
    ----------
    scene
        The MRML scene.
    """

    def __init__(self, scene: Any) -> None:
        self._scene = scene
        self._valuesOf: tuple[str, Any] = ("", None)

    def textAt(self, pixel: Pixel | None, film: Any, compositeNode: Any) -> str:
        """Describe a pixel.

        Parameters
        ----------
        pixel
            Under the cursor; None where the cursor is elsewhere.
        film
            Volume in the background, or None.
        compositeNode
            Names the saliency map that is shown, if any.

        Returns
        -------
        str
            Position, raw value, mask and saliency; empty outside the film.
        """
        if pixel is None or film is None or not _isInside(pixel, film):
            return ""
        parts = [f"row {pixel.row}   column {pixel.column}", f"value {self._value(pixel, film)}"]
        structure = structureAt(self._scene, film, pixel)
        parts.append(structure.spoken_name if structure else "no mask")
        saliency = self._saliency(pixel, film, compositeNode)
        if saliency is not None:
            parts.append(f"saliency {saliency:.2f}")
        return GAP.join(parts)

    def _value(self, pixel: Pixel, film: Any) -> str:
        """Return the value as the modality means it, where the film knows."""
        level = film.GetImageData().GetScalarComponentAsDouble(pixel.column, pixel.row, 0, 0)
        if roleOf(film) is Role.FILM:
            if self._valuesOf[0] != film.GetID():
                self._valuesOf = (film.GetID(), radiographOf(film).level_values)
            level = float(self._valuesOf[1][int(level)])
        return f"{level:g}"

    def _saliency(self, pixel: Pixel, film: Any, compositeNode: Any) -> float | None:
        identifier = compositeNode.GetForegroundVolumeID()
        node = self._scene.GetNodeByID(identifier) if identifier else None
        if node is None:
            return None
        row, column = pixelAt(node, positionOf(film, pixel.row, pixel.column))
        nearest = Pixel(row=round(row), column=round(column))
        if not _isInside(nearest, node):
            return None
        image = node.GetImageData()
        return float(image.GetScalarComponentAsDouble(nearest.column, nearest.row, 0, 0))


def currentMasks(scene: Any, film: Any) -> Any:
    """Return the masks that count for a film: corrected ones, else the network's, else None.

    Parameters
    ----------
    scene
        The MRML scene.
    film
        The film node.
    """
    for role in (Role.CORRECTED_MASKS, Role.NETWORK_MASKS):
        if found := nodesWithRole(scene, role, caseIdOf(film)):
            return found[0]
    return None


def structureAt(scene: Any, film: Any, pixel: Pixel) -> Structure | None:
    """Return the structure whose mask covers a pixel.

    Parameters
    ----------
    scene
        The MRML scene.
    film
        The film node.
    pixel
        Within the film.
    """
    masks = currentMasks(scene, film)
    if masks is None:
        return None
    segmentation = masks.GetSegmentation()
    for identifier in segmentation.GetSegmentIDs():
        segment = segmentation.GetSegment(identifier)
        layer = segment.GetRepresentation(LABELMAP)
        if layer is not None and _covers(layer, pixel, segment.GetLabelValue()):
            return structureOf(segment)
    return None


def _covers(layer: Any, pixel: Pixel, value: int) -> bool:
    left, right, top, bottom, first, _ = layer.GetExtent()
    if not (left <= pixel.column <= right and top <= pixel.row <= bottom):
        return False
    return bool(layer.GetScalarComponentAsDouble(pixel.column, pixel.row, first, 0) == value)


def _isInside(pixel: Pixel, volume: Any) -> bool:
    rows, columns = filmShape(volume)
    return 0 <= pixel.row < rows and 0 <= pixel.column < columns
