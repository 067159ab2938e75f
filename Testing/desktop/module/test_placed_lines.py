"""Lines that a reader dragged are told apart from those of the masks, and never lost."""

from __future__ import annotations

import json

import pytest
import slicer
import vtk

from CXRTriageCase.film_case import FilmCase
from CXRTriageEditing.autosave import Autosave
from CXRTriageScene.caliper_nodes import readCaliper
from CXRTriageScene.film_geometry import positionOf
from CXRTriageViewer.driven_window import openFilms, waitFor

pytestmark = pytest.mark.usefixtures("shipped_pipeline_fixture")

END = (260.0, 300.0)


@pytest.fixture
def panel(window, film, settle):
    """Return the module's widget with a film that has been run, its heart's line dragged."""
    openFilms(window, [film])
    window.panel.runs.run()
    settle()
    drag(window.panel.case, "heart_diameter", END)
    return window.panel


def drag(case: FilmCase, name: str, end: tuple[float, float]) -> None:
    """Move the end of a line and let go of it, as the mouse does."""
    node = case.nodes.calipers[name]
    node.SetNthControlPointPosition(1, vtk.vtkVector3d(*positionOf(case.nodes.film, *end)))
    node.InvokeEvent(slicer.vtkMRMLMarkupsNode.PointEndInteractionEvent)


def ratio_of(part):
    return part["biomarkers"]["cardiothoracic_ratio"]["value"]


def shown(panel):
    """Return value and source of each cardiothoracic ratio in the table."""
    table = panel.results.panel.table
    rows = [
        [table.item(row, column).text() for column in range(4)] for row in range(table.rowCount())
    ]
    return [(row[1], row[3]) for row in rows if row[0] == "Cardiothoracic ratio"]


def test_result_has_both_ratios_and_says_which_is_by_hand(panel):
    document = panel.case.document

    lines = document["calipers"] | document["by_hand"]["calipers"]
    assert list(document["by_hand"]["calipers"]) == ["heart_diameter"]
    assert lines["heart_diameter"]["end_px"] == pytest.approx(END)
    assert ratio_of(document["by_hand"]) != pytest.approx(ratio_of(document), abs=0.01)
    (_, by_hand), (_, of_masks) = shown(panel)
    assert (by_hand, of_masks) == ("lines by hand", "network")


def test_export_holds_what_was_dragged(panel, tmp_path, settle):
    panel.saving.exportResults(str(tmp_path))
    settle()

    document = json.loads((tmp_path / "chest" / "result.json").read_text("utf-8"))
    assert document["by_hand"] == panel.case.document["by_hand"]
    assert ratio_of(document) == ratio_of(panel.case.document)


def test_reopened_session_shows_the_dragged_line_and_the_same_ratio(panel, window, tmp_path):
    before, line = panel.case.document, shown(panel)
    assert panel.case.isUnsaved
    assert panel.saving.saveSession(str(tmp_path / "case.mrb"))
    assert not panel.case.isUnsaved

    openFilms(window, [tmp_path / "case.mrb"])

    nodes = panel.case.nodes
    assert panel.case.document == json.loads(json.dumps(before))
    assert shown(panel) == line
    assert readCaliper(nodes.calipers["heart_diameter"], nodes.film).end == pytest.approx(END)


def test_masks_that_are_saved_alone_leave_the_line_unsaved(panel, tmp_path):
    panel.saving.saveMasks(str(tmp_path / "masks.seg.nrrd"))

    assert panel.case.isUnsaved


def test_line_stays_when_the_film_is_run_again(panel, settle):
    before = panel.case.document

    panel.runs.run()
    settle()

    assert panel.case.document == before


def test_line_of_a_session_that_crashed_is_offered_back(panel, film, settle, monkeypatch):
    before = panel.case.document
    desk = panel.logic.desk
    # As after a crash: the lock is gone, the file is not.
    desk.unsaved._autosave._lock.release()
    desk.unsaved._autosave = Autosave(desk.unsaved._autosave._sessions)
    monkeypatch.setattr(panel.host, "ask", lambda _title, _text, buttons: buttons[0])

    panel.loadFilm(str(film))
    waitFor(lambda: not desk.isReading, "The film")
    panel.runs.run()
    settle()

    assert panel.case.document["by_hand"] == before["by_hand"]
    assert panel.case.isUnsaved
    assert not panel.case.isCorrected
    assert desk.unsaved.offerFor(panel.case) is None
