"""``python -m CXRTriageViewer.screenshots FOLDER [FILM...]``: a picture of every state."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from CXRTriageLib.commands.run import sample_film

if TYPE_CHECKING:
    from CXRTriageViewer.main_window import MainWindow

SETTLE_SECONDS = 0.4
IDLE_SECONDS = 1.5
"""Until everything has followed a correction."""

READING = "reading"
"""A state that does not wait for anybody."""


def takeScreenshots(folder: Path, film: Path) -> list[Path]:
    """Drive a window through its states and write a picture of each.

    Parameters
    ----------
    folder
        Where the pictures go.
    film
        A film that is triaged and then corrected; it is only read.

    Returns
    -------
    list of Path
        The pictures, named by state.
    """
    from CXRTriageViewer.driven_window import settle
    from CXRTriageViewer.start import openWindow

    folder.mkdir(parents=True, exist_ok=True)
    window = openWindow()
    written = []
    try:
        for name in _states(window, film):
            if name != READING:
                settle(SETTLE_SECONDS)
            path = folder / f"{film.stem}-{name}.png"
            (window.errors.dialog or window).grab().save(str(path))
            written.append(path)
    finally:
        window.tearDown()
    return written


def _states(window: MainWindow, film: Path) -> Iterator[str]:
    """Bring the window from state to state; yields the name of each."""
    from CXRTriageScene.display_windows import LUNG_FIELDS
    from CXRTriageViewer.driven_window import waitFor
    from CXRTriageViewer.window_presets import windowsOf

    yield "empty"
    window.openPaths([film])
    waitFor(lambda: window.view.message == f"Reading {film.name}", "The reading")
    yield READING
    waitFor(lambda: not window.isOpening, "The film")
    yield "film"
    window.invert()
    yield "inverted"
    window.invert()
    window.panel.runs.run()
    yield "running"
    waitFor(lambda: window.films[0].state.value == "done", "The result")
    names = [item.name for item in windowsOf(window.scene, window.view.film())]
    window.showWindowNumber(names.index(LUNG_FIELDS))
    yield "result"
    yield from _resultStates(window)
    yield from _faultStates(window)


def _resultStates(window: MainWindow) -> Iterator[str]:
    from CXRTriageViewer.driven_window import settle

    press = {text: call for _, text, call in window.panel.shortcuts()}
    for layer in ("saliency", "votes"):
        press[f"Show {layer}"]()
        yield layer
        press[f"Show {layer}"]()
    window.view.zoomBy(2)
    yield "enlarged"
    window.view.fit()
    press["Draw heart"]()
    press["Tool: brush"]()
    _paint(window.view)
    settle(IDLE_SECONDS)
    yield "corrected"
    # Nobody is there to answer whether the stroke shall be saved.
    press["Undo"]()


def _faultStates(window: MainWindow) -> Iterator[str]:
    from CXRTriageViewer.driven_window import openFilms

    with TemporaryDirectory() as folder:
        letter = Path(folder) / "letter.dcm"
        letter.write_text("This is a letter. " * 50, encoding="utf-8")
        openFilms(window, [letter])
        yield "refused"
    window.errors.show("A file could not be written. Choose another folder.", "Details to copy.")
    yield "error"


def _paint(view: Any) -> None:
    """Draw a stroke with the mouse from the heart into the lung at its side."""
    from CXRTriageViewer.driven_window import drag

    start = view.width() * 0.66, view.height() * 0.55
    drag(view, [(start[0] + 9 * step, start[1] + 6 * step) for step in range(9)])


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Write a picture of every state of the viewer.")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("films", nargs="*", type=Path, help="the sample film by default")
    parser.add_argument("--phantom", action="store_true", help="add a made-up chest to the films")
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from CXRTriageCase.sample_film import writeSampleFilm
    from CXRTriageViewer.start import prepareApplication

    application, problem = prepareApplication()
    if problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    with TemporaryDirectory() as data:
        # Corrections of other sessions on these films are nobody's business here.
        os.environ["XDG_DATA_HOME"] = data
        films = list(arguments.films)
        if arguments.phantom:
            films.append(writeSampleFilm(Path(data) / "phantom.png"))
        for film in films or [sample_film()]:
            for path in takeScreenshots(arguments.folder, film.absolute()):
                sys.stdout.write(f"{path}\n")
    del application
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
