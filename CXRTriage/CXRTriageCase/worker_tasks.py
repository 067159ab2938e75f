"""What the worker was asked about films, until it has answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from CXRTriageCase.film_case import FilmCase
from CXRTriageCase.worker_request import requestFor
from CXRTriageEditing.signal import Signal
from CXRTriageLib.messages import Action, Failed, Finished, Progress, Refused
from CXRTriageWorker.client import WorkerClient


@dataclass(frozen=True, kw_only=True, eq=False)
class WorkerTask:
    """What was asked of the worker.

    Attributes
    ----------
    action
        What is wanted.
    case
        Of which film.
    revision
        Of the masks when it was asked.
    folder
        Where the answer lies.
    """

    action: Action
    case: FilmCase
    revision: int
    folder: Path


class WorkerTasks:
    """Asks the worker, and tells what it answers.

    Parameters
    ----------
    command, environment
        Of the worker.
    folder
        For what is given to the worker and what it finds; of this session alone.

    Attributes
    ----------
    progressed
        Emits a `Progress`.
    finished
        Emits the `WorkerTask` and the `Finished`.
    failed
        Emits a sentence and details.
    worker
        The process.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str] | None, folder: Path
    ) -> None:
        self.progressed, self.finished, self.failed = Signal(), Signal(), Signal()
        self._folder = folder
        self._tasks: dict[str, WorkerTask] = {}
        self._count = 0
        self.worker = WorkerClient(
            command,
            self._onProgress,
            self._onFinished,
            self._onFailed,
            self._onDied,
            environment=environment,
        )

    def __bool__(self) -> bool:
        return bool(self._tasks)

    def submit(self, case: FilmCase, action: Action, output: Path | None = None) -> None:
        """Ask for something.

        Parameters
        ----------
        case
            Of which film.
        action
            What is wanted.
        output
            Where results go; a folder of this session by default.
        """
        # What somebody else has done to the masks counts as well.
        case.adopt()
        self._count += 1
        name = str(self._count)
        place = self._folder / name
        place.mkdir()
        self._tasks[name] = WorkerTask(
            action=action, case=case, revision=case.revision, folder=output or place
        )
        self.worker.submit(requestFor(case, action, name, folder=place, output=output))

    def cancel(self) -> None:
        """Give up all that was asked."""
        self._tasks.clear()
        self.worker.cancel()

    def stop(self) -> None:
        """End the worker; nothing is told any more."""
        self._tasks.clear()
        self.worker.stop()

    def _onProgress(self, task: str, message: Progress) -> None:
        if task in self._tasks:
            self.progressed.emit(message)

    def _onFinished(self, task: str, message: Finished) -> None:
        done = self._tasks.pop(task, None)
        if done is not None:
            self.finished.emit(done, message)

    def _onFailed(self, task: str, message: Refused | Failed) -> None:
        if self._tasks.pop(task, None) is not None:
            details = message.details if isinstance(message, Failed) else ""
            self.failed.emit(message.reason, details)

    def _onDied(self, lost: Sequence[str], lastWords: str) -> None:
        for task in lost:
            self._tasks.pop(task, None)
        self.failed.emit("The worker ended by itself. Run once more.", lastWords)
