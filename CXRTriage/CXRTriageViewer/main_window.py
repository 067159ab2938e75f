"""The window: film in the middle, work list and module at its sides."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PyQt5 import QtCore, QtGui, QtWidgets

from CXRTriageControl.chosen_file import chosenFile
from CXRTriageScene.application_logic import ApplicationLogic
from CXRTriageViewer.error_dialog import ErrorReporter
from CXRTriageViewer.film_search import FilmSearch
from CXRTriageViewer.readout import Readout
from CXRTriageViewer.slice_geometry import Pixel
from CXRTriageViewer.slice_view import SliceView
from CXRTriageViewer.stand_ins import MODULE_FILE, importModule, registerStandIns
from CXRTriageViewer.viewer_host import ViewerHost
from CXRTriageViewer.wheel_guard import WheelGuard
from CXRTriageViewer.window_menus import buildMenus
from CXRTriageViewer.window_presets import showNumber, swapBlackAndWhite
from CXRTriageViewer.work_list import FilmState, FoundFilms, WorkList, filmsAmong
from CXRTriageViewer.work_list_view import WorkListView

TITLE = "CXRTriage"
RESEARCH_USE = "Research use, not a diagnosis"
SESSION_ENDING = ".mrb"
FILM_FILTER = "Films (*);;Sessions (*.mrb)"
MESSAGE_MS = 6000
FIRST_SIZE = QtCore.QSize(1600, 1000)


class MainWindow(QtWidgets.QMainWindow):
    """Hosts the module of 3D Slicer beside Slicer's own slice view.

    Parameters
    ----------
    moduleFile
        The scripted module; its panel class takes the parent widget and the host.
    """

    def __init__(self, moduleFile: Path = MODULE_FILE) -> None:
        super().__init__()
        self.setWindowTitle(TITLE)
        self.setAcceptDrops(True)
        self.resize(FIRST_SIZE)
        self._isReading = False
        self.errors = ErrorReporter(self)
        self.films = WorkList()
        self.search = FilmSearch(self._onFound, self.errors.show)
        self.application: ApplicationLogic | None = ApplicationLogic()
        registerStandIns(self.application.logic, self.application.moduleLogics)
        self.scene = self.application.scene
        self.view = SliceView(self.application.logic, self.scene)
        self.view.pointed.connect(self._showReadout)
        self.setCentralWidget(self.view)
        self._readout = Readout(self.scene)
        self._readoutLabel = QtWidgets.QLabel()
        self.statusBar().addWidget(self._readoutLabel, 1)
        self.statusBar().addPermanentWidget(QtWidgets.QLabel(RESEARCH_USE))
        self.host = ViewerHost(self.view, self.errors, self)
        self._addWorkList()
        self.panel = self._addModule(moduleFile)
        buildMenus(self)

    # What menus and keys do.

    def openDialog(self) -> None:
        """Let the reader choose films or a session."""
        self.openPaths([Path(path) for path in self.host.openFiles("Open films", FILM_FILTER)])

    def openFolderDialog(self) -> None:
        """Let the reader choose a folder with films."""
        folder = self.host.chooseFolder("Open a folder with films")
        self.openPaths([Path(folder)] if folder else [])

    def openPaths(self, paths: Sequence[Path]) -> None:
        """Add films and folders to the work list and open the first of them; or open a session.

        Parameters
        ----------
        paths
            Files, folders, DICOM directories, or one session.
        """
        session = next((path for path in paths if path.suffix.lower() == SESSION_ENDING), None)
        if session is not None:
            self.panel.openPaths([str(session)])
            return
        if paths:
            self.search.begin(paths, self.films.paths())
            names = ", ".join(path.name for path in paths)
            self.say(f"Looking for films in {names}.")

    @property
    def isOpening(self) -> bool:
        """Whether films are being looked for, or one is being read."""
        return self.search.isBusy or self._isReading

    def openFilm(self, index: int) -> None:
        """Open a film of the work list, unless the reader wants to keep the open one.

        Parameters
        ----------
        index
            In the work list.
        """
        film = self.films[index]
        if not self.panel.closeCase():
            self._filmList.refresh()
            return
        self._setCurrent(index)
        self._filmList.refresh()
        self.view.showFilm(None)
        self._readoutLabel.clear()
        self.panel.loadFilm(str(film.path))

    def offerLeftFilms(self) -> None:
        """Offer to open the films whose corrections an earlier session left unsaved."""
        left = [] if self.application is None else [Path(name) for name in self.panel.leftFilms()]
        if not left:
            return
        names = ", ".join(path.name for path in left)
        text = f"An earlier session ended before the corrections of {names} were saved."
        openThem, later = "Open", "Decide later"
        if self.host.ask(TITLE, text, [openThem, later]) == openThem:
            self.openPaths(left)

    def step(self, by: int) -> None:
        """Open a neighbor in the work list.

        Parameters
        ----------
        by
            1 for the next film, -1 for the previous.
        """
        index = self.films.neighbor(by)
        if index is None:
            self.say("This is the last film." if by > 0 else "This is the first film.")
        else:
            self.openFilm(index)

    def showWindowNumber(self, number: int) -> None:
        """Show the film in one of its windows.

        Parameters
        ----------
        number
            From 0.
        """
        film = self.view.film()
        if film is not None:
            name = showNumber(self.scene, film, number)
            if name:
                self.panel.showFilmLook(number)
            self.say(f"Window: {name}" if name else "This film has no such window.")

    def invert(self) -> None:
        """Swap black and white of the film."""
        film = self.view.film()
        if film is not None:
            swapBlackAndWhite(film)
            self.panel.showFilmLook()

    def say(self, text: str) -> None:
        """Show a text in the status bar for a while.

        Parameters
        ----------
        text
            One sentence.
        """
        self.statusBar().showMessage(text, MESSAGE_MS)

    def savePicture(self) -> None:
        """Let the reader name a file and write what is on screen to it."""
        path = chosenFile(self.host, "Save picture", "film.png", ".png")
        if path is not None and not self.view.saveFrame(path):
            self.errors.show(f"{path.name} could not be written. Choose another folder.")

    # Qt's side.

    def dragEnterEvent(self, event: QtGui.QDragEnterEvent) -> None:
        """Take files and folders."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QtGui.QDropEvent) -> None:
        """Open what was dropped."""
        urls = event.mimeData().urls()
        event.acceptProposedAction()
        self.openPaths([Path(url.toLocalFile()) for url in urls if url.isLocalFile()])

    def closeEvent(self, event: QtGui.QCloseEvent) -> None:
        """Close, unless the reader goes back to save corrections."""
        if self.application is None:
            return
        if not self.panel.closeCase():
            event.ignore()
            return
        self.tearDown()

    def tearDown(self) -> None:
        """Stop the module and take the scene apart, without asking; a second time does nothing."""
        if self.application is None:
            return
        self.errors.uninstall()
        self.search.stop()
        self.panel.cleanup()
        self.view.shutDown()
        self.application.close()
        self.application = None

    # Details.

    def _onFound(self, paths: Sequence[Path], found: FoundFilms) -> None:
        self.statusBar().clearMessage()
        first = self.films.add(found)
        if first is None:
            names = ", ".join(path.name for path in paths)
            self.errors.show(f"There is no film in {names}.")
        else:
            self.openFilm(first)

    def _addWorkList(self) -> None:
        self._filmList = WorkListView(self.films)
        self._filmList.chosen.connect(self.openFilm)
        self.workListDock = self._dock("Work list", self._filmList, QtCore.Qt.LeftDockWidgetArea)
        self.resizeDocks([self.workListDock], [230], QtCore.Qt.Horizontal)

    def _addModule(self, moduleFile: Path) -> Any:
        frame = QtWidgets.QWidget()
        QtWidgets.QVBoxLayout(frame)
        module = importModule(moduleFile)
        panel = getattr(module, f"{moduleFile.stem}Widget")(frame, self.host)
        panel.setup()
        panel.events.connect(self._heard)
        WheelGuard(frame)
        area = QtWidgets.QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarAlwaysOff)
        area.setWidget(frame)
        bar = area.verticalScrollBar().sizeHint().width()
        area.setMinimumWidth(frame.minimumSizeHint().width() + bar)
        self.moduleDock = self._dock("Triage", area, QtCore.Qt.RightDockWidgetArea)
        self.resizeDocks([self.moduleDock], [520], QtCore.Qt.Horizontal)
        return panel

    def _dock(self, title: str, content: QtWidgets.QWidget, where: Any) -> QtWidgets.QDockWidget:
        dock = QtWidgets.QDockWidget(title, self)
        dock.setObjectName(title)
        dock.setWidget(content)
        dock.setFeatures(QtWidgets.QDockWidget.DockWidgetMovable)
        self.addDockWidget(where, dock)
        return dock

    def _heard(self, name: str, *values: Any) -> None:
        """Follow what the module tells."""
        told = values[0] if len(values) == 1 and isinstance(values[0], tuple) else values
        path = Path(str(told[0])) if told and told[0] else None
        if path is None or path.suffix.lower() == SESSION_ENDING:
            return
        self._isReading = name == "reading"
        index = self._place(path)
        if index is not None:
            # What the module tells is of the film that is open, also where a session brought it.
            self._setCurrent(index)
            if name == "reading":
                self.view.showFilm(None, message=f"Reading {path.name}")
            elif name == "state":
                _, state, *reason = told
                self._setState(index, FilmState(state), *reason)
        self._filmList.refresh()

    def _setCurrent(self, index: int) -> None:
        self.films.current = index
        self.setWindowTitle(f"{self.films[index].path.name} - {TITLE}")

    def _place(self, path: Path) -> int | None:
        """Return where a film stands in the list, which it enters where it is new."""
        index = self.films.indexOf(path)
        if index is not None:
            return index
        return self.films.add(filmsAmong([path], self.films.paths()))

    def _setState(self, index: int, state: FilmState, reason: str = "") -> None:
        self.films.setState(index, state, reason)
        if state is FilmState.REFUSED and index == self.films.current:
            self.view.showFilm(None, message=reason)
            self._readoutLabel.clear()

    def _showReadout(self, pixel: Pixel | None) -> None:
        text = self._readout.textAt(pixel, self.view.film(), self.view.compositeNode())
        self._readoutLabel.setText(text)
