"""While a film is being read the window lives on, and goes wherever the reader goes."""

from __future__ import annotations

import os
import signal
import time

import numpy as np
import pytest
from PyQt5 import QtCore, QtWidgets

from CXRTriageLib.errors import RefusedInputError
from CXRTriageLib.reading import read_radiograph
from CXRTriageViewer.driven_window import openFilms, settle, waitFor
from CXRTriageViewer.work_list import FilmState
from support.driven_viewer import press
from support.large_films import write_slow_film


@pytest.fixture(scope="module")
def slow_film(tmp_path_factory):
    """Return a film whose decoder takes most of a second."""
    return write_slow_film(tmp_path_factory.mktemp("slow") / "slow.dcm")


@pytest.fixture
def reading(window, slow_film, film):
    """Return a window in the middle of reading the second of two films."""
    # The process is started by the first film, which is not what is looked at here.
    openFilms(window, [film])
    window.openPaths([slow_film])
    waitFor(lambda: desk_of(window).isReading, "The reading")
    settle(0.1)
    assert desk_of(window).isReading
    return window


def desk_of(window):
    """Return the desk of the module."""
    return window.panel.logic.desk


def stage_of(window):
    """Return what the panel says below its button."""
    return window.findChild(QtWidgets.QLabel, "CXRTriageStage").text()


def is_alive(process):
    """Return whether a process runs."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_events_go_on_while_a_large_film_is_decoded(window, film, slow_film):
    openFilms(window, [film])
    ticks = []
    timer = QtCore.QTimer()
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    timer.start(5)

    openFilms(window, [slow_film])

    timer.stop()
    begin = time.perf_counter()
    read_radiograph(slow_film)
    # Also where other programs want the processor, which slows both.
    assert max(np.diff(ticks)) < 0.4 * (time.perf_counter() - begin)
    assert window.view.film().GetImageData().GetDimensions() == (2500, 3000, 1)


def test_window_says_that_a_film_is_being_read(reading):
    button = reading.panel.runs.panel.button

    assert "slow.dcm" in reading.windowTitle()
    assert stage_of(reading) == "slow.dcm is being read."
    assert not button.isEnabled()
    assert button.toolTip() == "slow.dcm is being read."
    assert reading.view.film() is None
    assert reading.view.message == "Reading slow.dcm"
    press(reading, "F5")
    assert not desk_of(reading).isRunning
    waitFor(lambda: not reading.isOpening, "The film")
    assert button.isEnabled()
    assert stage_of(reading) == ""


def test_tool_of_the_film_before_is_laid_down(window, film, slow_film, shipped_pipeline_fixture):
    del shipped_pipeline_fixture
    openFilms(window, [film])
    window.panel.runs.run()
    waitFor(lambda: not desk_of(window).isRunning, "The result")
    press(window, "B")
    assert window.view.cursor().shape() == QtCore.Qt.CrossCursor

    window.openPaths([slow_film])
    waitFor(lambda: desk_of(window).isReading, "The reading")

    assert window.view.cursor().shape() == QtCore.Qt.ArrowCursor
    assert not window.findChild(QtWidgets.QPushButton, "CXRTriageTool_brush").isChecked()


def test_neighbor_is_shown_and_the_film_that_was_being_read_is_given_up(reading):
    press(reading, "PgUp")
    assert "chest.png" in reading.windowTitle()
    waitFor(lambda: not reading.isOpening, "The film")

    assert reading.panel.case.path.name == "chest.png"
    settle(0.5)
    assert reading.panel.case.path.name == "chest.png"
    assert [film.state for film in reading.films] == [FilmState.NEW] * 2
    assert list(desk_of(reading)._folder.path.glob("*.film")) == []


def test_reader_who_pages_to_and_fro_gets_the_film_that_was_wanted_last(reading):
    press(reading, "PgUp")
    press(reading, "PgDown")
    press(reading, "PgUp")
    press(reading, "PgDown")
    waitFor(lambda: not reading.isOpening, "The film")

    assert reading.panel.case.path.name == "slow.dcm"
    assert reading.view.film() is reading.panel.case.nodes.film


def test_decoder_that_takes_long_is_not_waited_for(reading):
    first = desk_of(reading).reader.process.processIdentifier
    settle(0.5)
    assert desk_of(reading).isReading

    press(reading, "PgUp")
    waitFor(lambda: not reading.isOpening, "The film")

    assert reading.panel.case.path.name == "chest.png"
    assert desk_of(reading).reader.process.processIdentifier != first
    assert not is_alive(first)


def test_closing_while_a_film_is_read_leaves_nothing_behind(reading):
    process, folder = desk_of(reading).reader.process.processIdentifier, desk_of(reading)._folder

    reading.close()

    assert not reading.isVisible()
    assert not is_alive(process)
    assert not folder.path.exists()


def test_death_of_the_reading_process_is_told_and_the_next_film_is_read(reading, film):
    os.kill(desk_of(reading).reader.process.processIdentifier, signal.SIGKILL)
    waitFor(lambda: not reading.isOpening, "The refusal")

    assert reading.films[reading.films.current].state is FilmState.REFUSED
    assert "slow.dcm could not be read" in reading.errors.dialog.message.text()
    reading.errors.dialog.close()
    openFilms(reading, [film])
    assert reading.panel.case.path == film


def test_file_that_is_no_film_is_refused_in_the_words_of_the_library(window, tmp_path):
    letter = tmp_path / "letter.dcm"
    letter.write_text("Dear colleague, " * 20, encoding="utf-8")
    with pytest.raises(RefusedInputError) as refused:
        read_radiograph(letter)

    openFilms(window, [letter])

    assert window.films[0].state is FilmState.REFUSED
    assert window.films[0].reason == str(refused.value)
    assert stage_of(window) == str(refused.value)
    assert window.errors.dialog is None
