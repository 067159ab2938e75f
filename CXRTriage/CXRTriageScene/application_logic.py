"""The MRML scene and the module logics that the 3D Slicer application would bring along."""

from __future__ import annotations

import contextlib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import slicer
import vtk


class ApplicationLogic:
    """A scene with everything around it that reads, shows and writes it, without a window.

    In 3D Slicer the application has all of this; elsewhere one of these stands for it. It is
    a context manager and can be closed once.

    Parameters
    ----------
    cacheFolder
        Where files out of scene archives are unpacked; a folder of its own that goes with the
        object by default.

    Attributes
    ----------
    scene
        The vtkMRMLScene; also known as ``slicer.mrmlScene``.
    logic
        The vtkSlicerApplicationLogic.
    moduleLogics
        Logics by name of their module: "Colors", "Volumes", "Segmentations", "Markups",
        "SubjectHierarchy", "Data".
    """

    scene: Any
    logic: Any
    moduleLogics: dict[str, Any]
    _remote: Any
    _dataIO: Any

    def __init__(self, cacheFolder: Path | None = None) -> None:
        vtk.vtkOutputWindow().SetDisplayModeToAlwaysStdErr()
        self._closing = contextlib.ExitStack()
        folder = cacheFolder or Path(self._closing.enter_context(TemporaryDirectory()))
        self._buildScene()
        self._buildModuleLogics()
        self._buildDataIO(folder)
        slicer.mrmlScene = self.scene

    def __enter__(self) -> ApplicationLogic:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the scene, in an order that leaves nothing half alive."""
        if not self.moduleLogics:
            return
        if getattr(slicer, "mrmlScene", None) is self.scene:
            slicer.mrmlScene = None
        self.scene.Clear(1)
        self._remote.RemoveDataIOFromScene()
        # The module logics go as they are: told that there is no scene, some complain.
        self.moduleLogics = {}
        self.scene = self.logic = self._remote = self._dataIO = None
        self._closing.close()

    def _buildScene(self) -> None:
        self.scene = slicer.vtkMRMLScene()
        crosshair = slicer.vtkMRMLCrosshairNode()
        crosshair.SetCrosshairName("default")
        self.scene.AddNode(crosshair)
        self.logic = slicer.vtkSlicerApplicationLogic()
        self.logic.SetMRMLScene(self.scene)
        colors = self.logic.GetColorLogic()
        colors.SetMRMLScene(self.scene)
        colors.AddDefaultColorNodes()
        self.logic.SetSliceLogics(vtk.vtkCollection())
        self.logic.SetViewLogics(vtk.vtkCollection())
        for factory in (
            slicer.vtkMRMLSliceViewDisplayableManagerFactory,
            slicer.vtkMRMLThreeDViewDisplayableManagerFactory,
        ):
            factory.GetInstance().SetMRMLApplicationLogic(self.logic)

    def _buildModuleLogics(self) -> None:
        self.moduleLogics = {
            "Colors": slicer.vtkMRMLColorLogic(),
            "Volumes": slicer.vtkSlicerVolumesLogic(),
            "Segmentations": slicer.vtkSlicerSegmentationsModuleLogic(),
            "Markups": slicer.vtkSlicerMarkupsLogic(),
            "SubjectHierarchy": slicer.vtkSlicerSubjectHierarchyModuleLogic(),
            "Data": slicer.vtkSlicerDataModuleLogic(),
        }
        for name, moduleLogic in self.moduleLogics.items():
            # A scene that meets a logic without its application is complained about.
            moduleLogic.SetMRMLApplicationLogic(self.logic)
            moduleLogic.SetMRMLScene(self.scene)
            self.logic.SetModuleLogic(name, moduleLogic)
        slicer.vtkMRMLSliceNode.AddDefaultSliceOrientationPresets(self.scene, True)
        self.scene.RegisterNodeClass(slicer.vtkMRMLColorLegendDisplayNode())

    def _buildDataIO(self, folder: Path) -> None:
        """Let the scene read archives, which asks for a cache folder."""
        self._remote = slicer.vtkMRMLRemoteIOLogic()
        self._remote.SetMRMLScene(self.scene)
        self._remote.SetMRMLApplicationLogic(self.logic)
        self._remote.GetCacheManager().SetRemoteCacheDirectory(str(folder))
        self._dataIO = slicer.vtkDataIOManagerLogic()
        self._dataIO.SetMRMLScene(self.scene)
        self._dataIO.SetMRMLApplicationLogic(self.logic)
        self._dataIO.SetAndObserveDataIOManager(self._remote.GetDataIOManager())
        self._remote.AddDataIOToScene()
