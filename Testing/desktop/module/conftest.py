"""The module in the viewer, without a screen."""

from __future__ import annotations

import os

# Before Qt or VTK look for a screen.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ.setdefault("VTK_DEFAULT_OPENGL_WINDOW", "vtkEGLRenderWindow")

import sys
import time
from collections.abc import Callable, Iterator
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

PATIENCE_S = 90


@pytest.fixture
def window(qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """Return the viewer's window with the real module, taken apart after the test."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))
    from CXRTriageViewer.main_window import MainWindow

    shown = MainWindow()
    shown.resize(1500, 950)
    shown.show()
    qtbot.waitExposed(shown)
    yield shown
    shown.tearDown()
    shown.deleteLater()


@pytest.fixture
def settle(qtbot: Any, window: MainWindow) -> Callable[[], None]:
    """Return what waits until the worker has nothing left to do."""

    def wait() -> None:
        deadline = time.monotonic() + PATIENCE_S
        while window.panel.logic.desk.isRunning:
            assert time.monotonic() < deadline, "the worker did not answer"
            qtbot.wait(20)

    return wait


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Return a synthetic chest film."""
    from support.film_files import write_chest

    path = tmp_path / "chest.png"
    write_chest(path)
    return path
