"""The whole module's panel is built, and taken apart, on Qt as 3D Slicer has it."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

import pytest

os.environ.setdefault("VTK_DEFAULT_OPENGL_WINDOW", "vtkEGLRenderWindow")

import slicer

import CXRTriageControl
import CXRTriagePanels
from CXRTriageScene.application_logic import ApplicationLogic
from CXRTriageViewer.stand_ins import importModule, registerStandIns
from support.film_files import write_chest
from support.pythonqt import pythonqt_module
from support.source_tree import ROOT


def modulesOf(*packages):
    """Yield all modules of some packages."""
    for package in packages:
        for path in Path(package.__path__[0]).glob("*.py"):
            yield importlib.import_module(f"{package.__name__}.{path.stem}")


class RecordingHost:
    """An application that only writes down what the module wants of it."""

    def __init__(self, *, is_slicer, has_packages=False):
        self.isSlicer, self.has_packages = is_slicer, has_packages
        self.wanted = []

    def __getattr__(self, name):
        def want(*args):
            self.wanted.append((name, *args))
            return {"openFiles": [], "installDependencies": self.has_packages}.get(name, self)

        return want

    def libraryCommand(self):
        """Return the command that starts the library."""
        return [sys.executable, "-m", "CXRTriageLib"]

    def libraryEnvironment(self):
        """Return the environment of it."""
        return {**os.environ, "PYTHONPATH": str(ROOT)}


@pytest.fixture
def qt(qapp, monkeypatch):
    """Return the double, which everything takes for Qt, with the names that 3D Slicer adds."""
    del qapp
    double = pythonqt_module()
    with ApplicationLogic() as logic:
        registerStandIns(logic.logic, logic.moduleLogics)
        monkeypatch.setitem(sys.modules, "qt", double)
        for module in modulesOf(CXRTriagePanels, CXRTriageControl):
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
    widget.films.openDialog()
    widget.loadFilm("film.png")
    widget.exit()
    widget.cleanup()

    assert ("installDependencies",) in host.wanted
    assert [item for item in host.wanted if item[0] == "showError"] == []
    assert parent.layout().count() > 4


def test_film_is_read_beside_the_window_on_qt_as_slicer_has_it(qt, qtbot, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))
    write_chest(tmp_path / "chest.png")
    parent = qt.QWidget()
    parent.setLayout(qt.QVBoxLayout())
    host = RecordingHost(is_slicer=True, has_packages=True)
    widget = importModule().CXRTriageWidget(parent, host)
    widget.setup()

    widget.loadFilm(str(tmp_path / "chest.png"))
    assert widget.case is None
    assert widget.runs.panel.button.toolTip == "chest.png is being read."
    qtbot.waitUntil(lambda: widget.case is not None, timeout=30_000)

    assert widget.runs.panel.button.enabled
    assert ("showFilm", widget.case.nodes.film, "chest.png") in host.wanted
    widget.cleanup()
