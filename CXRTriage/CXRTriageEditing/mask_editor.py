"""Correction of the masks in a segmentation node."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import slicer

from CXRTriageEditing.box import Box, boxOfDifference
from CXRTriageEditing.history import History, Patch
from CXRTriageEditing.mask_tools import Point, brushed, filledPolygon, swappedSides
from CXRTriageEditing.signal import Signal
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.arrays import Labels, Mask, read_only
from CXRTriageLib.segmentation.cleanup import fill_holes, keep_largest_components
from CXRTriageScene.film_geometry import filmAspect
from CXRTriageScene.label_layer import LabelLayer, readLabels


class MaskEditor:
    """Draws masks that exclude each other, with undo, in the memory of the node itself.

    Parameters
    ----------
    segmentationNode
        vtkMRMLSegmentationNode of corrected masks.
    filmNode
        The film node.

    Attributes
    ----------
    changed
        Emits the `Box` of every finished change: stroke, tool, undo, redo, adoption.
    changedElsewhere
        Emits nothing else than that somebody, for example the Segment Editor of 3D Slicer,
        has changed the node. Call `adoptChanges` when convenient; the next tool does it first.
    """

    changed: Signal
    changedElsewhere: Signal

    def __init__(self, segmentationNode: Any, filmNode: Any) -> None:
        self.changed, self.changedElsewhere = Signal(), Signal()
        self._node, self._film = segmentationNode, filmNode
        self._aspect = filmAspect(filmNode)
        self._layer = LabelLayer(segmentationNode, filmNode)
        self._labels = self._layer.array.copy()
        self._history = History()
        self._savedState: int | None = self._history.state
        self._stroke: _Stroke | None = None
        self._isWriting = self._isStale = False
        self._observed = segmentationNode.GetSegmentation()
        self._tags = [
            self._observed.AddObserver(event, self._onSegmentationChanged)
            for event in (
                slicer.vtkSegmentation.SourceRepresentationModified,
                slicer.vtkSegmentation.SegmentAdded,
                slicer.vtkSegmentation.SegmentRemoved,
            )
        ]

    def close(self) -> None:
        """Let go of the node."""
        self.endStroke()
        for tag in self._tags:
            self._observed.RemoveObserver(tag)
        self._tags = []

    def labels(self) -> Labels:
        """Return the masks as they are now, (rows, columns); a view that cannot be written."""
        return read_only(self._labels)

    @property
    def canUndo(self) -> bool:
        """Whether there is a change to take back."""
        return self._history.canUndo

    @property
    def canRedo(self) -> bool:
        """Whether there is a change to make again."""
        return self._history.canRedo

    @property
    def isModified(self) -> bool:
        """Whether the masks differ, or may differ, from those that were saved last."""
        isTouched = self._stroke is not None or self._isStale
        return isTouched or self._history.state != self._savedState

    def markSaved(self) -> None:
        """Say that the masks are saved as they are now."""
        self.endStroke()
        self._adoptIfStale()
        self._savedState = self._history.state

    def markUnsaved(self) -> None:
        """Say that the masks are saved nowhere, though nothing was drawn here."""
        self._savedState = None

    def beginStroke(self) -> None:
        """Begin a stroke: all dabs until `endStroke` are one step of undo."""
        self.endStroke()
        self._adoptIfStale()
        self._stroke = _Stroke()

    def dab(self, row: float, column: float, radius: float, structure: Structure) -> None:
        """Paint with a round brush, in a line from the dab before.

        Parameters
        ----------
        row, column
            Of the brush's center; pixel centers are whole numbers.
        radius
            In widths of a pixel.
        structure
            What is painted over everything else; `Structure.BACKGROUND` erases.
        """
        if self._stroke is None:
            self.beginStroke()
        stroke = self._stroke
        if stroke is None:
            return
        start, stroke.last = stroke.last or (row, column), (row, column)
        shape = (self._labels.shape[0], self._labels.shape[1])
        box, mask = brushed(start, stroke.last, radius, shape, aspect=self._aspect)
        before = self._labels[box.slices].copy()
        if self._paint(box, mask, structure):
            stroke.boxes.append((box, before))

    def endStroke(self) -> None:
        """Finish a stroke; without one nothing happens."""
        stroke, self._stroke = self._stroke, None
        if stroke is not None and stroke.boxes:
            self._record(stroke.patch(self._labels))

    def fillPolygon(self, points: Sequence[Point], structure: Structure) -> None:
        """Fill a polygon.

        Parameters
        ----------
        points
            Corners in order, (row, column); fewer than three fill nothing.
        structure
            What is painted over everything else; `Structure.BACKGROUND` erases.
        """
        with self._step():
            shape = (self._labels.shape[0], self._labels.shape[1])
            box, mask = filledPolygon(points, shape)
            before = self._labels[box.slices].copy()
            if self._paint(box, mask, structure):
                self._record(Patch(box=box, difference=before ^ self._labels[box.slices]))

    def fillHoles(self) -> None:
        """Fill the holes of all structures, as is done with masks of the network."""
        self._replace(fill_holes)

    def keepLargest(self) -> None:
        """Keep the largest piece of each structure."""
        self._replace(keep_largest_components)

    def swapSides(self) -> None:
        """Exchange left and right lung."""
        self._replace(swappedSides)

    def reset(self, labels: Labels) -> None:
        """Go back to other masks, for example those of the network; can be undone.

        Parameters
        ----------
        labels
            Values of `Structure`, (rows, columns).
        """
        self._replace(lambda _: labels)

    def undo(self) -> None:
        """Take back the last change, if there is one."""
        self._replay(self._history.undo)

    def redo(self) -> None:
        """Make the last change again that was taken back, if there is one."""
        self._replay(self._history.redo)

    def adoptChanges(self) -> bool:
        """Take over what somebody else has done to the node, as one step of undo.

        Returns
        -------
        bool
            Whether there was a change.

        Raises
        ------
        MaskMismatchError
            If a segment that is not empty is neither heart nor left nor right lung.
        """
        self.endStroke()
        found = readLabels(self._node, self._film)
        self._isStale = False
        with self._writing():
            self._layer = LabelLayer(self._node, self._film)
        return self._takeOver(found)

    def _replace(self, change: Callable[[Labels], Labels]) -> None:
        with self._step():
            changed = change(self._labels)
            if self._takeOver(changed):
                self._layer.array[:] = self._labels
                with self._writing():
                    self._layer.announce()

    def _takeOver(self, labels: Labels) -> bool:
        box = boxOfDifference(self._labels, labels)
        if box is None:
            return False
        difference = self._labels[box.slices] ^ labels[box.slices]
        self._labels[box.slices] = labels[box.slices]
        self._record(Patch(box=box, difference=difference))
        return True

    def _replay(self, take: Callable[[], Patch | None]) -> None:
        with self._step():
            patch = take()
            if patch is not None:
                patch.apply(self._labels)
                self._write(patch.box)
                self.changed.emit(patch.box)

    def _paint(self, box: Box, mask: Mask, structure: Structure) -> bool:
        region = self._labels[box.slices]
        if box.isEmpty or (region[mask] == structure).all():
            return False
        region[mask] = structure
        self._write(box)
        return True

    def _write(self, box: Box) -> None:
        self._layer.array[box.slices] = self._labels[box.slices]
        with self._writing():
            self._layer.announce()

    def _record(self, patch: Patch) -> None:
        self._history.record(patch)
        self.changed.emit(patch.box)

    @contextmanager
    def _step(self) -> Iterator[None]:
        self.endStroke()
        self._adoptIfStale()
        yield

    def _adoptIfStale(self) -> None:
        if self._isStale or not self._layer.isCurrent:
            self.adoptChanges()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._isWriting = True
        try:
            yield
        finally:
            self._isWriting = False

    def _onSegmentationChanged(self, _segmentation: Any, _event: str) -> None:
        if not self._isWriting:
            self._isStale = True
            self.changedElsewhere.emit()


class _Stroke:
    """Dabs that become one patch."""

    def __init__(self) -> None:
        self.last: Point | None = None
        self.boxes: list[tuple[Box, Labels]] = []

    def patch(self, labels: Labels) -> Patch:
        """Return the change that the dabs made together, given the masks after them."""
        whole = self.boxes[0][0]
        for box, _ in self.boxes[1:]:
            whole = whole.joined(box)
        after = labels[whole.slices]
        before = after.copy()
        for box, earlier in reversed(self.boxes):
            before[box.within(whole)] = earlier
        return Patch(box=whole, difference=np.bitwise_xor(before, after))
