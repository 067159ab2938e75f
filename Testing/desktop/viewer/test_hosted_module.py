"""The viewer hosts the very module that 3D Slicer loads."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5 import QtCore, QtWidgets

from CXRTriageViewer.driven_window import openFilms, waitFor
from CXRTriageViewer.work_list import FilmState
from support.viewer_films import drag


@pytest.fixture
def hosting_window(qtbot, tmp_path, monkeypatch):
    """Return a window with the real module; what it keeps goes to a folder of the test."""
    from CXRTriageViewer.main_window import MainWindow

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    window = MainWindow()
    window.resize(1200, 700)
    window.show()
    yield window
    # Not closed by qtbot: that would ask about corrections, and nobody is there to answer.
    window.tearDown()
    qtbot.addWidget(window)


def test_film_is_opened_and_shown_by_the_module(hosting_window, chest_folder):
    openFilms(hosting_window, [chest_folder])

    assert hosting_window.view.film().GetImageData().GetDimensions() == (280, 320, 1)
    assert "film1.png" in hosting_window.windowTitle()


def test_refused_film_says_why_in_the_list(hosting_window, chest_folder):
    openFilms(hosting_window, [chest_folder])
    hosting_window.step(1)
    hosting_window.step(1)
    waitFor(lambda: not hosting_window.isOpening, "The film")

    assert hosting_window.films[2].state is FilmState.REFUSED
    assert "film3.dcm" in hosting_window.films[2].reason
    assert hosting_window.view.film() is None


def test_panel_is_wide_enough_to_be_read(hosting_window):
    area = hosting_window.moduleDock.widget()

    assert isinstance(area, QtWidgets.QScrollArea)
    assert area.viewport().width() >= area.widget().minimumSizeHint().width()


def test_keys_of_window_and_module_do_not_meet(hosting_window):
    keys = [
        action.shortcut().toString()
        for action in hosting_window.findChildren(QtWidgets.QAction)
        if not action.shortcut().isEmpty()
    ]

    assert len(keys) == len(set(keys))
    assert {"PgDown", "F5", "B", "Ctrl+Z"} <= set(keys)


def test_brush_of_the_module_paints_under_the_cursor(hosting_window, chest_folder):
    from CXRTriageLib.domain.segmentation import ChestSegmentation
    from CXRTriageScene.case_building import showMasks
    from CXRTriageViewer.readout import structureAt

    openFilms(hosting_window, [chest_folder / "film1.png"])
    case = hosting_window.panel.case
    labels = np.zeros((320, 280), np.uint8)
    case.nodes = showMasks(case.nodes, ChestSegmentation(labels=labels))
    press = {text: call for _, text, call in hosting_window.panel.shortcuts()}
    press["Draw heart"]()
    press["Tool: brush"]()
    view = hosting_window.view
    place = (view.width() / 2, view.height() / 2)

    drag(view, [place, (place[0] + 20, place[1] + 10)])

    film, pixel = view.film(), view.pixelAt(QtCore.QPointF(*place))
    found = structureAt(hosting_window.scene, film, pixel)
    assert found is not None
    assert found.spoken_name == "heart"
