"""What a reader sees of a result."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5.QtGui import QColor, QPalette, qGray
from PyQt5.QtWidgets import QLabel, QProgressBar, QPushButton

from CXRTriageLib.domain.biomarker import Biomarker
from CXRTriageLib.exporting.palette import CLASS_COLORS, CLASS_MARKS
from CXRTriageLib.exporting.result_json import result_to_json
from CXRTriagePanels.qt_access import Slots
from CXRTriagePanels.result_content import ResultContent
from CXRTriagePanels.result_panel import ResultPanel
from CXRTriageViewer.reading_room_style import applyStyle
from support.results import triage_result


@pytest.fixture
def pressed():
    return []


@pytest.fixture
def panel(qtbot, qapp, pressed):
    errors = Slots(lambda text, _details: pressed.append(f"error: {text}"))
    actions = [lambda name=name: pressed.append(name) for name in ("recount", "copy", "picture")]
    made = ResultPanel(errors, *actions)
    qtbot.addWidget(made.widget)
    # As in the viewer, whose style must not hide the colors of the classes.
    before = qapp.palette(), qapp.styleSheet()
    applyStyle(qapp)
    made.widget.resize(420, 900)
    with qtbot.waitExposed(made.widget):
        made.widget.show()
    yield made
    qapp.setPalette(before[0])
    qapp.setStyleSheet(before[1])


def color_inside(bar: QProgressBar) -> np.ndarray:
    """Return the color near the left end of a bar."""
    image = bar.grab().toImage()
    color = image.pixelColor(4, image.height() // 2)
    return np.array([color.red(), color.green(), color.blue()], np.float64)


def test_bars_have_the_colors_of_the_votes_on_the_film(panel, qtbot):
    content = ResultContent(document=result_to_json(triage_result()))

    panel.show(content)
    qtbot.wait(50)

    bars = panel.widget.findChildren(QProgressBar)
    pairs = ((row.votes / row.total, row.probability) for row in content.classes())
    shares = [share for pair in pairs for share in pair]
    assert len(bars) == len(shares)
    hues = np.array(CLASS_COLORS, np.float64)
    hues /= np.linalg.norm(hues, axis=1, keepdims=True)
    likest = [int((hues @ color_inside(bar)).argmax()) for bar in bars]
    filled = [number for number, share in enumerate(shares) if share > 0.1]
    assert len(filled) > 1
    assert [likest[number] for number in filled] == [number // 2 for number in filled]


def test_buttons_wait_for_a_result_and_for_an_old_vote(panel, pressed):
    buttons = {button.text(): button for button in panel.widget.findChildren(QPushButton)}
    assert not any(button.isEnabled() for button in buttons.values())

    document = result_to_json(triage_result())
    panel.show(ResultContent(document=document))
    assert not buttons["Recount"].isEnabled()
    buttons["Copy"].click()
    buttons["Picture…"].click()
    panel.show(ResultContent(document=document, voteIsOld=True))
    buttons["Recount"].click()

    assert pressed == ["copy", "picture", "recount"]


def test_table_has_a_row_for_each_number(panel):
    content = ResultContent(document=result_to_json(triage_result()))

    panel.show(content)

    shown = [panel.table.item(row, 0).text() for row in range(panel.table.rowCount())]
    assert shown == [row.label for row in content.rows()]


def test_picture_grows_with_the_rows_and_leaves_the_panel_as_it_was(panel, qtbot):
    document = result_to_json(triage_result())
    panel.show(ResultContent(document=document))
    qtbot.wait(50)
    before = panel.widget.size(), panel.table.height()
    number = document["biomarkers"]["cardiothoracic_ratio"]
    many = {**document, "biomarkers": {str(index): number for index in range(40)}}

    few = panel.picture()
    panel.show(ResultContent(document=many))
    whole = panel.picture()

    added = 40 - len(document["biomarkers"])
    assert whole.height() - few.height() == added * panel.table.rowHeight(0)
    assert (panel.widget.size(), panel.table.height()) == before
    assert not panel.widget.findChild(QLabel, "CXRTriageFilmName").isVisible()


def test_value_outside_its_range_is_told_apart_without_color(panel):
    ratio = "cardiothoracic_ratio"
    new = Biomarker(name=ratio, label="Cardiothoracic ratio", unit="1", value=0.61)
    content = ResultContent(document=result_to_json(triage_result()), numbers={ratio: new})

    panel.show(content)

    row = [item.label for item in content.rows()].index("Cardiothoracic ratio")
    value, normal = panel.table.item(row, 1), panel.table.item(row, 2)
    assert (value.text(), normal.text()) == ("↑ 0.610", "0.344 to 0.548")
    assert value.font().bold()
    assert value.background().style() != panel.table.item(row, 0).background().style()
    for shown in (panel.table.item(other, 1) for other in range(panel.table.rowCount())):
        assert shown.font().bold() == (shown.text()[0] in "↑↓")


@pytest.mark.parametrize("ground", [(30, 32, 36), (239, 239, 239)], ids=["dark", "light"])
def test_values_can_be_read_in_a_dark_and_in_a_light_application(panel, qapp, qtbot, ground):
    """As Slicer is, which follows the system; the fixture takes back what is set here."""
    qapp.setStyleSheet("")
    qapp.setPalette(QPalette(QColor(*ground)))

    panel.show(ResultContent(document=result_to_json(triage_result())))
    qtbot.wait(50)

    picture = panel.table.viewport().grab().toImage()
    for row in range(3):
        cell = panel.table.visualItemRect(panel.table.item(row, 1)).adjusted(2, 2, -2, -2)
        grays = [
            qGray(picture.pixel(x, y))
            for x in range(cell.left(), cell.right())
            for y in range(cell.top(), cell.bottom())
        ]
        assert max(grays) - min(grays) > 100


def test_long_names_take_two_lines_in_a_narrow_panel(panel, qtbot):
    content = ResultContent(document=result_to_json(triage_result()))
    panel.show(content)
    row = max(range(panel.table.rowCount()), key=lambda row: len(content.rows()[row].label))
    heights = []

    for width in (700, 330):
        panel.widget.resize(width, 900)
        qtbot.wait(50)
        heights.append(panel.table.rowHeight(row))

    assert heights[1] > heights[0]


def test_table_fills_the_panel_and_cuts_no_number_off(panel, qtbot):
    panel.show(ResultContent(document=result_to_json(triage_result())))
    qtbot.wait(50)

    table = panel.table
    widths = [table.columnWidth(column) for column in range(table.columnCount())]
    assert sum(widths) == table.viewport().width()
    for column in range(1, table.columnCount()):
        assert widths[column] >= table.sizeHintForColumn(column)


def test_without_a_result_there_is_no_empty_table(panel):
    assert not panel.table.isVisible()
    panel.show(ResultContent(document=result_to_json(triage_result())))
    assert panel.table.isVisible()


def test_classes_have_the_marks_of_their_votes(panel):
    panel.show(ResultContent(document=result_to_json(triage_result())))

    shown = [label.text() for label in panel.widget.findChildren(QLabel)]
    for mark in CLASS_MARKS[:4]:
        assert sum(f">{mark}<" in text for text in shown) == 1
