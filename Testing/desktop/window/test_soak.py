"""A long day: many films, many starts, and ends at the worst moment."""

from __future__ import annotations

import os
import sys

import numpy as np
import pytest

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageScene.mask_nodes import readMasks
from CXRTriageScene.session import loadSession
from CXRTriageViewer.driven_window import waitFor
from CXRTriageViewer.kill_in_save import SESSION_FILE, LeftSession, killInSave
from CXRTriageViewer.soak import growthPerFilm, memoryAfterFilms, startAndEnd
from CXRTriageViewer.start import openWindow
from support.film_files import write_chest

FILMS, WARM = 16, 6

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="Memory is read as Linux tells it."
)


@pytest.fixture(autouse=True)
def surroundings(tmp_path, monkeypatch):
    """Let other processes find the packages, and keep what they write in the test's folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))


@pytest.mark.usefixtures("qapp", "shipped_pipeline_fixture")
def test_films_leave_no_memory_behind(tmp_path):
    films = [tmp_path / f"film{number}.png" for number in range(FILMS)]
    for film in films:
        write_chest(film)

    held = memoryAfterFilms(films)

    assert growthPerFilm(held, warm=WARM) < 5


def test_starts_end_without_a_crash(film):
    assert [startAndEnd(film) for _ in range(3)] == [0, 0, 0]


@pytest.mark.usefixtures("shipped_pipeline_fixture", "qapp")
@pytest.mark.parametrize("delay", [0.05, 0.3])
def test_kill_in_a_save_leaves_the_old_session_or_the_new_one(film, tmp_path, delay):
    after = killInSave(film, tmp_path, delay=delay)

    assert after.session in {LeftSession.OLD, LeftSession.NEW}
    assert after.isNothingLost


@pytest.mark.usefixtures("shipped_pipeline_fixture")
def test_correction_that_a_kill_kept_from_being_saved_is_offered_at_the_next_start(
    qtbot, film, tmp_path, monkeypatch
):
    folder = interrupted(film, tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    asked = []

    def take(_title, text, buttons):
        asked.append(text)
        return buttons[0]

    window = openWindow()
    qtbot.addWidget(window)
    monkeypatch.setattr(window.panel.host, "ask", take)
    try:
        # First whether to open the film, then whether to take its corrections up.
        waitFor(lambda: len(asked) == 2, "The offers")
        corrected = np.array(window.panel.case.labels())
        saved = masksOf(window, folder / SESSION_FILE)
    finally:
        window.tearDown()

    # One dab more than in the old session.
    assert (corrected[saved != corrected] == Structure.HEART).all()
    assert 50 < (saved != corrected).sum() < 200


def interrupted(film, folder):
    """Return the folder of a viewer that was killed before its save was done."""
    for attempt in range(5):
        place = folder / str(attempt)
        place.mkdir()
        if killInSave(film, place, delay=0).session is LeftSession.OLD:
            return place
    raise AssertionError("every save was done before the process could be killed")


def masksOf(window, session):
    """Return the corrected masks of a session."""
    (case,) = loadSession(window.scene, session)
    return readMasks(case.correctedMasks, case.film)
