"""The resident worker as the window sees it: requests go in, callbacks come out of `poll`."""

from __future__ import annotations

import queue
from collections.abc import Callable, Mapping, Sequence

from CXRTriageLib.errors import InvalidValueError
from CXRTriageLib.messages import (
    Action,
    Failed,
    Finished,
    Progress,
    Ready,
    Refused,
    Request,
    WorkerMessage,
    from_json_line,
)
from CXRTriageWorker.process import LineProcess


class WorkerClient:
    """Starts the worker, asks it, and starts it again when it dies.

    Nothing is called back but from `poll`, in the thread that calls it; no call waits for the
    worker.

    Parameters
    ----------
    command
        Starts the worker.
    onProgress
        Called with the task and a `Progress`.
    onFinished
        Called with the task and a `Finished`.
    onFailed
        Called with the task and a `Refused`, whose reason is a sentence for people, or a
        `Failed`, which nobody foresaw.
    onDied
        Called with the tasks that were lost and the last words of a worker that ended though
        nobody asked it to.
    environment
        Of the worker; None for that of this process.
    """

    def __init__(
        self,
        command: Sequence[str],
        onProgress: Callable[[str, Progress], None],
        onFinished: Callable[[str, Finished], None],
        onFailed: Callable[[str, Refused | Failed], None],
        onDied: Callable[[Sequence[str], str], None],
        *,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._command = list(command)
        self._environment = environment
        self._onProgress, self._onFinished = onProgress, onFinished
        self._onFailed, self._onDied = onFailed, onDied
        self._process: LineProcess | None = None
        self._ready: Ready | None = None
        self._pending: list[str] = []

    @property
    def ready(self) -> Ready | None:
        """What the worker said when its networks were loaded; None until then."""
        return self._ready

    @property
    def pending(self) -> tuple[str, ...]:
        """Tasks that have no answer yet, in the order in which they were asked for."""
        return tuple(self._pending)

    @property
    def processIdentifier(self) -> int | None:
        """Number of the worker's process and of its process group."""
        return None if self._process is None else self._process.identifier

    def start(self) -> None:
        """Start the worker where it is not running; its networks load in the background."""
        if self._process is not None:
            return
        self._ready = None
        try:
            self._process = LineProcess(self._command, self._environment)
        except OSError as error:
            self._lose(f"The worker cannot be started: {error}")

    def submit(self, request: Request) -> None:
        """Ask for something; the answer comes out of `poll`.

        Parameters
        ----------
        request
            Its task should be unique among those pending.
        """
        self._pending.append(request.task)
        self.start()
        if self._process is not None:
            self._process.write(request.to_json_line())

    def cancel(self) -> None:
        """Give up all that is pending; a fresh worker takes the place of the busy one."""
        if self._pending:
            self.stop()
            self.start()

    def poll(self) -> None:
        """Call back for all that has come in; to be called from a timer."""
        while self._process is not None:
            try:
                line = self._process.nextLine()
            except queue.Empty:
                if not self._process.hasEnded:
                    return
                # Its children would keep the pipes open; without them the last line comes.
                self._process.kill()
                continue
            if line is None:
                self._bury()
                return
            self._take(line)

    def stop(self) -> None:
        """End the worker and all that it started; nothing is called back any more."""
        process, self._process = self._process, None
        self._ready = None
        self._pending.clear()
        if process is not None:
            process.write(Request(task="", action=Action.QUIT).to_json_line())
            process.kill()

    def _take(self, line: str) -> None:
        try:
            task, message = from_json_line(line)
        except InvalidValueError:
            # Only the worker's own messages reach its standard output; another line is one
            # that was cut off by its death.
            return
        self._dispatch(task, message)

    def _dispatch(self, task: str, message: WorkerMessage) -> None:
        if isinstance(message, Ready):
            self._ready = message
            return
        if isinstance(message, Progress):
            self._onProgress(task, message)
            return
        if task in self._pending:
            self._pending.remove(task)
        if isinstance(message, Finished):
            self._onFinished(task, message)
        else:
            self._onFailed(task, message)

    def _bury(self) -> None:
        """Tell of a death, and start again where that has a chance."""
        process, self._process = self._process, None
        wasReady = self._ready is not None
        self._ready = None
        if process is None:
            return
        process.kill()
        lastWords = process.lastWords()
        # A worker that never got ready would die again; the next request tries once more.
        if wasReady:
            self.start()
        self._lose(lastWords)

    def _lose(self, lastWords: str) -> None:
        lost, self._pending = tuple(self._pending), []
        self._onDied(lost, lastWords)
