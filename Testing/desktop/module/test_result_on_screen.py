"""The result follows corrections by itself, and can be taken along as text and picture."""

from __future__ import annotations

import json

import pytest
from PyQt5 import QtGui, QtWidgets

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.segmentation import ChestSegmentation, MaskSource
from CXRTriageLib.domain.triage import DISCLAIMER
from CXRTriageLib.exporting.result_json import result_to_json
from CXRTriageLib.reading import read_radiograph
from CXRTriageViewer.driven_window import openFilms, settle, waitFor

pytestmark = pytest.mark.usefixtures("shipped_pipeline_fixture")

LONGER_THAN_IDLE_S = 3.2


@pytest.fixture
def panel(window, film, settle):
    """Return the module's widget with a film that has been run."""
    openFilms(window, [film])
    window.panel.runs.run()
    settle()
    return window.panel


def erase(panel):
    """Take a piece out of the right lung."""
    labels = panel.case.labels()
    rows, columns = (labels == Structure.RIGHT_LUNG).nonzero()
    editor = panel.case.edit()
    editor.dab(float(rows.mean()), float(columns.mean()), 25, Structure.BACKGROUND)
    editor.endStroke()


def sources(panel):
    """Return what the table says of where its numbers are from."""
    table = panel.results.panel.table
    return {table.item(row, 3).text() for row in range(table.rowCount())}


def test_all_numbers_follow_when_the_hand_rests(panel):
    erase(panel)
    assert sources(panel) == {"network", "corrected"}

    waitFor(lambda: sources(panel) == {"corrected"}, "All numbers")

    assert set(panel.case.numbers) == set(panel.case.document["biomarkers"])


def test_vote_follows_by_itself_when_the_hand_rests_for_longer(panel):
    erase(panel)
    assert panel.case.voteIsOld

    waitFor(lambda: not panel.case.voteIsOld, "The vote")

    assert panel.case.document["masks"]["source"] == "corrected"


def test_vote_waits_for_the_reader_where_the_reader_wants_so(panel, window):
    panel.results.whenIdle.click()
    erase(panel)

    settle(LONGER_THAN_IDLE_S)

    assert panel.case.voteIsOld
    assert not panel.logic.desk.isRunning
    button(window, "Recount").click()
    waitFor(lambda: not panel.case.voteIsOld, "The vote")


def test_vote_over_corrected_masks_is_that_of_a_whole_run_with_them(
    panel, film, settle, shipped_pipeline_fixture
):
    erase(panel)
    panel.runs.recount()
    settle()

    masks = ChestSegmentation(labels=panel.case.labels().copy(), source=MaskSource.CORRECTED)
    whole = shipped_pipeline_fixture.run(read_radiograph(film), corrected=masks)
    expected, found = result_to_json(whole), panel.case.document
    for part in ("classification", "biomarkers", "recommendation", "masks"):
        assert found[part] == json.loads(json.dumps(expected[part])), part


def test_result_is_copied_as_text(panel, window):
    QtWidgets.QApplication.clipboard().clear()
    button(window, "Copy").click()

    text = QtWidgets.QApplication.clipboard().text()
    assert "chest.png" in text
    assert panel.case.document["recommendation"]["text"] in text
    assert "Cardiothoracic ratio" in text
    assert DISCLAIMER in text


@pytest.mark.parametrize("name", ["result.png", "result"])
def test_result_is_saved_as_a_picture(panel, window, tmp_path, monkeypatch, name):
    monkeypatch.setattr(panel.host, "saveFile", lambda *_: str(tmp_path / name))

    button(window, "Picture…").click()

    picture = QtGui.QImage(str(tmp_path / "result.png"))
    assert picture.width() >= 500
    assert picture.height() >= 500
    assert window.errors.dialog is None


def button(window, text):
    """Return the button of a text."""
    buttons = window.findChildren(QtWidgets.QPushButton)
    return next(each for each in buttons if each.text() == text)
