"""The window opens films, keeps the list of them, and closes without a trace."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5 import QtCore, QtGui, QtTest, QtWidgets

from CXRTriageViewer.driven_window import openFilms, waitFor
from CXRTriageViewer.work_list import FilmState
from support.viewer_films import color_at, drag


def press(window, key, modifiers=QtCore.Qt.NoModifier):
    """Press a key in the window that is in front."""
    window.activateWindow()
    QtWidgets.QApplication.processEvents()
    QtTest.QTest.keyClick(window, key, modifiers)


def states(window):
    """Return names and states of the work list."""
    return [(film.name, film.state) for film in window.films]


def drop(window, paths):
    """Drop files on the window."""
    data = QtCore.QMimeData()
    data.setUrls([QtCore.QUrl.fromLocalFile(str(path)) for path in paths])
    where = QtCore.QPointF(300, 300)
    buttons, keys = QtCore.Qt.LeftButton, QtCore.Qt.NoModifier
    enter = QtGui.QDragEnterEvent(where.toPoint(), QtCore.Qt.CopyAction, data, buttons, keys)
    QtWidgets.QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    event = QtGui.QDropEvent(where, QtCore.Qt.CopyAction, data, buttons, keys)
    QtWidgets.QApplication.sendEvent(window, event)
    waitFor(lambda: not window.isOpening, "The film")


def test_folder_fills_the_work_list_and_opens_its_first_film(window, chest_folder):
    openFilms(window, [chest_folder])

    new = FilmState.NEW
    names = ["film1", "film2", "film3", "film10"]
    assert states(window) == [(name, new) for name in names]
    assert window.view.film() is window.panel.film
    assert "film1.png" in window.windowTitle()


def test_dropped_files_are_opened(window, chest_folder):
    drop(window, [chest_folder / "film2.png", chest_folder / "film1.png"])

    assert [film.name for film in window.films] == ["film2", "film1"]
    assert "film2.png" in window.windowTitle()


def test_dropped_session_goes_to_the_module(window, tmp_path):
    session = tmp_path / "case.mrb"
    session.touch()

    drop(window, [session])

    assert window.panel.sessions == [str(session)]
    assert len(window.films) == 0


def test_keys_step_through_the_list(window, chest_folder):
    openFilms(window, [chest_folder])

    press(window, QtCore.Qt.Key_PageDown)
    assert "film2" in window.windowTitle()
    press(window, QtCore.Qt.Key_PageUp)
    assert "film1" in window.windowTitle()
    press(window, QtCore.Qt.Key_PageUp)
    assert "film1" in window.windowTitle()
    assert window.statusBar().currentMessage() == "This is the first film."


def test_refused_film_says_why_and_the_next_one_opens(window, chest_folder):
    openFilms(window, [chest_folder])
    window.openFilm(2)

    refused = window.films[2]
    assert refused.state is FilmState.REFUSED
    assert "film3.dcm" in refused.reason
    assert window.view.film() is None
    press(window, QtCore.Qt.Key_PageDown)
    assert "film10" in window.windowTitle()


def test_reader_who_stays_with_unsaved_corrections_keeps_the_film(window, chest_folder):
    openFilms(window, [chest_folder])
    window.panel.mayLeave = False

    window.openFilm(1)

    assert window.films.current == 0
    assert "film1" in window.windowTitle()


def test_module_reports_states_and_has_its_menu(window, chest_folder):
    openFilms(window, [chest_folder])

    press(window, QtCore.Qt.Key_R)

    assert window.films[0].state is FilmState.DONE
    assert "&Triage" in [action.text() for action in window.menuBar().actions()]


def test_film_that_the_module_opened_by_itself_enters_the_list(window, chest_folder):
    window.panel.loadFilm(str(chest_folder / "film2.png"))

    assert [film.name for film in window.films] == ["film2"]
    assert window.films.current == 0


def test_click_in_the_list_opens_the_film(window, chest_folder):
    openFilms(window, [chest_folder])
    listed = window.workListDock.widget()
    place = listed.visualItemRect(listed.topLevelItem(1)).center()

    QtTest.QTest.mouseClick(listed.viewport(), QtCore.Qt.LeftButton, pos=place)

    assert "film2" in window.windowTitle()


def test_folder_without_films_is_an_error_in_words(window, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()

    openFilms(window, [empty])

    assert "no film in empty" in window.errors.dialog.message.text()


def test_status_bar_reads_the_pixel_under_the_cursor(window, chest_folder):
    openFilms(window, [chest_folder / "film1.png"])
    view = window.view
    place = (view.width() / 2, view.height() / 2)

    drag(view, [place, place], QtCore.Qt.MiddleButton)

    pixel = view.pixelAt(QtCore.QPointF(*place))
    value = view.film().GetImageData().GetScalarComponentAsDouble(pixel.column, pixel.row, 0, 0)
    text = window._readoutLabel.text()
    assert f"row {pixel.row}   column {pixel.column}" in text
    assert f"value {value:g}" in text
    assert "no mask" in text


def test_keys_change_the_gray_levels(window, chest_folder):
    openFilms(window, [chest_folder / "film1.png"])
    place = (window.view.width() // 2, window.view.height() // 2)
    display = window.view.film().GetDisplayNode()
    bright = np.mean(color_at(window.view, place))

    press(window, QtCore.Qt.Key_I)
    assert np.mean(color_at(window.view, place)) == pytest.approx(255 - bright, abs=4)
    press(window, QtCore.Qt.Key_2)
    scalars = window.view.film().GetImageData().GetScalarRange()
    assert display.GetWindowLevelMin() == scalars[0]
    assert display.GetWindowLevelMax() == scalars[1]
    press(window, QtCore.Qt.Key_9)
    assert "no such window" in window.statusBar().currentMessage()
    assert window.panel.looks == [None, 1]


def test_keys_fit_and_enlarge(window, chest_folder):
    openFilms(window, [chest_folder / "film1.png"])
    width = window.view.sliceNode().GetFieldOfView()[0]

    press(window, QtCore.Qt.Key_Plus)
    assert window.view.sliceNode().GetFieldOfView()[0] < width
    press(window, QtCore.Qt.Key_F)
    assert window.view.sliceNode().GetFieldOfView()[0] == pytest.approx(width)


def test_picture_of_the_view_is_saved(window, chest_folder, tmp_path, monkeypatch):
    openFilms(window, [chest_folder / "film1.png"])
    monkeypatch.setattr(window.host, "saveFile", lambda *_: str(tmp_path / "view.png"))

    window.savePicture()

    saved = QtGui.QImage(str(tmp_path / "view.png"))
    assert saved.width() == window.view.width()


def test_closing_asks_the_module_first(window):
    window.panel.mayLeave = False
    window.close()
    assert window.isVisible()

    window.panel.mayLeave = True
    window.close()
    assert not window.isVisible()
    assert window.panel.ended == 1


def test_keys_are_listed(window):
    from CXRTriageViewer.window_menus import showKeys

    dialog = showKeys(window)
    texts = {label.text() for label in dialog.findChildren(QtWidgets.QLabel)}

    assert {"PgDown", "Next film", "R", "Run", "Left drag"} <= texts
    dialog.close()
