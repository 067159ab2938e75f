"""What the module does with films, without a window: open, run, correct, save."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from CXRTriageCase.film_case import FilmCase
from CXRTriageCase.film_reader import FilmReader
from CXRTriageCase.outcome import RunOutcome
from CXRTriageCase.unsaved_work import UnsavedWork
from CXRTriageCase.worker_tasks import WorkerTask, WorkerTasks
from CXRTriageEditing.session_folder import SessionFolder
from CXRTriageEditing.signal import Signal
from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageLib.messages import Action, Finished
from CXRTriageScene.mask_nodes import saveMasks
from CXRTriageScene.session import loadSession, saveSession


class ReadingDesk:
    """The open film, the worker, and the process that reads films.

    Parameters
    ----------
    scene
        The MRML scene.
    command
        Starts the library's command line, which has a worker and a reader.
    environment
        Of both; None for that of this process.
    recovery
        Folder where unsaved corrections wait for the next start.

    Attributes
    ----------
    case
        The open film, or None.
    refusal
        Why the file that was opened last is not shown; empty where it is, or still being read.
    tasks
        What the worker was asked.
    unsaved
        Corrections for the next start.
    opened
        Emits nothing: a film is open that was not open before.
    refused
        Emits the path of a file that cannot be read, and why.
    progressed
        Emits a `Progress`.
    shown
        Emits nothing: the case shows something new.
    masksChanged
        Emits nothing, after every change of the masks.
    ratioDragged
        Emits the ratio along dragged lines, or None.
    failed
        Emits a sentence and details.
    exported
        Emits the folder.
    """

    def __init__(
        self,
        scene: Any,
        command: Sequence[str],
        environment: Mapping[str, str] | None,
        recovery: Path,
    ) -> None:
        self._scene = scene
        self.case: FilmCase | None = None
        self.refusal = ""
        self.opened, self.refused, self.shown = Signal(), Signal(), Signal()
        self.masksChanged, self.ratioDragged = Signal(), Signal()
        self.failed, self.exported = Signal(), Signal()
        self._folder = SessionFolder()
        self.unsaved = UnsavedWork(recovery)
        self.tasks = WorkerTasks([*command, "worker"], environment, self._folder.path)
        self.progressed = self.tasks.progressed
        self.tasks.finished.connect(self._onFinished)
        self.tasks.failed.connect(self._onFailed)
        self.reader = FilmReader([*command, "reader"], environment, self._folder.path)
        self.reader.read.connect(self._onRead)
        self.reader.refused.connect(self._onRefused)
        self.reader.failed.connect(self._onUnread)

    @property
    def isRunning(self) -> bool:
        """Whether the worker has something to do."""
        return bool(self.tasks)

    @property
    def isReading(self) -> bool:
        """Whether a film is being read."""
        return self.reader.wanted is not None

    def open(self, path: Path) -> None:
        """Begin to open a film in place of the one that is open.

        The film is there when `opened` is emitted, or `refused` says why it is not.

        Parameters
        ----------
        path
            Of the film.
        """
        self.close()
        self.reader.begin(path)

    def openSession(self, path: Path) -> None:
        """Open what was saved, in place of the film that is open.

        Parameters
        ----------
        path
            Of a session. Where it holds several films, the first is opened; where it holds
            none, no film is open.

        Raises
        ------
        UnreadableSessionError
            If the file cannot be read; then the open film stays.
        """
        found = loadSession(self._scene, path)
        self.close()
        if found:
            self._show(FilmCase.reopen(found[0]))

    def poll(self) -> None:
        """Take what the processes have to say; to be called from a timer."""
        self.reader.poll()
        self.tasks.worker.poll()

    def run(self) -> None:
        """Triage the open film."""
        if self.case is not None:
            self.tasks.submit(self.case, Action.TRIAGE)

    def recount(self) -> None:
        """Count the vote over the masks as they are now."""
        if self.case is not None and self.case.isCorrected:
            self.tasks.submit(self.case, Action.VOTES)

    def export(self, folder: Path) -> None:
        """Write what the command line writes.

        Parameters
        ----------
        folder
            Where the files go.
        """
        if self.case is not None:
            self.tasks.submit(self.case, Action.EXPORT, folder)

    def cancel(self) -> None:
        """Give up what the worker is at."""
        self.tasks.cancel()

    def keepUnsaved(self) -> None:
        """Keep unsaved corrections for the next start, should this one end badly."""
        if self.case is not None:
            self.unsaved.keep(self.case)

    def saveSession(self, path: Path) -> None:
        """Write the whole session.

        Parameters
        ----------
        path
            Ends in ``.mrb``.
        """
        saveSession(self._scene, path)
        if self.case is not None:
            self.case.markSaved()
            self.unsaved.forget(self.case)

    def saveMasks(self, path: Path) -> None:
        """Write the masks as they are now.

        Parameters
        ----------
        path
            Ends in ``.seg.nrrd``.
        """
        if self.case is not None and self.case.nodes.currentMasks is not None:
            saveMasks(self.case.nodes.currentMasks, path)
            self.case.markSaved(masksAlone=True)
            self.unsaved.forget(self.case)
            self.keepUnsaved()

    def close(self) -> None:
        """Close the film; unsaved corrections are dropped, so ask before."""
        self.reader.giveUp()
        self.refusal = ""
        case, self.case = self.case, None
        if case is None:
            return
        if self.tasks:
            self.cancel()
        self.unsaved.forget(case)
        case.close()

    def stop(self) -> None:
        """End the processes and remove what was only for this session."""
        self.reader.stop()
        self.tasks.stop()
        if self.case is not None:
            self.case.release()
            self.case = None
        self.unsaved.close()
        self._folder.close()

    def _show(self, case: FilmCase) -> None:
        self.case = case
        case.masksChanged.connect(self.masksChanged.emit)
        case.ratioDragged.connect(self.ratioDragged.emit)
        case.lines.letGo.connect(self.keepUnsaved)
        self.opened.emit()

    def _onRead(self, path: Path, radiograph: Radiograph) -> None:
        # Its networks load while the reader looks at the film.
        self.tasks.worker.start()
        self._show(FilmCase.open(radiograph, path, self._scene))

    def _onRefused(self, path: Path, reason: str) -> None:
        self.refusal = reason
        self.refused.emit(path, reason)

    def _onUnread(self, path: Path, reason: str, details: str) -> None:
        self._onRefused(path, reason)
        self.failed.emit(reason, details)

    def _onFinished(self, done: WorkerTask, message: Finished) -> None:
        if done.case is not self.case:
            return
        if done.action is Action.EXPORT:
            self.exported.emit(done.folder)
            self.shown.emit()
            return
        outcome = RunOutcome.read(message.result, done.folder)
        if done.action is Action.VOTES:
            done.case.showRecount(outcome, done.revision)
        else:
            done.case.showRun(outcome)
            self.recount()
        self.shown.emit()

    def _onFailed(self, text: str, details: str) -> None:
        self.shown.emit()
        self.failed.emit(text, details)
