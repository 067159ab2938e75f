"""What a person drew, or saved before, goes only when that person says so."""

from __future__ import annotations

import json

import numpy as np
import pytest

from CXRTriageEditing.autosave import Autosave
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageScene.label_layer import LabelLayer
from CXRTriageViewer.driven_window import openFilms, settle, waitFor

pytestmark = pytest.mark.usefixtures("shipped_pipeline_fixture")


@pytest.fixture
def panel(window, film, settle):
    """Return the module's widget with a film that has been run."""
    openFilms(window, [film])
    window.panel.runs.run()
    settle()
    return window.panel


@pytest.fixture
def answer(panel, monkeypatch):
    """Return what answers the next questions with the button of a name, and notes them."""
    asked = []

    def give(name):
        def ask(_title, text, buttons):
            asked.append(text)
            return next(button for button in buttons if button == name)

        monkeypatch.setattr(panel.host, "ask", ask)
        return asked

    return give


def draw(panel):
    """Paint heart where nothing was."""
    editor = panel.case.edit()
    editor.dab(60, 60, 20, Structure.HEART)
    editor.endStroke()


def end_badly(panel):
    """Leave everything as a crash would: the lock is gone, the corrections are not."""
    panel.logic.desk.keepUnsaved()
    autosave = panel.logic.desk.unsaved._autosave
    autosave._lock.release()
    panel.logic.desk.unsaved._autosave = Autosave(autosave._sessions)


def reopen(panel, path):
    """Open a film again without asking about the one that is open."""
    panel.loadFilm(str(path))
    waitFor(lambda: not panel.logic.desk.isReading, "The film")


def test_name_without_an_ending_is_asked_about_where_it_meets_a_file(
    panel, answer, tmp_path, monkeypatch
):
    earlier = tmp_path / "case.mrb"
    earlier.write_bytes(b"earlier")
    monkeypatch.setattr(panel.host, "saveFile", lambda *_: str(tmp_path / "case"))

    asked = answer("Go back")
    assert not panel.saving.saveSession()
    assert "case.mrb" in asked[0]
    assert earlier.read_bytes() == b"earlier"

    answer("Replace")
    assert panel.saving.saveSession()
    assert earlier.read_bytes() != b"earlier"


def test_results_that_are_there_are_replaced_only_after_a_question(panel, answer, tmp_path, settle):
    panel.saving.exportResults(str(tmp_path))
    settle()
    first = (tmp_path / "chest" / "labels.png").read_bytes()
    draw(panel)

    asked = answer("Go back")
    panel.saving.exportResults(str(tmp_path))
    settle()
    assert len(asked) == 1
    assert (tmp_path / "chest" / "labels.png").read_bytes() == first

    answer("Replace")
    panel.saving.exportResults(str(tmp_path))
    settle()
    assert (tmp_path / "chest" / "labels.png").read_bytes() != first
    document = json.loads((tmp_path / "chest" / "result.json").read_text("utf-8"))
    assert document["masks"]["source"] == "corrected"


def test_change_of_the_segment_editor_is_asked_about_at_once(panel, answer):
    panel.case.edit()
    assert panel.closeCase()

    layer = LabelLayer(panel.case.nodes.correctedMasks, panel.case.nodes.film)
    layer.array[50:70, 50:70] = Structure.HEART
    layer.announce()

    asked = answer("Go back")
    assert not panel.closeCase()
    assert "not saved" in asked[0]


def test_change_of_the_segment_editor_counts_in_what_is_run_next(panel, tmp_path, settle):
    panel.case.edit()
    layer = LabelLayer(panel.case.nodes.correctedMasks, panel.case.nodes.film)
    layer.array[50:70, 50:70] = Structure.HEART
    layer.announce()

    panel.saving.exportResults(str(tmp_path))
    settle()

    from CXRTriageLib.exporting.labels import read_labels

    written = read_labels(tmp_path / "chest" / "labels.png", panel.case.labels().shape)
    assert (written[50:70, 50:70] == Structure.HEART).all()


def test_saved_change_of_the_segment_editor_is_not_asked_about(panel, tmp_path):
    panel.case.edit()
    layer = LabelLayer(panel.case.nodes.correctedMasks, panel.case.nodes.film)
    layer.array[50:70, 50:70] = Structure.HEART
    layer.announce()

    assert panel.saving.saveSession(str(tmp_path / "case.mrb"))

    settle(1.0)
    assert panel.closeCase()


@pytest.mark.parametrize(("button", "isThereAgain"), [("Decide later", True), ("Discard", False)])
def test_offer_waits_until_it_is_decided(panel, film, answer, button, isThereAgain):
    draw(panel)
    drawn = panel.case.labels().copy()
    end_badly(panel)

    asked = answer(button)
    reopen(panel, film)
    assert len(asked) == 1
    assert not panel.case.isUnsaved

    asked = answer("Take them up")
    before = len(asked)
    reopen(panel, film)
    assert (len(asked) > before) == isThereAgain
    if isThereAgain:
        np.testing.assert_array_equal(panel.case.labels(), drawn)


def test_next_start_offers_the_films_of_a_crash(panel, window, film, monkeypatch):
    draw(panel)
    drawn = panel.case.labels().copy()
    end_badly(panel)
    panel.logic.desk.close()

    asked = []

    def ask(_title, text, buttons):
        asked.append(text)
        return buttons[0]

    monkeypatch.setattr(panel.host, "ask", ask)
    window.offerLeftFilms()
    waitFor(lambda: not window.isOpening, "The film")

    assert "chest.png" in asked[0]
    assert panel.case.path == film
    np.testing.assert_array_equal(panel.case.labels(), drawn)
    assert panel.leftFilms() == []
