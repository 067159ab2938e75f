"""Menus and keys of the window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PyQt5 import QtCore, QtGui, QtWidgets

from CXRTriageLib.version import __version__
from CXRTriageViewer.mouse_router import ZOOM_STEP
from CXRTriageViewer.window_presets import windowsOf

if TYPE_CHECKING:
    from CXRTriageViewer.main_window import MainWindow

WINDOW_KEYS = 9
"""So many windows of a film have a key."""

ABOUT = (
    "<b>CXRTriage {version}</b><br><br>Masks, imaging biomarkers and a patch-vote triage of one "
    "frontal chest radiograph.<br><br>Research use, not a diagnosis.<br><br>CXRTriage: Apache-2.0."
    " This viewer uses PyQt5 (GPL-3), slicer-core (Apache-2.0) and VTK (BSD)."
)


def buildMenus(window: MainWindow) -> None:
    """Give a window its menus; every entry has a key.

    Parameters
    ----------
    window
        The window.
    """
    _fileMenu(window)
    _viewMenu(window)
    _windowLevelMenu(window)
    _moduleMenu(window)
    _helpMenu(window)


def _fileMenu(window: MainWindow) -> None:
    menu = window.menuBar().addMenu("&File")
    _entry(menu, "Open films...", "Ctrl+O", window.openDialog)
    _entry(menu, "Open folder...", "Ctrl+Shift+O", window.openFolderDialog)
    menu.addSeparator()
    _entry(menu, "Next film", "PgDown", partial(window.step, 1))
    _entry(menu, "Previous film", "PgUp", partial(window.step, -1))
    menu.addSeparator()
    _entry(menu, "Save picture of the view...", "Ctrl+Shift+P", window.savePicture)
    menu.addSeparator()
    _entry(menu, "Quit", "Ctrl+Q", window.close)


def _viewMenu(window: MainWindow) -> None:
    menu = window.menuBar().addMenu("&View")
    view = window.view
    _entry(menu, "Fit", "F", view.fit)
    _entry(menu, "One to one", "Shift+F", view.oneToOne)
    _entry(menu, "Enlarge", "+", partial(view.zoomBy, ZOOM_STEP))
    _entry(menu, "Reduce", "-", partial(view.zoomBy, 1 / ZOOM_STEP))
    menu.addSeparator()
    for dock, key in ((window.workListDock, "F8"), (window.moduleDock, "F9")):
        toggle = dock.toggleViewAction()
        toggle.setShortcut(QtGui.QKeySequence(key))
        menu.addAction(toggle)
    full = _entry(menu, "Full screen", "F11", lambda: None)
    full.setCheckable(True)
    full.toggled.connect(lambda on: window.showFullScreen() if on else window.showNormal())


def _windowLevelMenu(window: MainWindow) -> None:
    menu = window.menuBar().addMenu("&Gray levels")
    numbered = []
    for number in range(WINDOW_KEYS):
        action = _entry(
            menu, f"Window {number + 1}", str(number + 1), partial(window.showWindowNumber, number)
        )
        numbered.append(action)
    menu.addSeparator()
    _entry(menu, "Invert", "I", window.invert)
    menu.aboutToShow.connect(lambda: _nameWindows(window, numbered))
    _nameWindows(window, numbered)


def _nameWindows(window: MainWindow, numbered: list[QtWidgets.QAction]) -> None:
    """Write the names of the film's windows into the menu; what it lacks is hidden there.

    A hidden action keeps its key only while it is enabled, and its key then says in words that
    the film has no such window.
    """
    film = window.view.film()
    names = [entry.name for entry in windowsOf(window.scene, film)] if film else []
    for number, action in enumerate(numbered):
        if number < len(names):
            action.setText(names[number])
        action.setVisible(number < len(names) or not names)


def _moduleMenu(window: MainWindow) -> None:
    menu = window.menuBar().addMenu("&Triage")
    for key, text, callback in window.panel.shortcuts():
        _entry(menu, text, key, callback)


def _helpMenu(window: MainWindow) -> None:
    menu = window.menuBar().addMenu("&Help")
    _entry(menu, "Keys", "F1", partial(showKeys, window))
    _entry(menu, "About CXRTriage", "", partial(_showAbout, window))


def showKeys(window: MainWindow) -> QtWidgets.QDialog:
    """Show a table of all keys.

    Parameters
    ----------
    window
        The window.
    """
    entries = [action for action in window.findChildren(QtWidgets.QAction) if action.shortcut()]
    rows = [(action.shortcut().toString(), action.text().rstrip(".")) for action in entries]
    mouse = [
        ("Left drag", "Window and level, or the chosen tool"),
        ("Right drag, wheel", "Zoom"),
        ("Middle drag", "Pan"),
    ]
    dialog = QtWidgets.QDialog(window)
    dialog.setWindowTitle("Keys")
    dialog.setAttribute(QtCore.Qt.WA_DeleteOnClose)
    form = QtWidgets.QFormLayout(dialog)
    form.setHorizontalSpacing(32)
    for key, text in [*mouse, *((key, text) for key, text in rows if not _isUnnamed(text))]:
        form.addRow(key, QtWidgets.QLabel(text.replace("&", "")))
    dialog.open()
    return dialog


def _isUnnamed(text: str) -> bool:
    return text.startswith("Window ") and text[-1].isdigit()


def _showAbout(window: MainWindow) -> None:
    box = QtWidgets.QMessageBox(window)
    box.setAttribute(QtCore.Qt.WA_DeleteOnClose)
    box.setWindowTitle("About CXRTriage")
    box.setText(ABOUT.format(version=__version__))
    box.open()


def _entry(
    menu: QtWidgets.QMenu, text: str, key: str, callback: Callable[[], object]
) -> QtWidgets.QAction:
    action = QtWidgets.QAction(text, menu)
    if key:
        action.setShortcut(QtGui.QKeySequence(key))
    # Qt passes whether the action is checked; the callbacks take nothing.
    action.triggered.connect(lambda _checked=False: callback())
    menu.addAction(action)
    return action
