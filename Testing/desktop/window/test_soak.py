"""A long day: many films, many starts, and ends at the worst moment."""

from __future__ import annotations

import os
import sys

import pytest

from CXRTriageViewer.soak import growthPerFilm, killInSave, memoryAfterFilms, startAndEnd
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
@pytest.mark.parametrize("delay", [0.02, 0.15])
def test_kill_in_a_save_leaves_a_whole_session(film, tmp_path, delay):
    assert killInSave(film, tmp_path / "case.mrb", delay=delay)
