"""Folders are searched beside the window, which goes on meanwhile."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PyQt5 import QtCore

from CXRTriageViewer.driven_window import settle, waitFor
from CXRTriageViewer.film_search import FilmSearch
from CXRTriageViewer.work_list import WorkList, filmsAmong
from CXRTriageViewer.work_list_view import WorkListView

FILMS, FOLDERS = 4000, 40


@pytest.fixture(scope="module")
def large_folder(tmp_path_factory):
    """Return a folder that takes a while to search."""
    folder = tmp_path_factory.mktemp("large")
    for number in range(FOLDERS):
        (folder / f"study{number}").mkdir()
    for number in range(FILMS):
        (folder / f"study{number % FOLDERS}" / f"film{number}.dcm").touch()
    return folder


@pytest.fixture
def told():
    """Return what a search has told."""
    return []


@pytest.fixture
def search(qtbot, told):
    """Return a search that is stopped after the test."""
    del qtbot
    made = FilmSearch(lambda paths, found: told.append((paths, found.named)), told.append)
    yield made
    made.stop()


def test_search_tells_what_it_was_asked_and_what_it_found(search, told, chest_folder):
    search.begin([chest_folder], [])
    assert search.isBusy
    assert told == []
    waitFor(lambda: not search.isBusy, "The films")

    ((paths, films),) = told
    assert paths == (chest_folder,)
    assert [film.path.name for film in films] == [
        "film1.png",
        "film2.png",
        "film3.dcm",
        "film10.png",
    ]


def test_searches_do_not_wait_for_each_other_to_be_asked(search, told, chest_folder, large_folder):
    search.begin([large_folder], [])
    search.begin([chest_folder], [])
    waitFor(lambda: not search.isBusy, "The films")

    assert sorted(len(films) for _, films in told) == [4, FILMS]


def test_nothing_is_told_after_the_end(search, told, chest_folder):
    search.begin([chest_folder], [])
    search.stop()
    settle(0.2)

    assert told == []
    assert not search.isBusy


def test_window_goes_on_while_a_large_folder_is_searched(window, large_folder):
    ticks = []
    timer = QtCore.QTimer()
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    timer.start(5)

    window.openPaths([large_folder])
    assert "Looking for films in" in window.statusBar().currentMessage()
    waitFor(lambda: not window.isOpening, "The films")

    timer.stop()
    assert len(window.films) == FILMS
    begin = time.perf_counter()
    films = WorkList()
    films.add(filmsAmong([large_folder]))
    WorkListView(films).refresh()
    # Also where other programs want the processor, which slows both.
    assert max(np.diff(ticks)) < 0.7 * (time.perf_counter() - begin)
