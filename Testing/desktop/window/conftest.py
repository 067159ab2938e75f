"""The whole viewer with the shipped networks, without a screen."""

from __future__ import annotations

import os
import sys

# Before Qt or VTK look for a screen.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ.setdefault("VTK_DEFAULT_OPENGL_WINDOW", "vtkEGLRenderWindow")

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("PyQt5")
pytest.importorskip("slicer")

from CXRTriageViewer.qt_names import qtModule

# The panels import it at their top, before a window has registered it.
sys.modules.setdefault("qt", qtModule())

if TYPE_CHECKING:
    from CXRTriageViewer.main_window import MainWindow


@pytest.fixture
def reader(qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """Return a shown window with the real module, taken apart after the test."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))
    from CXRTriageViewer.main_window import MainWindow

    window = MainWindow()
    window.resize(1500, 950)
    window.show()
    qtbot.waitExposed(window)
    yield window
    # Not closed by qtbot: that would ask about corrections, and nobody is there to answer.
    window.tearDown()
    qtbot.addWidget(window)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Return a synthetic chest film."""
    from support.film_files import write_chest

    path = tmp_path / "chest.png"
    write_chest(path)
    return path


@pytest.fixture
def triaged(reader: MainWindow, film: Path, shipped_pipeline_fixture: object) -> MainWindow:
    """Return the window with a film that has been run."""
    del shipped_pipeline_fixture
    from CXRTriageViewer.driven_window import openFilms, settle
    from support.driven_viewer import press, wait_for_state

    openFilms(reader, [film])
    press(reader, "F5")
    wait_for_state(reader, "done")
    # What the panel now says takes room from the film.
    settle(0.5)
    return reader
