"""The work list beside the film."""

from __future__ import annotations

from PyQt5 import QtCore, QtGui, QtWidgets

from CXRTriageLib.exporting.palette import ALARM, FAINT_TEXT, TEXT
from CXRTriageViewer.work_list import FilmState, ListedFilm, WorkList

_COLORS = {
    FilmState.NEW: FAINT_TEXT,
    FilmState.DONE: (120, 200, 150),
    FilmState.CORRECTED: (150, 190, 240),
    FilmState.REFUSED: ALARM,
}

_NAME, _STATE = 0, 1


class WorkListView(QtWidgets.QTreeWidget):
    """Names and states of films; a click opens one.

    Parameters
    ----------
    films
        What is shown; call `refresh` after changing it.
    parent
        Widget around it.
    """

    chosen = QtCore.pyqtSignal(int)
    """Index of the film to be opened."""

    def __init__(self, films: WorkList, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._films = films
        self._shown: list[ListedFilm] = []
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setTextElideMode(QtCore.Qt.ElideMiddle)
        self.setAccessibleName("Work list")
        self.setToolTip("Films; the next (PgDown), the previous (PgUp).")
        # Page up and page down belong to the window: next and previous film.
        self.setFocusPolicy(QtCore.Qt.ClickFocus)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(_NAME, QtWidgets.QHeaderView.Stretch)
        header.setSectionResizeMode(_STATE, QtWidgets.QHeaderView.ResizeToContents)
        self.itemClicked.connect(self._choose)
        self.itemActivated.connect(self._choose)

    def refresh(self) -> None:
        """Show the films as they are now."""
        missing = len(self._films) - self.topLevelItemCount()
        self.addTopLevelItems([QtWidgets.QTreeWidgetItem() for _ in range(missing)])
        # A list may be long, and most of it is as it was.
        for index, film in enumerate(self._films):
            if index >= len(self._shown) or film != self._shown[index]:
                self._write(film, self.topLevelItem(index))
        self._shown = list(self._films)
        if self._films.current is not None:
            current = self.topLevelItem(self._films.current)
            self.setCurrentItem(current)
            self.scrollToItem(current)

    def _write(self, film: ListedFilm, item: QtWidgets.QTreeWidgetItem) -> None:
        item.setText(_NAME, film.name)
        item.setText(_STATE, film.state.value)
        item.setForeground(_STATE, QtGui.QColor(*_COLORS[film.state]))
        item.setForeground(_NAME, QtGui.QColor(*TEXT))
        item.setToolTip(_NAME, film.reason or film.path.name)
        item.setToolTip(_STATE, film.reason or film.state.value)

    def _choose(self, item: QtWidgets.QTreeWidgetItem) -> None:
        self.chosen.emit(self.indexOfTopLevelItem(item))
