"""Names that only 3D Slicer has, registered so that its module can be imported here."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import slicer
from PyQt5 import QtCore, QtWidgets

from CXRTriageViewer import scripted_module
from CXRTriageViewer.qt_names import ctkModule, qtModule
from CXRTriageViewer.storage import CoreIOManager

MODULE_FILE = Path(__file__).resolve().parents[1] / "CXRTriage.py"
"""The module that this viewer hosts; it lies beside the package in a checkout and a wheel."""


class Application:
    """Stands for ``slicer.app``: what ``slicer.util`` and the module ask of it.

    Parameters
    ----------
    logic
        ``vtkSlicerApplicationLogic``.
    """

    applicationName = "CXRTriage"

    def __init__(self, logic: Any) -> None:
        self._logic = logic
        self._ioManager = CoreIOManager()
        self.temporaryPath = QtCore.QDir.tempPath()

    def coreIOManager(self) -> CoreIOManager:
        """Return what loads and saves nodes."""
        return self._ioManager

    def applicationLogic(self) -> Any:
        """Return the ``vtkSlicerApplicationLogic``."""
        return self._logic

    def processEvents(self) -> None:
        """Let Qt catch up."""
        QtCore.QCoreApplication.processEvents()

    def testingEnabled(self) -> bool:
        """Return False: a dialog here is for somebody."""
        return False

    def setOverrideCursor(self, shape: Any) -> None:
        """Show another cursor over the whole application.

        Parameters
        ----------
        shape
            Of Qt.
        """
        QtWidgets.QApplication.setOverrideCursor(shape)

    def restoreOverrideCursor(self) -> None:
        """Show the cursor that was there before."""
        QtWidgets.QApplication.restoreOverrideCursor()


def registerStandIns(logic: Any, moduleLogics: dict[str, Any]) -> None:
    """Make the missing names importable; does nothing inside 3D Slicer.

    Parameters
    ----------
    logic
        ``vtkSlicerApplicationLogic``.
    moduleLogics
        Logics by the name of their module.
    """
    present = getattr(slicer, "app", None)
    if present is not None and not isinstance(present, Application):
        return
    sys.modules.setdefault("qt", qtModule())
    sys.modules.setdefault("ctk", ctkModule())
    _register("ScriptedLoadableModule", scripted_module)
    _register("i18n", _translation())
    slicer.app = Application(logic)
    slicer.modules = SimpleNamespace(
        **{name.lower(): _ModuleStandIn(each) for name, each in moduleLogics.items()}
    )


def importModule(path: Path = MODULE_FILE) -> ModuleType:
    """Import a scripted module from its file, as 3D Slicer does.

    Parameters
    ----------
    path
        The module's file; its name is the module's.

    Returns
    -------
    ModuleType
        With the classes of the module.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    """
    # The folder of the same name would be found first by an ordinary import.
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise FileNotFoundError(f"The module {path.name} is missing. Install CXRTriage again.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


class _ModuleStandIn:
    """Stands for an entry of ``slicer.modules``."""

    def __init__(self, logic: Any) -> None:
        self._logic = logic

    def logic(self) -> Any:
        """Return the logic of the module."""
        return self._logic


def _register(name: str, module: ModuleType) -> None:
    sys.modules[f"slicer.{name}"] = module
    setattr(slicer, name, module)


def _translation() -> ModuleType:
    module = ModuleType("slicer.i18n", "Texts stay as they are written.")
    vars(module).update(tr=_same, translate=_last)
    return module


def _same(text: str) -> str:
    return text


def _last(_context: str, text: str) -> str:
    return text
