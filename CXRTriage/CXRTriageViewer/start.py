"""From the command line to a window, or to words that say why there is none."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from CXRTriageLib.optional import require
from CXRTriageLib.resources import resource_path
from CXRTriageViewer.graphics_probe import WINDOW_VARIABLE, probeGraphics, screenProblem
from CXRTriageViewer.user_folders import cacheFolder

if TYPE_CHECKING:
    from CXRTriageViewer.main_window import MainWindow

EXIT_NO_WINDOW = 1
SIGNAL_INTERVAL_MS = 300
"""Python looks for signals when it runs; Qt's loop wakes it so often."""

_FONT_ALIASES = {"Monospace", "Sans Serif", "Serif"}
"""Qt lists these on Linux whether any font stands behind them or not."""

NO_FONTS = (
    "No font is installed, so no text could be shown. Install one with: "
    "sudo apt-get install fonts-dejavu-core"
)


def main(paths: Sequence[Path] = ()) -> int:
    """Open the viewer and stay until it is closed.

    Parameters
    ----------
    paths
        Films, folders, or a session to begin with.

    Returns
    -------
    int
        0 after an ordinary end, 1 where nothing can be shown on this machine.
    """
    application, problem = prepareApplication()
    if problem:
        if application is not None:
            _showProblem(problem)
        sys.stderr.write(f"cxrtriage viewer: {problem}\n")
        return EXIT_NO_WINDOW
    window = openWindow(paths)
    keepAwake = _endOnSignals(window, application)
    try:
        return int(application.exec_())
    finally:
        keepAwake.stop()
        window.tearDown()


def prepareApplication() -> tuple[Any, str]:
    """Make the Qt application and find out whether the machine can draw.

    Nothing of Qt and VTK is imported before it is known that it will not crash.

    Returns
    -------
    tuple
        The ``QApplication``, None where Qt itself cannot start, and what is wrong; empty where
        all is well.

    Raises
    ------
    MissingDependencyError
        If slicer-core is not installed.
    """
    problem = screenProblem(os.environ)
    if problem:
        return None, problem
    application = _qtApplication()
    problem = _fontProblem()
    if problem:
        return None, problem
    graphics = probeGraphics(cacheFolder() / "graphics.json", os.environ)
    if graphics.window:
        os.environ[WINDOW_VARIABLE] = graphics.window
    if not graphics.problem:
        require("slicer", extra="viewer", purpose="the viewer")
    return application, graphics.problem


def openWindow(paths: Sequence[Path] = ()) -> MainWindow:
    """Return a shown window in a running application.

    Parameters
    ----------
    paths
        Films, folders, or a session to begin with.
    """
    from PyQt5 import QtCore

    from CXRTriageViewer.main_window import MainWindow

    window = MainWindow()
    window.errors.install()
    window.show()
    window.openPaths([path.absolute() for path in paths])
    if not paths:
        # Once the window is on screen: a question needs something to stand on.
        QtCore.QTimer.singleShot(0, window.offerLeftFilms)
    return window


def _qtApplication() -> Any:
    from PyQt5 import QtCore, QtGui, QtWidgets

    from CXRTriageViewer.reading_room_style import applyStyle

    QtCore.QCoreApplication.setAttribute(QtCore.Qt.AA_EnableHighDpiScaling)
    QtCore.QCoreApplication.setAttribute(QtCore.Qt.AA_UseHighDpiPixmaps)
    QtWidgets.QApplication.setHighDpiScaleFactorRoundingPolicy(
        QtCore.Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    application = QtWidgets.QApplication.instance() or QtWidgets.QApplication(sys.argv[:1])
    application.setApplicationName("CXRTriage")
    application.setWindowIcon(QtGui.QIcon(str(resource_path("Icons", "CXRTriage.svg"))))
    applyStyle(application)
    return application


def _fontProblem() -> str:
    from PyQt5 import QtGui

    return "" if set(QtGui.QFontDatabase().families()) - _FONT_ALIASES else NO_FONTS


def _showProblem(text: str) -> None:
    """Show a message box: whoever started the viewer by a click sees no terminal."""
    from PyQt5 import QtGui, QtWidgets

    if QtGui.QGuiApplication.platformName() not in {"offscreen", "minimal"}:
        QtWidgets.QMessageBox.critical(None, "CXRTriage", text)


def _endOnSignals(window: MainWindow, application: Any) -> Any:
    """End in order when the terminal or the system says so; corrections are kept for recovery."""
    from PyQt5 import QtCore

    def end(_number: int, _frame: FrameType | None) -> None:
        application.quit()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    timer = QtCore.QTimer(window)
    timer.timeout.connect(_doNothing)
    timer.start(SIGNAL_INTERVAL_MS)
    return timer


def _doNothing() -> None:
    """Give Python a moment in which it notices signals."""
