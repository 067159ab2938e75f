"""A window that a program works with as a person would: mouse events, and waiting for frames."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PyQt5 import QtCore, QtGui, QtWidgets

Place = tuple[float, float]
"""Position in a widget, from the left and the top."""

PRESS = QtCore.QEvent.MouseButtonPress
MOVE = QtCore.QEvent.MouseMove
RELEASE = QtCore.QEvent.MouseButtonRelease

_LONGEST_SLEEP_MS = 20


class UnfinishedWorkError(RuntimeError):
    """What was waited for did not come."""


def sendMouse(widget: QtWidgets.QWidget, kind: QtCore.QEvent.Type, place: Place) -> None:
    """Send an event of the left button as Qt would.

    Parameters
    ----------
    widget
        Receiver.
    kind
        `PRESS`, `MOVE` while the button is held, or `RELEASE`.
    place
        In the widget.
    """
    left, none = QtCore.Qt.LeftButton, QtCore.Qt.NoButton
    changed = none if kind == MOVE else left
    held = none if kind == RELEASE else left
    where = QtCore.QPointF(*place)
    event = QtGui.QMouseEvent(kind, where, changed, held, QtCore.Qt.NoModifier)
    QtWidgets.QApplication.sendEvent(widget, event)


def drag(widget: QtWidgets.QWidget, places: Sequence[Place]) -> None:
    """Press the left button at the first place, move over the others, release at the last.

    Parameters
    ----------
    widget
        Receiver.
    places
        In the widget.
    """
    sendMouse(widget, PRESS, places[0])
    for place in places[1:]:
        sendMouse(widget, MOVE, place)
    sendMouse(widget, RELEASE, places[-1])


def waitFor(isThere: Callable[[], bool], what: str, *, seconds: float = 120) -> None:
    """Let the window live until something is there.

    Parameters
    ----------
    isThere
        Asked after every turn of Qt's loop.
    what
        It, in words.
    seconds
        Patience.

    Raises
    ------
    UnfinishedWorkError
        If it does not come.
    """
    end = time.monotonic() + seconds
    while not isThere():
        if time.monotonic() > end:
            raise UnfinishedWorkError(f"{what} did not come within {seconds:g} s.")
        _turn()


def openFilms(window: Any, paths: Sequence[Path]) -> None:
    """Open films, folders or a session, and wait until the first is on screen or refused.

    Parameters
    ----------
    window
        A shown `MainWindow`.
    paths
        As dropped on it.
    """
    window.openPaths(paths)
    waitFor(lambda: not window.isOpening, "The film")


def settle(seconds: float) -> None:
    """Let the window live for a while.

    Parameters
    ----------
    seconds
        How long.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        _turn()


def secondsToFrame(view: Any, act: Callable[[], None]) -> float:
    """Return how long it takes from an act to the first frame that was painted after it.

    Parameters
    ----------
    view
        A shown `SliceView`; what the act changes is in its next frame.
    act
        What a person does.
    """
    frames: list[float] = []

    def note() -> None:
        frames.append(time.perf_counter())

    begin = time.perf_counter()
    act()
    view.painted.connect(note)
    try:
        waitFor(lambda: bool(frames), "A frame")
    finally:
        view.painted.disconnect(note)
    return frames[0] - begin


def _turn() -> None:
    """Handle what has come; sleep until something comes, but not for long."""
    QtCore.QTimer.singleShot(_LONGEST_SLEEP_MS, _nothing)
    QtCore.QCoreApplication.processEvents(QtCore.QEventLoop.WaitForMoreEvents)
    # Widgets that are to be deleted wait for the loop, which does not run here.
    QtCore.QCoreApplication.sendPostedEvents(None, QtCore.QEvent.DeferredDelete)


def _nothing() -> None:
    """Wake the loop."""
