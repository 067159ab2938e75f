"""The layers panel tells what a reader chooses, and shows what holds."""

from __future__ import annotations

import pytest
from PyQt5 import QtCore
from PyQt5.QtWidgets import QCheckBox, QComboBox, QLabel, QSlider

from CXRTriagePanels.layer_state import LayerState
from CXRTriagePanels.layers_panel import LayersPanel
from CXRTriagePanels.qt_access import Slots

LEFT = QtCore.Qt.LeftButton
CLASSES = ("normal", "viral")
WINDOWS = ["As in the file", "Whole range"]


@pytest.fixture
def told():
    """Return what the panel has told: states, window numbers and inversions."""
    return []


@pytest.fixture
def panel(qtbot, told):
    def fail(text, details):
        raise AssertionError(f"{text}\n{details}")

    made = LayersPanel(Slots(fail), told.append, told.append, told.append)
    qtbot.addWidget(made.widget)
    made.setWindows(WINDOWS)
    made.widget.resize(420, 320)
    with qtbot.waitExposed(made.widget):
        made.widget.show()
    return made


def part(panel, kind, name):
    """Return a widget by its kind and the end of its name."""
    found = panel.widget.findChild(kind, f"CXRTriage{name}")
    assert found is not None
    return found


def switch(qtbot, panel, layer):
    """Click the tick of a layer."""
    box = part(panel, QCheckBox, f"Layer_{layer}")
    qtbot.mouseClick(box, LEFT, pos=QtCore.QPoint(8, box.height() // 2))


def slide_to_end(qtbot, panel, name):
    """Move a slider to its end by key."""
    slider = part(panel, QSlider, f"Layer_{name}")
    qtbot.keyClick(slider, QtCore.Qt.Key_End)
    return slider


@pytest.mark.parametrize("layer", ["film", "masks", "calipers", "saliency", "votes"])
def test_click_switches_one_layer(qtbot, panel, told, layer):
    panel.setClasses(CLASSES, CLASSES)
    before = getattr(panel.state, layer)

    switch(qtbot, panel, layer)

    assert len(told) == 1
    changed = {name for name, value in vars(told[0]).items() if value != vars(LayerState())[name]}
    assert changed == {layer}
    assert getattr(panel.state, layer) is not before


@pytest.mark.parametrize(
    "name",
    ["filmOpacity", "fill", "outline", "saliencyOpacity", "threshold", "votesOpacity",
     "calipersOpacity"],
)  # fmt: skip
def test_slider_sets_its_share_and_says_how_much_it_is(qtbot, panel, told, name):
    panel.setClasses(CLASSES, CLASSES)
    panel.show(LayerState(**{name: 0.3}))

    slide_to_end(qtbot, panel, name)

    assert getattr(told[-1], name) == 1.0
    assert "100 %" in [label.text() for label in panel.widget.findChildren(QLabel)]
    assert "30 %" not in [label.text() for label in panel.widget.findChildren(QLabel)]


def test_state_is_shown_without_telling_it_back(panel, told):
    panel.setClasses(CLASSES, CLASSES)
    state = LayerState(film=False, fill=0.7, votes=True, saliencyClass="viral")

    panel.show(state)

    assert told == []
    assert panel.state == state
    assert not part(panel, QCheckBox, "Layer_film").isChecked()
    assert part(panel, QSlider, "Layer_fill").value() == 70
    assert part(panel, QComboBox, "SaliencyClass").currentText() == "viral"


def test_what_needs_a_class_waits_for_one_and_says_so(qtbot, panel, told):
    panel.setClasses((), ())
    switch(qtbot, panel, "votes")
    slide_to_end(qtbot, panel, "threshold")
    panel.toggle("saliency")
    panel.nextClass()

    assert told == []
    assert "no class" in part(panel, QCheckBox, "Layer_votes").toolTip()
    panel.setClasses(CLASSES, CLASSES)
    assert part(panel, QCheckBox, "Layer_votes").toolTip().endswith("(V).")


def test_leading_class_is_chosen_unless_the_reader_has_chosen_one(qtbot, panel):
    panel.setClasses(CLASSES, CLASSES)
    panel.choose("viral")
    panel.choose("normal")
    assert panel.state.saliencyClass == "viral"

    qtbot.keyClick(part(panel, QComboBox, "SaliencyClass"), QtCore.Qt.Key_Up)

    assert panel.state.saliencyClass == "normal"


def test_next_class_shows_saliency_and_then_goes_around(panel, told):
    panel.setClasses(CLASSES, CLASSES)
    panel.choose("viral")

    for _ in range(3):
        panel.nextClass()

    shown = [(state.saliency, state.saliencyClass) for state in told]
    assert shown == [(True, "viral"), (True, "normal"), (True, "viral")]


def test_window_is_told_when_a_reader_takes_one(qtbot, panel, told):
    box = part(panel, QComboBox, "Window")

    qtbot.keyClick(box, QtCore.Qt.Key_Down)

    assert told == [1]
    assert box.currentText() == "Whole range"


def test_chosen_window_stays_when_masks_bring_one_more(qtbot, panel, told):
    box = part(panel, QComboBox, "Window")
    qtbot.keyClick(box, QtCore.Qt.Key_Down)

    panel.setWindows(["As in the file", "CHEST", "Whole range", "Lungs"])

    assert box.currentText() == "Whole range"
    assert told == [1]
    panel.setWindows(["As in the file"])
    assert box.currentText() == "As in the file"


def test_look_of_the_film_is_shown_without_telling_it_back(qtbot, panel, told):
    box = part(panel, QCheckBox, "Inverted")

    panel.showLook(window=1, inverted=True)
    assert (box.isChecked(), part(panel, QComboBox, "Window").currentIndex(), told) == (True, 1, [])
    qtbot.mouseClick(box, LEFT, pos=QtCore.QPoint(8, box.height() // 2))

    assert told == [False]
    panel.toggle("inverted")
    assert told == [False, True]
