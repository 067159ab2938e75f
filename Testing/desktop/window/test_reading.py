"""A reader works with mouse and keys: corrects, drags, cancels, saves and finds it again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from PyQt5 import QtCore

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageScene.caliper_nodes import readCaliper
from CXRTriageViewer.driven_window import drag, openFilms, settle, waitFor
from support.driven_viewer import place_of, press, seen, wait_for_state
from support.viewer_films import send_mouse

FIELD = (60, 225)
"""A place between the clavicles, where no mask is."""


def value_of(window, label):
    """Return the first value in the table that has a label."""
    table = window.panel.results.panel.table
    rows = [row for row in range(table.rowCount()) if table.item(row, 0).text() == label]
    return table.item(rows[0], 1).text()


def stroke(window, start, end):
    """Paint heart from one film pixel to another."""
    press(window, "H")
    press(window, "B")
    places = [place_of(window.view, *point) for point in np.linspace(start, end, 6)]
    drag(window.view, places)


def test_stroke_paints_under_the_mouse_and_keys_take_it_back(triaged):
    before = triaged.panel.case.labels().copy()

    stroke(triaged, FIELD, (FIELD[0], FIELD[1] + 40))

    painted = triaged.panel.case.labels().copy()
    assert (painted[FIELD[0], FIELD[1] : FIELD[1] + 41] == Structure.HEART).all()
    changed = np.argwhere(painted != before)
    assert np.abs(changed[:, 0] - FIELD[0]).max() <= 21
    press(triaged, "Ctrl+Z")
    np.testing.assert_array_equal(triaged.panel.case.labels(), before)
    press(triaged, "Ctrl+Y")
    np.testing.assert_array_equal(triaged.panel.case.labels(), painted)


def test_numbers_follow_a_stroke(triaged):
    before = value_of(triaged, "Heart diameter")
    labels = triaged.panel.case.labels()
    row, column = np.argwhere(labels == Structure.HEART).mean(axis=0)

    stroke(triaged, (row, column), (row, column + 120))

    assert value_of(triaged, "Heart diameter") != before


def test_drag_changes_window_and_level_of_what_is_seen(triaged):
    display = triaged.view.film().GetDisplayNode()
    window, before = display.GetWindow(), seen(triaged.view)
    middle = (triaged.view.width() / 2, triaged.view.height() / 2)

    drag(triaged.view, [middle, (middle[0] + 30, middle[1]), (middle[0] + 60, middle[1] + 30)])

    assert display.GetWindow() != window
    assert np.abs(seen(triaged.view).astype(int) - before).mean() > 1


def test_end_of_a_caliper_is_dragged_and_the_ratio_follows(triaged):
    nodes = triaged.panel.case.nodes
    heart = nodes.calipers["heart_diameter"]
    line = readCaliper(heart, nodes.film)
    row, column = line.end
    there = place_of(triaged.view, row, column)
    goal = place_of(triaged.view, row, column + 25)
    # The mouse is over the end before it is pressed, as a hand moves it.
    send_mouse(triaged.view, QtCore.QEvent.MouseMove, there, QtCore.Qt.NoButton)

    drag(triaged.view, [there, ((there[0] + goal[0]) / 2, goal[1]), goal])
    settle(0.1)

    moved = readCaliper(heart, nodes.film)
    assert moved.end == pytest.approx((row, column + 25), abs=1.5)
    assert moved.start == pytest.approx(line.start, abs=1.5)
    ratio = triaged.panel.case.document["biomarkers"]["cardiothoracic_ratio"]["value"]
    thorax = readCaliper(nodes.calipers["thoracic_diameter"], nodes.film)
    wider = 25 / (thorax.end[1] - thorax.start[1])
    shown = float(value_of(triaged, "Cardiothoracic ratio"))
    assert shown == pytest.approx(ratio + wider, abs=0.005)
    # When the button was let go, the line was kept for the case that the window crashes.
    kept = triaged.panel.logic.desk.unsaved._autosave._own.glob("*.npz")
    assert len(list(kept)) == 1


def test_run_is_cancelled_in_the_middle_and_the_next_one_ends(triaged):
    button = triaged.panel.runs.panel.button
    document = triaged.panel.case.document

    button.click()
    assert button.text() == "Cancel"
    settle(0.05)
    button.click()

    assert button.text() == "Run"
    assert triaged.panel.case.document is document
    button.click()
    waitFor(lambda: button.text() == "Run", "The end of the run")
    assert triaged.panel.case.document == document


def test_death_of_the_worker_is_told_with_its_last_words(triaged):
    worker = triaged.panel.logic.desk.tasks.worker
    triaged.panel.runs.panel.button.click()

    os.kill(worker.processIdentifier, signal.SIGKILL)
    waitFor(lambda: triaged.errors.dialog is not None, "The error")

    assert "ended by itself" in triaged.errors.dialog.message.text()
    triaged.errors.dialog.close()
    triaged.panel.runs.panel.button.click()
    waitFor(lambda: triaged.panel.runs.panel.button.text() == "Run", "The end of the run")
    assert triaged.panel.case.document is not None


def test_no_process_is_left_behind(triaged):
    worker = triaged.panel.logic.desk.tasks.worker.processIdentifier

    triaged.close()

    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


def test_saved_session_is_the_same_in_a_fresh_process(triaged, tmp_path, monkeypatch):
    stroke(triaged, FIELD, (FIELD[0] + 20, FIELD[1] + 40))
    press(triaged, "F6")
    waitFor(lambda: not triaged.panel.case.voteIsOld, "The vote")
    wait_for_state(triaged, "corrected")
    session = tmp_path / "case.mrb"
    monkeypatch.setattr(triaged.host, "saveFile", lambda *_: str(session))
    press(triaged, "Ctrl+S")
    case = triaged.panel.case

    fresh = subprocess.run(
        [sys.executable, "-m", "support.reopened_window", str(session), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert fresh.returncode == 0, fresh.stderr
    np.testing.assert_array_equal(np.load(tmp_path / "labels.npy"), case.labels())
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert found["document"] == json.loads(json.dumps(case.document))
    table = triaged.panel.results.panel.table
    assert found["numbers"] == [table.item(row, 1).text() for row in range(table.rowCount())]
    assert found["isCorrected"]


def test_keys_page_through_the_films(reader, film, tmp_path):
    from support.film_files import write_chest

    write_chest(tmp_path / "other.png", enlarged_heart=True)
    openFilms(reader, [film, tmp_path / "other.png"])
    waitFor(lambda: "chest.png" in reader.windowTitle(), "The first film")

    press(reader, "PgDown")
    waitFor(lambda: "other.png" in reader.windowTitle(), "The next film")
    press(reader, "PgUp")
    waitFor(lambda: "chest.png" in reader.windowTitle(), "The first film")
    waitFor(lambda: not reader.isOpening, "The first film")
    assert reader.view.pixelAt(QtCore.QPointF(5, 5)) is not None
