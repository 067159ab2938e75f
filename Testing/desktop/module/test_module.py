"""A film is opened, run, corrected, counted again, saved and found again."""

from __future__ import annotations

import json
import os
import signal

import numpy as np
import pytest

from CXRTriageLib.domain.anatomy import Structure
from CXRTriagePanels.edit_panel import Edit, Tool
from CXRTriageViewer.driven_window import openFilms, waitFor

pytestmark = pytest.mark.usefixtures("shipped_pipeline_fixture")


@pytest.fixture
def panel(window, film, settle):
    """Return the module's widget with a film that has been run."""
    openFilms(window, [film])
    window.panel.runs.run()
    settle()
    return window.panel


def stroke(panel, row, column):
    """Paint one dab as the mouse would."""
    tool = panel.editing._brush
    assert tool.mousePress(row, column, frozenset())
    assert tool.mouseRelease(row, column, frozenset())


def test_run_shows_masks_numbers_vote_and_layers(panel, window):
    nodes = panel.case.nodes

    assert set(np.unique(panel.case.labels())) == set(Structure)
    assert nodes.correctedMasks is None
    assert set(nodes.saliency) == set(panel.case.document["classification"]["classes"])
    assert "heart_diameter" in nodes.calipers
    assert panel.results.panel.table.rowCount() == len(panel.case.document["biomarkers"])
    assert window.films[0].state.value == "done"
    assert panel.runs.panel.button.text() == "Run"


def test_stroke_changes_mask_and_numbers_and_undo_takes_both_back(panel):
    before = panel.case.labels().copy()
    area = panel.case.document["biomarkers"]["lungs_area_px2"]["value"]
    panel.editing.chooseTool(Tool.ERASER)
    row, column = np.argwhere(before == Structure.RIGHT_LUNG)[1000]

    stroke(panel, int(row), int(column))

    assert panel.case.isUnsaved
    assert panel.case.voteIsOld
    assert panel.case.numbers["lungs_area_px2"].value < area
    panel.editing.edit(Edit.UNDO)
    np.testing.assert_array_equal(panel.case.labels(), before)
    assert panel.case.numbers["lungs_area_px2"].value == pytest.approx(area)


def test_recount_is_over_the_corrected_masks_and_the_network_keeps_its_own(panel, settle):
    network = panel.case.labels().copy()
    panel.editing.chooseTool(Tool.ERASER)
    panel.editing.setRadius(40)
    row, column = np.argwhere(network == Structure.LEFT_LUNG).mean(axis=0).astype(int)
    stroke(panel, row, column)

    panel.runs.recount()
    settle()

    assert panel.case.document["masks"]["source"] == "corrected"
    assert not panel.case.voteIsOld
    from CXRTriageScene.mask_nodes import readMasks

    nodes = panel.case.nodes
    np.testing.assert_array_equal(readMasks(nodes.networkMasks, nodes.film), network)


def test_running_again_leaves_a_correction_alone(panel, settle):
    panel.editing.chooseTool(Tool.BRUSH)
    panel.editing.chooseStructure(Structure.HEART)
    stroke(panel, 20, 20)
    drawn = panel.case.labels().copy()

    panel.runs.run()
    settle()

    np.testing.assert_array_equal(panel.case.labels(), drawn)
    assert panel.case.document["masks"]["source"] == "corrected"


def test_session_comes_back_with_masks_and_numbers(panel, window, tmp_path, settle):
    panel.editing.chooseTool(Tool.BRUSH)
    panel.editing.chooseStructure(Structure.HEART)
    stroke(panel, 100, 200)
    panel.runs.recount()
    settle()
    drawn, document = panel.case.labels().copy(), panel.case.document
    assert panel.saving.saveSession(str(tmp_path / "case.mrb"))
    assert not panel.case.isUnsaved

    openFilms(window, [tmp_path / "case.mrb"])

    np.testing.assert_array_equal(panel.case.labels(), drawn)
    assert panel.case.document == json.loads(json.dumps(document))
    assert panel.case.isCorrected


