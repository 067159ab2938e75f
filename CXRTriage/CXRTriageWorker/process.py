"""A process with everything below it, and the threads that read what it says."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from typing import IO

LAST_WORDS_LINES = 30
PATIENCE_S = 5.0
"""How long the end of a killed process and of its readers is waited for."""


class LineProcess:
    """A process that is written and read line by line, in a process group of its own.

    Parameters
    ----------
    command
        Program and arguments.
    environment
        None for that of this process.

    Raises
    ------
    OSError
        If the program cannot be started.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str] | None) -> None:
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._lastWords: deque[str] = deque(maxlen=LAST_WORDS_LINES)
        self._process = subprocess.Popen(  # noqa: S603 - the command comes from the host
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=None if environment is None else dict(environment),
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        self._readers = [
            threading.Thread(target=self._readAnswers, args=(self._process.stdout,), daemon=True),
            threading.Thread(target=self._readErrors, args=(self._process.stderr,), daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    @property
    def identifier(self) -> int:
        """Number of the process, which is that of its group as well."""
        return self._process.pid

    @property
    def hasEnded(self) -> bool:
        """Whether the process itself is gone; what it started may still hold its pipes."""
        return self._process.poll() is not None

    def write(self, line: str) -> None:
        """Write a line; a process that has ended takes it in silence."""
        stream = self._process.stdin
        try:
            if stream is not None:
                stream.write(line + "\n")
                stream.flush()
        except (OSError, ValueError):
            # The end of the process comes out of `nextLine`, with its last words.
            return

    def nextLine(self) -> str | None:
        """Return the next line that has come in.

        Raises
        ------
        queue.Empty
            If nothing has come in. None is returned once, when the process has ended.
        """
        return self._lines.get_nowait()

    def lastWords(self) -> str:
        """Return the end of what a killed or ended process wrote to standard error."""
        words = "".join(self._lastWords).strip()
        return words or f"It said nothing; its exit code is {self._process.returncode}."

    def kill(self) -> None:
        """End the process and all that it started, at once."""
        if sys.platform == "win32":
            subprocess.run(  # noqa: S603
                ["taskkill", "/F", "/T", "/PID", str(self._process.pid)],  # noqa: S607
                capture_output=True,
                check=False,
            )
        else:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._waited()
        for reader in self._readers:
            reader.join(PATIENCE_S)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            self._close(stream)

    def _waited(self) -> int | None:
        try:
            return self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            return None

    @staticmethod
    def _close(stream: IO[str] | None) -> None:
        try:
            if stream is not None:
                stream.close()
        except OSError:
            # What was not yet written has nobody left to read it.
            return

    def _readAnswers(self, stream: IO[str]) -> None:
        for line in stream:
            self._lines.put(line)
        self._lines.put(None)

    def _readErrors(self, stream: IO[str]) -> None:
        for line in stream:
            self._lastWords.append(line)
