"""The whole module's panel is built, and taken apart, on Qt as 3D Slicer has it."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

import pytest

os.environ.setdefault("VTK_DEFAULT_OPENGL_WINDOW", "vtkEGLRenderWindow")

import slicer

import CXRTriagePanels
from CXRTriageScene.application_logic import ApplicationLogic
from CXRTriageViewer.stand_ins import importModule, registerStandIns
from support.pythonqt import pythonqt_module


class RecordingHost:
    """An application that only writes down what the module wants of it."""

    def __init__(self, *, is_slicer):
        self.isSlicer = is_slicer
        self.wanted = []

    def __getattr__(self, name):
        def want(*args):
            self.wanted.append((name, *args))
            return {"openFiles": [], "installDependencies": False}.get(name, self)

        return want


@pytest.fixture
def qt(qapp, monkeypatch):
    """Return the double, which everything takes for Qt, with the names that 3D Slicer adds."""
    del qapp
    double = pythonqt_module()
    with ApplicationLogic() as logic:
        registerStandIns(logic.logic, logic.moduleLogics)
        monkeypatch.setitem(sys.modules, "qt", double)
        for path in Path(CXRTriagePanels.__path__[0]).glob("*.py"):
            module = importlib.import_module(f"CXRTriagePanels.{path.stem}")
            if hasattr(module, "qt"):
                monkeypatch.setattr(module, "qt", double)
        # Kept, since 3D Slicer keeps its main window too.
        window = double.QMainWindow()
        monkeypatch.setattr(slicer.util, "mainWindow", lambda: window)
        yield double
    assert double.printed == []


@pytest.mark.parametrize("is_slicer", [False, True], ids=["viewer", "3D Slicer"])
def test_module_lives_and_ends_on_qt_as_slicer_has_it(qt, is_slicer):
    parent = qt.QWidget()
    parent.setLayout(qt.QVBoxLayout())
    host = RecordingHost(is_slicer=is_slicer)
    widget = importModule().CXRTriageWidget(parent, host)

    widget.setup()
    widget.enter()
    for key, _, act in widget.shortcuts():
        assert isinstance(key, str)
        act()
    widget.openDialog()
    widget.loadFilm("film.png")
    widget.exit()
    widget.cleanup()

    assert ("installDependencies",) in host.wanted
    assert [item for item in host.wanted if item[0] == "showError"] == []
    assert parent.layout().count() > 4
