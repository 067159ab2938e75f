"""Looks for films in folders, which may be large and lie on slow drives, beside the window."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from PyQt5 import QtCore

from CXRTriageViewer.work_list import FoundFilms, filmsAmong

POLL_MS = 20


class FilmSearch:
    """Searches in a thread; what it found is told in that of the window.

    Parameters
    ----------
    onFound
        Called with what was asked for and the films in it.
    onFailed
        Called with a sentence.
    """

    def __init__(
        self,
        onFound: Callable[[Sequence[Path], FoundFilms], None],
        onFailed: Callable[[str], None],
    ) -> None:
        self._onFound, self._onFailed = onFound, onFailed
        self._answers: queue.Queue[tuple[Sequence[Path], FoundFilms | str]] = queue.Queue()
        self._pending = 0
        self._timer = QtCore.QTimer()
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._poll)

    @property
    def isBusy(self) -> bool:
        """Whether a search has not ended yet."""
        return self._pending > 0

    def begin(self, paths: Sequence[Path], known: Sequence[Path]) -> None:
        """Begin to search.

        Parameters
        ----------
        paths, known
            See `CXRTriageViewer.work_list.filmsAmong`.
        """
        self._pending += 1
        self._timer.start()
        # It only lists folders, so the end of the program may cut it off anywhere.
        threading.Thread(
            target=self._search, args=(tuple(paths), tuple(known)), daemon=True
        ).start()

    def stop(self) -> None:
        """Tell nothing any more."""
        self._timer.stop()
        self._pending = 0

    def _search(self, paths: Sequence[Path], known: Sequence[Path]) -> None:
        try:
            self._answers.put((paths, filmsAmong(paths, known)))
        except OSError as error:
            self._answers.put((paths, f"{error.filename} cannot be listed: {error.strerror}."))

    def _poll(self) -> None:
        while self._pending:
            try:
                paths, answer = self._answers.get_nowait()
            except queue.Empty:
                return
            self._pending -= 1
            if isinstance(answer, str):
                self._onFailed(answer)
            else:
                self._onFound(paths, answer)
        self._timer.stop()