def test_session_saved_before_the_recount_comes_back_with_numbers_of_the_corrected_masks(
    panel, window, tmp_path
):
    panel.editing.chooseTool(Tool.BRUSH)
    panel.editing.chooseStructure(Structure.HEART)
    stroke(panel, 100, 200)
    corrected = panel.case.numbers["lungs_area_px2"].value
    assert corrected != panel.case.document["biomarkers"]["lungs_area_px2"]["value"]
    panel.saving.saveSession(str(tmp_path / "case.mrb"))

    openFilms(window, [tmp_path / "case.mrb"])

    assert panel.case.voteIsOld
    assert panel.case.numbers["lungs_area_px2"].value == corrected


def test_window_is_named_after_the_film_that_it_shows(panel, window, tmp_path):
    panel.saving.saveSession(str(tmp_path / "case.mrb"))
    letter = tmp_path / "letter.png"
    letter.write_bytes(b"Dear colleague")

    openFilms(window, [letter])
    assert window.windowTitle().startswith("letter.png")
    openFilms(window, [tmp_path / "case.mrb"])
    assert window.windowTitle().startswith("chest.png")
    assert window.films[window.films.current].path.name == "chest.png"


def test_export_is_what_the_command_line_writes(panel, tmp_path, settle):
    panel.saving.exportResults(str(tmp_path / "results"))
    settle()

    document = json.loads((tmp_path / "results" / "chest" / "result.json").read_text("utf-8"))
    assert document == {
        **panel.case.document,
        "files": document["files"],
        **{key: document[key] for key in ("saliency",)},
    }
    assert "labels.nrrd" in document["files"]


def test_cancel_keeps_what_was_there_and_the_next_run_works(panel, settle):
    document = panel.case.document

    panel.runs.run()
    panel.runs.cancel()

    assert not panel.logic.desk.isRunning
    assert panel.case.document is document
    panel.runs.run()
    settle()
    assert panel.case.document == document


def test_refused_file_is_told_without_a_dialog(window, tmp_path):
    letter = tmp_path / "letter.png"
    letter.write_bytes(b"Dear colleague")

    openFilms(window, [letter])

    assert window.panel.case is None
    assert window.films[0].state.value == "refused"
    assert "letter.png" in window.panel.runs.panel.button.toolTip()


def test_unsaved_corrections_are_asked_for(panel, monkeypatch):
    panel.editing.chooseTool(Tool.BRUSH)
    stroke(panel, 100, 200)
    asked = []

    def answer(_title, text, buttons):
        asked.append(text)
        return buttons[-1]

    monkeypatch.setattr(panel.host, "ask", answer)

    assert not panel.closeCase()
    assert "chest.png" in asked[0]
    monkeypatch.setattr(panel.host, "ask", lambda _title, _text, buttons: buttons[1])
    assert panel.closeCase()


def test_self_test_passes(window):
    from CXRTriage import CXRTriageTest

    del window
    CXRTriageTest().runTest()


def test_worker_that_is_killed_is_told_and_the_next_run_works(panel, settle, monkeypatch):
    told = []
    monkeypatch.setattr(panel.host, "showError", lambda text, _details="": told.append(text))
    panel.logic.desk.failed.connect(lambda text, _details: told.append(text))

    panel.runs.run()
    os.kill(panel.logic.desk.tasks.worker.processIdentifier, signal.SIGKILL)
    settle()

    assert "ended by itself" in told[0]
    panel.runs.run()
    settle()
    assert panel.case.document is not None


def test_corrections_of_a_session_that_crashed_are_offered_back(panel, film, monkeypatch):
    from CXRTriageEditing.autosave import Autosave

    panel.editing.chooseTool(Tool.BRUSH)
    panel.editing.chooseStructure(Structure.HEART)
    stroke(panel, 60, 60)
    drawn = panel.case.labels().copy()
    panel.logic.desk.keepUnsaved()
    desk = panel.logic.desk
    # As after a crash: the lock is gone, the file is not.
    desk.unsaved._autosave._lock.release()
    desk.unsaved._autosave = Autosave(desk.unsaved._autosave._sessions)
    monkeypatch.setattr(panel.host, "ask", lambda _title, _text, buttons: buttons[0])

    panel.loadFilm(str(film))
    waitFor(lambda: not panel.logic.desk.isReading, "The film")

    np.testing.assert_array_equal(panel.case.labels(), drawn)
    assert panel.case.isUnsaved
