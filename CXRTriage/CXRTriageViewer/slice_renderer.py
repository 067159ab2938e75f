"""One of Slicer's slice views, drawn into memory: slice logic, displayable managers, frames."""

from __future__ import annotations

from typing import Any

import numpy as np
import slicer
import vtk
from numpy.typing import NDArray
from vtk.util.numpy_support import vtk_to_numpy

from CXRTriageScene.mask_nodes import OUTLINE_PX
from CXRTriageViewer.mouse_input import ALT, CONTROL, SHIFT

LAYOUT_NAME = "Red"

DISPLAYABLE_MANAGERS = (
    "vtkMRMLSegmentationsDisplayableManager2D",
    "vtkMRMLCrosshairDisplayableManager",  # zooms and pans
    "vtkMRMLScalarBarDisplayableManager",  # window/level by drag
    "vtkMRMLMarkupsDisplayableManager",
    "vtkMRMLColorLegendDisplayableManager",
)

MARKUPS_SCALE = 0.2
"""Of letters and lines of markups where device pixels are those of the window, as in Slicer."""

SMALLEST_FIELD_PIXELS = 8
"""So few film pixels may fill the view."""

LARGEST_FIELD_FILMS = 4
"""So many films may lie side by side in the view."""

Frame = NDArray[np.uint8]


