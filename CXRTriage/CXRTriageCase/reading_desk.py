"""What the module does with films, without a window: open, run, correct, save."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from CXRTriageCase.film_case import FilmCase
from CXRTriageCase.outcome import RunOutcome
from CXRTriageCase.worker_request import requestFor
from CXRTriageEditing.autosave import Autosave, Offer, UnsavedFilm
from CXRTriageEditing.session_folder import SessionFolder
from CXRTriageEditing.signal import Signal
from CXRTriageLib.messages import Action, Failed, Finished, Progress, Refused
from CXRTriageLib.reading import read_radiograph
from CXRTriageScene.mask_nodes import saveMasks
from CXRTriageScene.session import loadSession, saveSession
from CXRTriageWorker.client import WorkerClient


@dataclass(frozen=True, kw_only=True)
class _Task:
    """What was asked of the worker."""

    action: Action
    case: FilmCase
    revision: int
    folder: Path


class ReadingDesk:
    """The open film and the worker.

    Parameters
    ----------
    scene
        The MRML scene.
    command, environment
        Of the worker.
    recovery
        Folder where unsaved corrections wait for the next start.

    Attributes
    ----------
    case
        The open film, or None.
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
        self.progressed, self.shown, self.masksChanged = Signal(), Signal(), Signal()
        self.ratioDragged, self.failed, self.exported = Signal(), Signal(), Signal()
        self._folder = SessionFolder()
        self._autosave = Autosave(recovery)
        self._tasks: dict[str, _Task] = {}
        self._count = 0
        self.worker = WorkerClient(
            command,
            self._onProgress,
            self._onFinished,
            self._onFailed,
            self._onDied,
            environment=environment,
        )

    @property
    def isRunning(self) -> bool:
        """Whether the worker has something to do."""
        return bool(self._tasks)

    def open(self, path: Path) -> FilmCase:
        """Open a film in place of the one that is open.

        Parameters
        ----------
        path
            Of the film.

        Returns
        -------
        FilmCase
            The new case.

        Raises
        ------
        RefusedInputError
            If the file cannot be triaged; then no film is open.
        """
        self.close()
        radiograph = read_radiograph(path)
        self.case = FilmCase.open(
            radiograph, path, self._scene, self.masksChanged.emit, self.ratioDragged.emit
        )
        self.case.lines.letGo.connect(self.keepUnsaved)
        self.worker.start()
        return self.case

    def openSession(self, path: Path) -> FilmCase | None:
        """Open what was saved, in place of the film that is open.

        Parameters
        ----------
        path
            Of a session.

        Returns
        -------
        FilmCase or None
            The first film of the session, if it holds one.

        Raises
        ------
        UnreadableSessionError
            If the file cannot be read; then the open film stays.
        """
        found = loadSession(self._scene, path)
        self.close()
        if found:
            self.case = FilmCase.reopen(found[0], self.masksChanged.emit, self.ratioDragged.emit)
            self.case.lines.letGo.connect(self.keepUnsaved)
        return self.case

    def offer(self) -> Offer | None:
        """Return corrections of the open film that an earlier session left behind."""
        if self.case is None:
            return None
        found = self.offers()
        return next((each for each in found if each.film.pixelHash == self.case.pixelHash), None)

    def offers(self) -> list[Offer]:
        """Return all corrections that earlier sessions left behind, the newest first."""
        return self._autosave.offers()

    def drop(self, offer: Offer) -> None:
        """Remove corrections that an earlier session left behind."""
        self._autosave.drop(offer)

    def run(self) -> None:
        """Triage the open film."""
        self._submit(Action.TRIAGE)

    def recount(self) -> None:
        """Count the vote over the masks as they are now."""
        if self.case is not None and self.case.isCorrected:
            self._submit(Action.VOTES)

    def export(self, folder: Path) -> None:
        """Write what the command line writes.

        Parameters
        ----------
        folder
            Where the files go.
        """
        self._submit(Action.EXPORT, folder)

    def cancel(self) -> None:
        """Give up what the worker is at."""
        self._tasks.clear()
        self.worker.cancel()

    def keepUnsaved(self) -> None:
        """Keep unsaved corrections for the next start, should this one end badly."""
        case = self.case
        if case is not None and case.isUnsaved:
            hasDrawn = case.editor is not None and case.editor.isModified
            labels = case.labels() if hasDrawn else None
            self._autosave.store(_unsaved(case), labels, case.lines.calipers())

    def takeUp(self, offer: Offer) -> None:
        """Take corrections of the open film that an earlier session left behind.

        Parameters
        ----------
        offer
            From `offer`; it is kept as corrections of this session.
        """
        if self.case is not None:
            self.case.restore(offer.labels, offer.calipers)
            self.keepUnsaved()
            self.drop(offer)

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
            self._autosave.discard(_unsaved(self.case))

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
            self._autosave.discard(_unsaved(self.case))
            self.keepUnsaved()

    def close(self) -> None:
        """Close the film; unsaved corrections are dropped, so ask before."""
        case, self.case = self.case, None
        if case is None:
            return
        if self._tasks:
            self.cancel()
        self._autosave.discard(_unsaved(case))
        case.close()

    def stop(self) -> None:
        """End the worker and remove what was only for this session."""
        self._tasks.clear()
        self.worker.stop()
        if self.case is not None:
            self.case.release()
            self.case = None
        self._autosave.close()
        self._folder.close()

    def _submit(self, action: Action, folder: Path | None = None) -> None:
        case = self.case
        if case is None:
            return
        self._count += 1
        name = str(self._count)
        place = self._folder.path / name
        place.mkdir()
        self._tasks[name] = _Task(
            action=action, case=case, revision=case.revision, folder=folder or place
        )
        self.worker.submit(requestFor(case, action, name, folder=place, output=folder))

    def _onProgress(self, task: str, message: Progress) -> None:
        if task in self._tasks:
            self.progressed.emit(message)

    def _onFinished(self, task: str, message: Finished) -> None:
        done = self._tasks.pop(task, None)
        if done is None or done.case is not self.case:
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

    def _onFailed(self, task: str, message: Refused | Failed) -> None:
        if self._tasks.pop(task, None) is not None:
            details = message.details if isinstance(message, Failed) else ""
            self.shown.emit()
            self.failed.emit(message.reason, details)

    def _onDied(self, lost: Sequence[str], lastWords: str) -> None:
        for task in lost:
            self._tasks.pop(task, None)
        self.shown.emit()
        self.failed.emit("The worker ended by itself. Run once more.", lastWords)


def _unsaved(case: FilmCase) -> UnsavedFilm:
    return UnsavedFilm(pixelHash=case.pixelHash, path=str(case.path), name=case.path.name)
