"""What a reader waits for, timed in a process of its own.

``python -m CXRTriageViewer.window_timing FILM...`` answers with one line of JSON: with one film
as soon as it is on screen, with several when all that happens in an open window was timed.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from CXRTriageViewer.main_window import MainWindow

VIEW_SIZE = (1280, 960)
"""Columns and rows of the slice view."""

BRUSH_RADIUS_PX = 40
STROKES, DABS_OF_A_STROKE = 8, 10
WINDOW_STEPS = 80

FIRST_FRAME = "start to window with film"
BRUSH, STROKE_END = "brush dab to painted frame", "end of a stroke to numbers"
WINDOW, RUN = "window and level to painted frame", "run to layers on screen"


def timeOpenWindow(films: Sequence[Path]) -> dict[str, list[float]]:
    """Time what happens in an open window.

    Parameters
    ----------
    films
        At least two, with the same size: the first warms the worker, each other is run once.

    Returns
    -------
    dict
        Seconds of each run by the name of what was timed.
    """
    from CXRTriageViewer.driven_window import openFilms, settle
    from CXRTriageViewer.start import openWindow

    window = openWindow()
    try:
        _giveViewItsSize(window)
        openFilms(window, films)
        _secondsOfRun(window)
        runs = []
        for number in range(1, len(films)):
            window.openFilm(number)
            settle(0.5)
            runs.append(_secondsOfRun(window))
        steps = list(_windowSteps(window))
        dabs, ends = _strokes(window)
    finally:
        window.tearDown()
    return {RUN: runs, WINDOW: steps, BRUSH: dabs, STROKE_END: ends}


def showFirstFilm(film: Path) -> MainWindow:
    """Return a window on whose screen a film stands.

    Parameters
    ----------
    film
        Any film.
    """
    from CXRTriageViewer.driven_window import openFilms, secondsToFrame
    from CXRTriageViewer.start import openWindow

    window = openWindow()
    _giveViewItsSize(window)
    openFilms(window, [film])
    secondsToFrame(window.view, window.view.requestRender)
    return window


def _giveViewItsSize(window: MainWindow) -> None:
    from CXRTriageViewer.driven_window import waitFor

    def hasSize() -> bool:
        view = window.view
        columns, rows = VIEW_SIZE[0] - view.width(), VIEW_SIZE[1] - view.height()
        if columns or rows:
            window.resize(window.width() + columns, window.height() + rows)
        return not (columns or rows)

    waitFor(hasSize, f"A view of {VIEW_SIZE[0]} x {VIEW_SIZE[1]}", seconds=20)


def _secondsOfRun(window: MainWindow) -> float:
    from CXRTriageViewer.driven_window import secondsToFrame, waitFor

    current = window.films.current or 0

    def isDone() -> bool:
        return window.films[current].state.value == "done"

    waitFor(lambda: window.view.film() is not None, "The film")
    begin = time.perf_counter()
    window.panel.runs.run()
    waitFor(isDone, "The result")
    secondsToFrame(window.view, window.view.requestRender)
    return time.perf_counter() - begin


def _windowSteps(window: MainWindow) -> Iterator[float]:
    """Drag window and level through the film, step by step."""
    from CXRTriageViewer.driven_window import MOVE, PRESS, RELEASE, secondsToFrame, sendMouse

    view = window.view
    middle = (view.width() / 2, view.height() / 2)
    sendMouse(view, PRESS, middle)
    for number in range(1, WINDOW_STEPS + 1):
        place = (middle[0] + 2 * number, middle[1] + 60 * math.sin(number / 6))
        yield secondsToFrame(view, partial(sendMouse, view, MOVE, place))
    sendMouse(view, RELEASE, place)


def _strokes(window: MainWindow) -> tuple[list[float], list[float]]:
    """Paint heart over a lung, so that every dab changes pixels."""
    from CXRTriageViewer.driven_window import MOVE, PRESS, RELEASE, secondsToFrame, sendMouse

    view, panel = window.view, window.panel
    press = {text: call for _, text, call in panel.shortcuts()}
    press["Draw heart"]()
    press["Tool: brush"]()
    panel.editing.setRadius(BRUSH_RADIUS_PX)
    dabs, ends = [], []
    for stroke in range(STROKES):
        place = (view.width() * 0.29, view.height() * (0.25 + 0.05 * stroke))
        sendMouse(view, PRESS, place)
        for _ in range(DABS_OF_A_STROKE):
            place = (place[0] + 16, place[1] + 3)
            dabs.append(secondsToFrame(view, partial(sendMouse, view, MOVE, place)))
        ends.append(secondsToFrame(view, partial(sendMouse, view, RELEASE, place)))
    press["Tool: window"]()
    return dabs, ends


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Time a window.")
    parser.add_argument("films", nargs="+", type=Path, help="one for a cold start, else several")
    films = parser.parse_args().films
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from CXRTriageViewer.start import prepareApplication

    application, problem = prepareApplication()
    if problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    window: Any = None
    if len(films) == 1:
        window = showFirstFilm(films[0])
    _answer({} if window else timeOpenWindow(films))
    if window:
        window.tearDown()
    del application
    return 0


def _answer(times: dict[str, list[float]]) -> None:
    sys.stdout.write(json.dumps(times) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