class SliceRenderer:
    """Slicer's slice view without a window.

    Parameters
    ----------
    applicationLogic
        ``vtkMRMLApplicationLogic`` with its scene; its factories know it.
    scene
        ``vtkMRMLScene``.
    onUpdate
        Called without arguments when a new frame is worth drawing.
    """

    def __init__(self, applicationLogic: Any, scene: Any, onUpdate: Any) -> None:
        self._applicationLogic = applicationLogic
        self._scene = scene
        self._onUpdate = onUpdate
        self._observed: list[tuple[Any, int]] = []
        self._buildWindow()
        self._buildManagers()
        self._buildLogic()
        self._buildInteraction()

    def _buildWindow(self) -> None:
        self._renderer = vtk.vtkRenderer()
        self._renderer.GetActiveCamera().ParallelProjectionOn()
        self.window = vtk.vtkRenderWindow()
        self.window.SetOffScreenRendering(1)
        self.window.SetMultiSamples(0)
        self.window.SetAlphaBitPlanes(1)
        self.window.AddRenderer(self._renderer)
        self._pixels = vtk.vtkUnsignedCharArray()
        self._areLayersOld = True
        # Before the displayable managers: that of the markups asks for it at once.
        self.interactor = vtk.vtkGenericRenderWindowInteractor()
        self.interactor.SetRenderWindow(self.window)
        self.interactor.EnableRenderOff()
        self.interactor.SetInteractorStyle(vtk.vtkInteractorStyleUser())

    def _buildManagers(self) -> None:
        factory = slicer.vtkMRMLSliceViewDisplayableManagerFactory.GetInstance()
        for name in DISPLAYABLE_MANAGERS:
            if not factory.IsDisplayableManagerRegistered(name):
                factory.RegisterDisplayableManager(name)
        self.managers = slicer.vtkMRMLDisplayableManagerGroup()
        self.managers.SetRenderer(self._renderer)
        self.managers.Initialize(factory, self._renderer)
        self._observe(self.managers, vtk.vtkCommand.UpdateEvent, self._layersChanged)

    def _buildLogic(self) -> None:
        self.logic = slicer.vtkMRMLSliceLogic()
        self.logic.SetMRMLApplicationLogic(self._applicationLogic)
        self._observe(self.logic, vtk.vtkCommand.ModifiedEvent, self._updated)
        self._applicationLogic.GetSliceLogics().AddItem(self.logic)
        self.logic.SetMRMLScene(self._scene)
        self.node = self.logic.AddSliceNode(LAYOUT_NAME)
        self.node.SetOrientation("Axial")
        self.node.SetMappedInLayout(1)
        self.managers.SetMRMLDisplayableNode(self.node)

    def _buildInteraction(self) -> None:
        self._style = slicer.vtkMRMLSliceViewInteractorStyle()
        self._style.SetSliceLogic(self.logic)
        self._style.SetDisplayableManagers(self.managers)
        self._style.SetInteractor(self.interactor)
        interaction = self._applicationLogic.GetInteractionNode()
        if interaction is not None:
            interaction.SetCurrentInteractionMode(interaction.AdjustWindowLevel)
        bar = self.managers.GetDisplayableManagerByClassName("vtkMRMLScalarBarDisplayableManager")
        # A drag is meant for the film, also while a saliency map lies over it.
        bar.GetWindowLevelWidget().SetForegroundVolumeEditable(False)

    def _observe(self, subject: Any, event: int, callback: Any) -> None:
        self._observed.append((subject, subject.AddObserver(event, callback)))

    def _updated(self, _caller: Any, _event: str) -> None:
        self._onUpdate()

    def _layersChanged(self, _caller: Any, _event: str) -> None:
        self.redrawLayers()
        self._onUpdate()

    @property
    def compositeNode(self) -> Any:
        """The node that names the volumes of the layers."""
        return self.logic.GetSliceCompositeNode()

    def size(self) -> tuple[int, int]:
        """Return columns and rows of the frame."""
        columns, rows = self.window.GetSize()
        return columns, rows

    def resize(self, columns: int, rows: int, scale: float) -> None:
        """Set the size of the frame, and of letters and lines in it.

        Parameters
        ----------
        columns, rows
            In device pixels.
        scale
            Device pixels for one pixel of the window.
        """
        self.redrawLayers()
        self.node.SetScreenScaleFactor(MARKUPS_SCALE * scale)
        self.window.SetSize(columns, rows)
        self.interactor.UpdateSize(columns, rows)
        self.logic.ResizeSliceNode(columns, rows)

    def showFilm(self, volumeNode: Any) -> None:
        """Put a volume into the background and show all of it.

        Parameters
        ----------
        volumeNode
            ``vtkMRMLScalarVolumeNode`` or None for an empty view.
        """
        self.compositeNode.SetBackgroundVolumeID(volumeNode.GetID() if volumeNode else None)
        if volumeNode is not None:
            self.fit()

    def fit(self) -> None:
        """Show the whole film."""
        self.logic.ResizeSliceNode(*self.size())
        self.logic.FitSliceToBackground()
        self.logic.SnapSliceOffsetToIJK()

    def zoom(self, film: Any) -> float:
        """Return how many columns of the frame one column of the film has.

        Parameters
        ----------
        film
            Volume in the background.
        """
        columns, _ = self.size()
        return float(columns * film.GetSpacing()[0] / self.node.GetFieldOfView()[0])

    def enlarge(self, film: Any, factor: float, x: float, y: float) -> None:
        """Enlarge around a position, which stays where it is.

        Parameters
        ----------
        film
            Volume in the background; its size sets the limits.
        factor
            Above 1 for a larger picture.
        x, y
            From the left and the top of the frame, in device pixels.
        """
        columns, rows = self.size()
        pixel = film.GetSpacing()[0]
        largest = LARGEST_FIELD_FILMS * max(film.GetImageData().GetDimensions())
        before, origin = self.node.GetFieldOfView(), self.node.GetXYZOrigin()
        wanted = max(before[0] / factor, SMALLEST_FIELD_PIXELS * pixel)
        width = min(wanted, max(largest, columns) * pixel)
        after = (width, width * rows / columns)
        shares = (x / columns - 0.5, (rows - 1 - y) / rows - 0.5)
        moved = [origin[i] + shares[i] * (before[i] - after[i]) for i in range(2)]
        self.node.SetFieldOfView(*after, before[2])
        self.node.SetXYZOrigin(*moved, origin[2])
        self.node.UpdateMatrices()

    def sendEvent(self, name: str, x: int, y: int, modifiers: frozenset[str]) -> None:
        """Hand a mouse event to Slicer's displayable managers.

        Parameters
        ----------
        name
            As a method of the interactor is called.
        x, y
            From the left and the top of the frame, in device pixels.
        modifiers
            Keys that are held.
        """
        control, shift = int(CONTROL in modifiers), int(SHIFT in modifiers)
        below = self.size()[1] - 1 - y
        self.interactor.SetEventInformation(x, below, control, shift, "\0", 0, None)
        self.interactor.SetAltKey(int(ALT in modifiers))
        getattr(self.interactor, name)()

    def film(self) -> Frame | None:
        """Return film and saliency as a frame; None where no film is shown.

        It does not go through OpenGL, which in software is the slowest part of a frame.

        Returns
        -------
        ndarray or None
            (rows, columns, 4): red, green, blue and a byte without meaning; top row first.
        """
        connection = self.logic.GetImageDataConnection()
        if connection is None:
            return None
        connection.GetProducer().Update()
        image = connection.GetProducer().GetOutputDataObject(connection.GetIndex())
        columns, rows, _ = image.GetDimensions()
        return _topRowFirst(vtk_to_numpy(image.GetPointData().GetScalars()), rows, columns)

    def redrawLayers(self) -> None:
        """Have the layers drawn again for the next frame, whether something changed or not."""
        self._areLayersOld = True

    def layers(self) -> Frame:
        """Return what lies over the film; drawn where something has changed since.

        Returns
        -------
        ndarray
            (rows, columns, 4): red, green, blue, each multiplied with the alpha that follows;
            top row first.
        """
        columns, rows = self.size()
        if self._areLayersOld:
            self.window.Render()
            self._areLayersOld = False
            self.window.GetRGBACharPixelData(0, 0, columns - 1, rows - 1, 0, self._pixels)
        frame = _topRowFirst(vtk_to_numpy(self._pixels), rows, columns)
        _openEdges(frame)
        return frame

    def close(self) -> None:
        """Take everything apart; the order is that in which nothing is left in the scene.

        The group keeps its renderer: without one, the next change of the interaction mode ends
        the process.
        """
        for subject, tag in self._observed:
            subject.RemoveObserver(tag)
        self._observed.clear()
        self._style.SetInteractor(None)
        self._style.SetDisplayableManagers(None)
        self._style.SetSliceLogic(None)
        self.managers.SetMRMLDisplayableNode(None)
        composite, node = self.compositeNode, self.node
        self._applicationLogic.GetSliceLogics().RemoveItem(self.logic)
        self.logic.DeleteSliceModel()
        self.logic.SetMRMLScene(None)
        del self._style, self.managers, self.logic, self.node
        # Both are singletons by the name of the layout: the next view could not have its own.
        self._scene.RemoveNode(composite)
        self._scene.RemoveNode(node)
        self.window.Finalize()
        self._onUpdate = _nothing


def _topRowFirst(values: Frame, rows: int, columns: int) -> Frame:
    return np.ascontiguousarray(values.reshape(rows, columns, 4)[::-1])


def _openEdges(frame: Frame) -> None:
    """Take away the outlines that close masks where the view ends, in place.

    Slicer outlines what it sees of a mask, so that a mask would seem to end with the view.
    """
    edge = OUTLINE_PX
    if min(frame.shape[:2]) > 2 * edge:
        frame[:edge], frame[-edge:] = frame[edge], frame[-edge - 1]
        frame[:, :edge], frame[:, -edge:] = frame[:, [edge]], frame[:, [-edge - 1]]


def _nothing() -> None:
    """Stand for the listener of a closed view."""
