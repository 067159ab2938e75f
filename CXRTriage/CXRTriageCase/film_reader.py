"""Reads films in a process of its own, so that no window waits for a decoder."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from CXRTriageEditing.signal import Signal
from CXRTriageLib.commands.reader import RADIOGRAPH
from CXRTriageLib.messages import Action, Failed, Finished, Progress, Refused, Request
from CXRTriageLib.reading.handover import take_over
from CXRTriageWorker.client import WorkerClient

PATIENCE_S = 0.5
"""So long a film that nobody wants any more may be read on; a new process takes about as long."""

_DIED = (
    "{name} could not be read: the process that reads films ended by itself. Open it once more, "
    "or export the film again in another format."
)


class FilmReader:
    """Reads the film that was asked for last; what was asked for before is given up.

    A thread would not do: some decoders keep Python to themselves until they are done.

    Parameters
    ----------
    command, environment
        Of the process.
    folder
        Where it leaves films; of this session alone.

    Attributes
    ----------
    wanted
        The file that is being read, or None.
    read
        Emits the path and the `Radiograph`.
    refused
        Emits the path and a sentence: there is no film in it that can be read.
    failed
        Emits the path, a sentence and details: something happened that nobody foresaw.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str] | None, folder: Path
    ) -> None:
        self.wanted: Path | None = None
        self.read, self.refused, self.failed = Signal(), Signal(), Signal()
        self._folder = folder
        self._asked: Path | None = None
        self._askedAt, self._count = 0.0, 0
        self.process = WorkerClient(
            command,
            self._onProgress,
            self._onFinished,
            self._onFailed,
            self._onDied,
            environment=environment,
        )

    def begin(self, path: Path) -> None:
        """Begin to read a film; the answer comes out of `poll`.

        Parameters
        ----------
        path
            Of the film.
        """
        self.wanted = path
        if self._asked is not None and time.monotonic() - self._askedAt > PATIENCE_S:
            self._asked = None
            self.process.cancel()
            self._fileOf(self._count).unlink(missing_ok=True)
        if self._asked is None:
            self._ask(path)

    def giveUp(self) -> None:
        """Want no film any more."""
        self.wanted = None

    def poll(self) -> None:
        """Tell what has been read; to be called from a timer."""
        self.process.poll()

    def stop(self) -> None:
        """End the process; nothing is told any more."""
        self.wanted = self._asked = None
        self.process.stop()

    def _ask(self, path: Path) -> None:
        self._count += 1
        self._asked, self._askedAt = path, time.monotonic()
        task, folder = str(self._count), str(self._folder)
        request = Request(task=task, action=Action.READ, input=str(path), output=folder)
        self.process.submit(request)

    def _fileOf(self, number: int) -> Path:
        return self._folder / f"{number}.film"

    def _taken(self) -> Path | None:
        """Return the film that was answered where it is still wanted, else ask for the one that is.

        Returns
        -------
        Path or None
            Its file.
        """
        asked, self._asked = self._asked, None
        if asked is not None and asked == self.wanted:
            self.wanted = None
            return asked
        if self.wanted is not None:
            self._ask(self.wanted)
        return None

    def _onProgress(self, _task: str, _message: Progress) -> None:
        """Do nothing: a decoder does not say how far it is."""

    def _onFinished(self, _task: str, message: Finished) -> None:
        file, path = Path(message.result[RADIOGRAPH]), self._taken()
        if path is None:
            file.unlink(missing_ok=True)
        else:
            self.read.emit(path, take_over(file))

    def _onFailed(self, _task: str, message: Refused | Failed) -> None:
        path = self._taken()
        if path is None:
            return
        if isinstance(message, Refused):
            self.refused.emit(path, message.reason)
        else:
            self.failed.emit(path, message.reason, message.details)

    def _onDied(self, lost: Sequence[str], lastWords: str) -> None:
        path = self._taken() if lost else None
        if path is not None:
            self.failed.emit(path, _DIED.format(name=path.name), lastWords)
