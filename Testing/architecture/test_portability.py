"""What both hosts run does nothing that PythonQt and PyQt5 understand differently."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

import pytest

from support.source_tree import ROOT, name_of, parsed

MODULE = ROOT / "CXRTriage"
SHARED = sorted(
    path
    for path in (
        MODULE / "CXRTriage.py",
        *MODULE.glob("CXRTriageControl/*.py"),
        *MODULE.glob("CXRTriagePanels/*.py"),
    )
    if path.name != "slicer_host.py"
)
PANELS = [path for path in SHARED if path.parent.name == "CXRTriagePanels"]
NO_QT = [
    path
    for name in ("Scene", "Editing", "Worker", "Case")
    for path in sorted(MODULE.glob(f"CXRTriage{name}/*.py"))
]

QT_PROPERTIES = {
    "text", "enabled", "visible", "checked", "value", "toolTip", "minimum", "maximum", "collapsed",
    "currentIndex", "currentText", "windowTitle", "maximumHeight", "minimumWidth", "icon",
}  # fmt: skip
GETTERS = {
    "text", "isEnabled", "isVisible", "isChecked", "value", "currentIndex", "currentText",
    "toolTip", "isCollapsed",
}  # fmt: skip
FORBIDDEN_NAMES = {
    "pyqtSignal", "pyqtSlot", "partial", "exec_", "QFileDialog", "QInputDialog", "QMessageBox",
    "loadUI", "PyQt5",
}  # fmt: skip
LIGHT = {"qt", "slicer", "vtk", "SimpleITK", "numpy", "scipy", "ctk"}
OURS = {"CXRTriageLib", "CXRTriageControl", "CXRTriagePanels"}


def offenders(path) -> Iterator[str]:
    """Yield what the two bindings of Qt would take differently."""
    for node in ast.walk(parsed(path)):
        for check in (assigned_properties, calls, names, subclasses):
            for found in check(node):
                yield f"{name_of(path)}:{getattr(node, 'lineno', 0)} {found}"


def assigned_properties(node) -> Iterator[str]:
    """Yield assignments that PyQt5 takes in silence and does nothing with."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    for target in targets:
        # What 3D Slicer's module class is described by is set so by its template.
        is_ours = isinstance(target, ast.Attribute) and ast.unparse(target.value) != "self.parent"
        if is_ours and target.attr in QT_PROPERTIES:
            yield f"assigns to {target.attr}"


def calls(node) -> Iterator[str]:
    """Yield getters that PythonQt has as attributes, and connections by a string."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return
    first = node.args[0] if node.args else None
    if node.func.attr in GETTERS and first is None:
        yield f"calls the getter {node.func.attr}()"
    is_text = isinstance(first, ast.Constant) and isinstance(first.value, str)
    if node.func.attr == "connect" and is_text and ast.unparse(node.func.value) != "slicer.app":
        yield "connects by a string"


def names(node) -> Iterator[str]:
    """Yield names that one of the two does not have, or has with another meaning."""
    name = getattr(node, "id", None) or getattr(node, "attr", None)
    if name in FORBIDDEN_NAMES:
        yield f"uses {name}"


def subclasses(node) -> Iterator[str]:
    """Yield classes that derive from one of Qt's."""
    bases = node.bases if isinstance(node, ast.ClassDef) else []
    yield from (
        "derives from a class of Qt" for base in bases if ast.unparse(base).startswith("qt.")
    )


def top_imports(path) -> set[str]:
    """Return the packages that a file imports at its top."""
    found = set()
    for node in parsed(path).body:
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def all_imports(path) -> set[str]:
    """Return the packages that a file imports anywhere."""
    found = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


@pytest.mark.parametrize("path", SHARED, ids=name_of)
def test_shared_code_uses_qt_as_both_bindings_do(path):
    assert list(offenders(path)) == []


@pytest.mark.parametrize("path", SHARED, ids=name_of)
def test_shared_code_imports_nothing_heavy_at_its_top(path):
    assert top_imports(path) <= LIGHT | OURS | set(sys.stdlib_module_names)


@pytest.mark.parametrize("path", NO_QT, ids=name_of)
def test_what_needs_no_window_imports_no_qt(path):
    assert not all_imports(path) & {"qt", "ctk", "PyQt5"}


def test_controls_know_no_vtk():
    found = {name for path in SHARED for name in all_imports(path)}

    assert not found & {"vtk", "PyQt5", "CXRTriageViewer"}


def test_panels_know_neither_scene_nor_vtk():
    found = {name for path in PANELS for name in all_imports(path)}

    assert not found & {"slicer", "vtk", "CXRTriageScene", "CXRTriageEditing", "PyQt5"}
