"""Scrolling the panel changes no choice and no slider on the way."""

from __future__ import annotations

import pytest
from PyQt5 import QtWidgets

from CXRTriageViewer.wheel_guard import WheelGuard
from support.viewer_films import turn_wheel


@pytest.fixture
def panel(qtbot):
    """Return a panel with a choice and a slider in their middle."""
    made = QtWidgets.QWidget()
    layout = QtWidgets.QVBoxLayout(made)
    choice, slider = QtWidgets.QComboBox(), QtWidgets.QSlider()
    choice.addItems(["As in the file", "Whole range", "Lungs"])
    choice.setCurrentIndex(1)
    slider.setValue(50)
    for widget in (choice, slider):
        layout.addWidget(widget)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.mark.parametrize("kind", [QtWidgets.QComboBox, QtWidgets.QSlider])
def test_turn_of_the_wheel_is_left_to_what_scrolls(panel, kind):
    widget = panel.findChild(kind)
    read = widget.currentIndex if kind is QtWidgets.QComboBox else widget.value
    before = read()
    assert turn_wheel(widget, -1, (5, 5))
    assert read() != before
    after = read()

    WheelGuard(panel)
    kept = turn_wheel(widget, 1, (5, 5))

    assert not kept
    assert read() == after
