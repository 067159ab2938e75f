"""What both hosts share knows neither a window library nor its host."""

from __future__ import annotations

import ast

import pytest

from support.source_tree import ROOT, name_of, parsed

DESKTOP = ROOT / "CXRTriage"
SHARED = ("CXRTriageScene", "CXRTriageEditing")
WINDOWS = {
    "qt",
    "ctk",
    "PyQt5",
    "sip",
    "CXRTriageControl",
    "CXRTriagePanels",
    "CXRTriageViewer",
    "CXRTriageWorker",
}


def packages_of(path):
    """Return the top-level packages that a file imports anywhere."""
    names = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("package", SHARED)
def test_package_imports_no_window_library(package):
    files = sorted((DESKTOP / package).rglob("*.py"))

    assert files
    assert {name_of(path) for path in files if packages_of(path) & WINDOWS} == set()


def test_scene_does_not_know_editing():
    files = (DESKTOP / "CXRTriageScene").rglob("*.py")

    assert not [name_of(path) for path in files if "CXRTriageEditing" in packages_of(path)]


@pytest.mark.parametrize(
    "name", ["signal", "box", "mask_tools", "history", "live_numbers", "autosave"]
)
def test_tools_of_editing_need_no_scene(name):
    path = DESKTOP / "CXRTriageEditing" / f"{name}.py"

    assert not packages_of(path) & {"slicer", "vtk", "vtkmodules", "CXRTriageScene"}
