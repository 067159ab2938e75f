"""Panels are built and work on Qt as 3D Slicer has it, and the double of it is strict enough."""

from __future__ import annotations

import functools
import importlib
from pathlib import Path

import pytest
from PyQt5.QtWidgets import QAbstractButton, QComboBox, QShortcut, QSlider

import CXRTriagePanels
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.exporting.result_json import result_to_json
from CXRTriagePanels.edit_panel import Edit, EditPanel, EditState, Tool
from CXRTriagePanels.file_panel import FilePanel
from CXRTriagePanels.key_commands import KeyBindings, KeyCommand, entriesOf
from CXRTriagePanels.layer_state import LayerState
from CXRTriagePanels.layers_panel import LayersPanel
from CXRTriagePanels.qt_access import Slots
from CXRTriagePanels.result_content import ResultContent
from CXRTriagePanels.result_panel import ResultPanel
from CXRTriagePanels.run_panel import RunPanel, RunState
from support.pythonqt import pythonqt_module, target_of
from support.results import CLASS_NAMES, triage_result

MODULES = sorted(path.stem for path in Path(CXRTriagePanels.__path__[0]).glob("*.py"))
PANELS = [name for name in MODULES if name.endswith("_panel")]


@pytest.fixture
def qt(qapp, monkeypatch):
    """Return the double, which all panels take for Qt."""
    del qapp
    double = pythonqt_module()
    for name in MODULES:
        module = importlib.import_module(f"CXRTriagePanels.{name}")
        if hasattr(module, "qt"):
            monkeypatch.setattr(module, "qt", double)
    yield double
    assert double.printed == []


@pytest.fixture
def called():
    return []


@pytest.fixture
def slots(called):
    return Slots(lambda text, details: called.append((text, details)))


def note(called, name):
    """Return a slot that writes down what it was called with."""
    return lambda *values: called.append((name, *values))


PYQT5_ONLY = {
    "getter": lambda qt: qt.QSpinBox().value(),
    "keyword": lambda qt: qt.QPushButton("Run", toolTip="Run it."),
    "emission": lambda qt: qt.QPushButton().clicked.emit(),
    "overload": lambda qt: qt.QComboBox().currentIndexChanged[int],
    "remark": lambda qt: setattr(qt.QWidget(), "remark", "mine"),
    "no such signal": lambda qt: qt.QPushButton().connect("clicked(int)", print),
    "class of an enum": lambda qt: qt.Qt.AlignmentFlag(1).name,
    "submodule": lambda qt: qt.QtWidgets.QWidget(),
}


@pytest.mark.parametrize("use", PYQT5_ONLY.values(), ids=PYQT5_ONLY)
def test_double_refuses_what_only_pyqt5_understands(qt, use):
    with pytest.raises((TypeError, AttributeError, ValueError)):
        use(qt)


def test_double_reads_properties_as_attributes_and_gives_integers_and_tuples(qt):
    button = qt.QPushButton("Run")
    button.setCheckable(True)
    button.checked = True
    splitter = qt.QSplitter()

    assert (button.text, button.checked) == ("Run", True)
    assert qt.Qt.AlignLeft | qt.Qt.AlignTop == 33
    assert splitter.sizes() == ()


def test_double_counts_the_parameters_of_functions_only(qt, called):
    button = qt.QPushButton()

    def nothing() -> None:
        called.append(())

    button.connect("clicked(bool)", nothing)
    button.connect("clicked(bool)", functools.partial(note(called, "partial")))
    button.click()

    assert called == [(), ("partial", False)]


def test_double_prints_what_a_slot_raises(qt):
    button = qt.QPushButton()
    button.connect("clicked()", lambda: 1 / 0)
    button.clicked()

    assert "ZeroDivisionError" in qt.printed.pop()


def make_edit(slots, called):
    panel = EditPanel(slots, *(note(called, name) for name in ("tool", "part", "size", "edit")))
    panel.show(EditState(hasMasks=True, canUndo=True, structure=Structure.HEART, radius=33))
    return panel


def make_file(slots, called):
    names = ("open", "volume", "session", "masks", "results")
    panel = FilePanel(slots, {name: note(called, name) for name in names})
    panel.show(hasFilm=True, hasMasks=True)
    return panel


def make_layers(slots, called):
    panel = LayersPanel(slots, *(note(called, name) for name in ("layers", "window", "inverted")))
    panel.setWindows(["As in the file", "Lungs"])
    panel.setWindows(["As in the file", "Whole range", "Lungs"])
    panel.setClasses(CLASS_NAMES, [name.capitalize() for name in CLASS_NAMES])
    panel.choose("viral")
    panel.show(LayerState(votes=True, saliencyClass="viral"))
    panel.toggle("saliency")
    return panel


def make_result(slots, called):
    panel = ResultPanel(slots, *(note(called, name) for name in ("recount", "copy", "picture")))
    for _ in range(2):
        panel.show(ResultContent(document=result_to_json(triage_result()), voteIsOld=True))
    assert panel.picture().width() > 0
    return panel


def make_run(slots, called):
    panel = RunPanel(slots, note(called, "run"), note(called, "cancel"))
    panel.show(RunState(hasFilm=True))
    return panel


MAKERS = {
    "edit_panel": make_edit,
    "file_panel": make_file,
    "layers_panel": make_layers,
    "result_panel": make_result,
    "run_panel": make_run,
}


CALLBACKS = {
    "edit_panel": {"tool", "part", "size", "edit"},
    "file_panel": {"open", "volume", "session", "masks", "results"},
    "layers_panel": {"layers", "window", "inverted"},
    "result_panel": {"recount", "copy", "picture"},
    "run_panel": {"run"},
}
PLAIN = {bool, int, str, Edit, LayerState, Structure, Tool}
"""What a panel may tell the module: nothing that belongs to Qt."""


def test_keys_are_bound_on_qt_as_slicer_has_it(qt, slots, called):
    window = qt.QWidget()
    entries = entriesOf({key: note(called, key.name) for key in KeyCommand}, slots)
    bindings = KeyBindings(slots, window, entries)

    bindings.setEnabled(enabled=True)
    for shortcut in target_of(window).findChildren(QShortcut):
        assert shortcut.isEnabled()
        shortcut.activated.emit()
    bindings.close()

    assert called == [(key.name,) for key in KeyCommand]


def test_every_panel_is_built_here():
    assert sorted(MAKERS) == PANELS


@pytest.mark.usefixtures("qt")
@pytest.mark.parametrize("name", PANELS)
def test_panel_works_on_qt_as_slicer_has_it(slots, called, name):
    panel = MAKERS[name](slots, called)

    widget = target_of(panel.widget)
    for button in widget.findChildren(QAbstractButton):
        button.click()
    for slider in widget.findChildren(QSlider):
        slider.setValue((slider.value() + 1) % slider.maximum())
    for combo in widget.findChildren(QComboBox):
        combo.setCurrentIndex((combo.currentIndex() + 1) % combo.count())
        combo.activated[int].emit(combo.currentIndex())

    assert {item[0] for item in called} == CALLBACKS[name]
    assert all(type(value) in PLAIN for item in called for value in item[1:])
