"""A viewer without a screen."""

from __future__ import annotations

import os

# Before Qt or VTK look for a screen.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ.setdefault("VTK_DEFAULT_OPENGL_WINDOW", "vtkEGLRenderWindow")

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

pytest.importorskip("PyQt5")
pytest.importorskip("slicer")

if TYPE_CHECKING:
    from CXRTriageScene.application_logic import ApplicationLogic
    from CXRTriageViewer.main_window import MainWindow
    from CXRTriageViewer.slice_view import SliceView


@pytest.fixture
def application_logic() -> Iterator[ApplicationLogic]:
    """Return a scene and its logics, closed after the test."""
    from CXRTriageScene.application_logic import ApplicationLogic

    with ApplicationLogic() as logic:
        yield logic


@pytest.fixture
def slice_view(qtbot: Any, application_logic: ApplicationLogic) -> Iterator[SliceView]:
    """Return a shown view of 500 x 400 pixels, shut down after the test."""
    from CXRTriageViewer.slice_view import SliceView

    view = SliceView(application_logic.logic, application_logic.scene)
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.show()
    yield view
    view.shutDown()


@pytest.fixture
def checkered_film(application_logic: ApplicationLogic) -> Any:
    """Return a volume whose neighboring pixels differ, 1.5 mm high and 1 mm wide."""
    from support.viewer_films import film_node

    rng = np.random.default_rng(3)
    pixels = rng.permutation(60 * 80).reshape(60, 80).astype(np.uint16)
    return film_node(application_logic.scene, pixels, spacing=(1.5, 1.0))


@pytest.fixture
def small_module(tmp_path: Path) -> Path:
    """Return the file of a module that loads films and does little else."""
    from support.viewer_module import write_small_module

    return write_small_module(tmp_path)


@pytest.fixture
def window(qtbot: Any, small_module: Path) -> Iterator[MainWindow]:
    """Return a shown window with that module, taken apart after the test."""
    from CXRTriageViewer.main_window import MainWindow

    main_window = MainWindow(small_module)
    qtbot.addWidget(main_window)
    main_window.resize(1000, 640)
    main_window.show()
    yield main_window
    main_window.tearDown()


@pytest.fixture
def chest_folder(tmp_path: Path) -> Path:
    """Return a folder with three films, a text and a file that is no film."""
    from PIL import Image

    from support.synthetic_chest import synthetic_chest

    folder = tmp_path / "films"
    folder.mkdir()
    for number in (1, 2, 10):
        pixels = synthetic_chest((320, 280), seed=number).pixels
        Image.fromarray(pixels).save(folder / f"film{number}.png")
    (folder / "notes.txt").write_text("Not a film.", encoding="utf-8")
    (folder / "film3.dcm").write_bytes(b"This is no film at all." * 20)
    return folder
