"""``python -m CXRTriageViewer.screenshots FOLDER [FILM...]``: a picture of every state."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from CXRTriageLib.commands.run import sample_film

if TYPE_CHECKING:
    from CXRTriageViewer.main_window import MainWindow

RUN_SECONDS = 120
SETTLE_SECONDS = 0.4


class UnfinishedRunError(RuntimeError):
    """A state that was to be pictured did not come."""


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
    from CXRTriageViewer.start import openWindow

    folder.mkdir(parents=True, exist_ok=True)
    window = openWindow()
    written = []
    try:
        for name in _states(window, film):
            _settle(SETTLE_SECONDS)
            path = folder / f"{film.stem}-{name}.png"
            (window.errors.dialog or window).grab().save(str(path))
            written.append(path)
    finally:
        window.tearDown()
    return written


def _states(window: MainWindow, film: Path) -> Iterator[str]:
    """Bring the window from state to state; yields the name of each."""
    yield "empty"
    window.openPaths([film])
    yield "film"
    window.invert()
    yield "inverted"
    window.invert()
    window.panel.run()
    yield "running"
    _waitFor(lambda: window.films[0].state.value == "done")
    yield "result"
    yield from _resultStates(window)
    yield from _faultStates(window)


def _resultStates(window: MainWindow) -> Iterator[str]:
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
    yield "corrected"
    # Nobody is there to answer whether the stroke shall be saved.
    press["Undo"]()


def _faultStates(window: MainWindow) -> Iterator[str]:
    with TemporaryDirectory() as folder:
        letter = Path(folder) / "letter.dcm"
        letter.write_text("This is a letter. " * 50, encoding="utf-8")
        window.openPaths([letter])
        yield "refused"
    window.errors.show("A file could not be written. Choose another folder.", "Details to copy.")
    yield "error"


def _paint(view: Any) -> None:
    """Draw a stroke with the mouse from the heart into the lung at its side."""
    from PyQt5 import QtCore, QtGui, QtWidgets

    left, none = QtCore.Qt.LeftButton, QtCore.Qt.NoButton
    press, move = QtCore.QEvent.MouseButtonPress, QtCore.QEvent.MouseMove
    release = QtCore.QEvent.MouseButtonRelease
    steps = [(press, left, left), *[(move, none, left)] * 8, (release, left, none)]
    start = QtCore.QPointF(view.width() * 0.66, view.height() * 0.55)
    for number, (kind, changed, held) in enumerate(steps):
        place = start + QtCore.QPointF(number * 9, number * 6)
        event = QtGui.QMouseEvent(kind, place, changed, held, QtCore.Qt.NoModifier)
        QtWidgets.QApplication.sendEvent(view, event)


def _waitFor(isThere: Callable[[], bool]) -> None:
    end = time.monotonic() + RUN_SECONDS
    while not isThere():
        if time.monotonic() > end:
            raise UnfinishedRunError(f"The run did not end within {RUN_SECONDS} s.")
        _settle(0.05)


def _settle(seconds: float) -> None:
    from PyQt5 import QtCore

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QtCore.QCoreApplication.processEvents()
        time.sleep(0.01)


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Write a picture of every state of the viewer.")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("films", nargs="*", type=Path, help="the sample film by default")
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from CXRTriageViewer.start import prepareApplication

    application, problem = prepareApplication()
    if problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    with TemporaryDirectory() as data:
        # Corrections of other sessions on these films are nobody's business here.
        os.environ["XDG_DATA_HOME"] = data
        for film in arguments.films or [sample_film()]:
            for path in takeScreenshots(arguments.folder, film.absolute()):
                sys.stdout.write(f"{path}\n")
    del application
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
