"""The four base classes that a scripted module of 3D Slicer derives from, as far as it needs them.

Registered as ``slicer.ScriptedLoadableModule`` where 3D Slicer itself is absent.
"""

from __future__ import annotations

import inspect
import unittest
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import slicer
from PyQt5 import QtCore, QtWidgets

__all__ = [
    "ScriptedLoadableModule",
    "ScriptedLoadableModuleLogic",
    "ScriptedLoadableModuleTest",
    "ScriptedLoadableModuleWidget",
]


class ScriptedLoadableModule:
    """What a module says of itself.

    Parameters
    ----------
    parent
        Takes title, categories and texts as attributes.
    """

    def __init__(self, parent: Any = None) -> None:
        self.parent = SimpleNamespace() if parent is None else parent
        self.moduleName = type(self).__name__
        for name in ("title", "helpText", "acknowledgementText"):
            setattr(self.parent, name, "")
        for name in ("categories", "contributors", "dependencies"):
            setattr(self.parent, name, [])

    def resourcePath(self, filename: str) -> str:
        """Return a path below the ``Resources`` beside the module's file.

        Parameters
        ----------
        filename
            Below that folder.
        """
        return str(_folderOf(self) / "Resources" / filename)


class ScriptedLoadableModuleWidget:
    """The panel of a module.

    Parameters
    ----------
    parent
        Widget with a layout; a new one by default.
    """

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        self.moduleName = type(self).__name__.removesuffix("Widget")
        if parent is None:
            parent = QtWidgets.QWidget()
            parent.setLayout(QtWidgets.QVBoxLayout())
        self.parent = parent
        self.layout = parent.layout()
        self.developerMode = False

    def resourcePath(self, filename: str) -> str:
        """Return a path below the ``Resources`` beside the module's file.

        Parameters
        ----------
        filename
            Below that folder.
        """
        return str(_folderOf(self) / "Resources" / filename)

    def setup(self) -> None:
        """Build nothing: reload and test buttons are for those who have 3D Slicer."""

    def enter(self) -> None:
        """Do nothing when the panel is shown."""

    def exit(self) -> None:
        """Do nothing when the panel is left."""

    def cleanup(self) -> None:
        """Do nothing when the panel goes."""


class ScriptedLoadableModuleLogic:
    """What a module does without its panel.

    Parameters
    ----------
    parent
        Unused; 3D Slicer passes one.
    """

    def __init__(self, parent: Any = None) -> None:
        self.parent = parent
        self.moduleName = type(self).__name__.removesuffix("Logic")
        self.isSingletonParameterNode = True

    def getParameterNode(self) -> Any:
        """Return the ``vtkMRMLScriptedModuleNode`` of the module, made on first use."""
        scene = slicer.mrmlScene
        if self.isSingletonParameterNode:
            found = scene.GetSingletonNode(self.moduleName, "vtkMRMLScriptedModuleNode")
            if found is not None:
                return found
        return scene.AddNode(self.createParameterNode())

    def createParameterNode(self) -> Any:
        """Return a new ``vtkMRMLScriptedModuleNode`` that is in no scene."""
        node = slicer.vtkMRMLScriptedModuleNode()
        if self.isSingletonParameterNode:
            node.SetSingletonTag(self.moduleName)
        node.SetModuleName(self.moduleName)
        node.SetNodeReferenceID("ModuleName", None)
        node.SetAttribute("ModuleName", self.moduleName)
        node.SetName(slicer.mrmlScene.GenerateUniqueName(self.moduleName))
        return node


class ScriptedLoadableModuleTest(unittest.TestCase):
    """The self test of a module.

    Parameters
    ----------
    *args
        Name of the method that is run; 3D Slicer passes none.
    **kwargs
        None are known.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*(args or ("runTest",)), **kwargs)

    def delayDisplay(self, message: str, msec: int = 0) -> None:
        """Let the window catch up; nobody watches a test here.

        Parameters
        ----------
        message
            For whoever watches in 3D Slicer.
        msec
            How long it stays there.
        """
        del message, msec
        QtCore.QCoreApplication.processEvents()

    def runTest(self) -> None:
        """Do nothing unless the module has tests."""


def _folderOf(instance: Any) -> Path:
    return Path(inspect.getfile(type(instance))).resolve().parent
