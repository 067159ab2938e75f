"""Answers requests on standard input, one after the other, for the desktop."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from CXRTriageLib.errors import CXRTriageError, InvalidValueError
from CXRTriageLib.messages import (
    Action,
    Failed,
    Finished,
    Refused,
    Request,
    WorkerMessage,
    to_json_line,
)

Reply = Callable[[str, WorkerMessage], None]
"""Called with the task and what there is to say of it."""

Work = Callable[[Request], Finished]
Answers = Mapping[Action, Work]
"""What each action does; its errors are told by `serve`."""


def reply_on_standard_output() -> Reply:
    """Take standard output for messages alone, and return what writes them.

    Returns
    -------
    Reply
        Writes one line of JSON.
    """
    # Whatever a library prints must not come between the messages.
    channel = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="ascii")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def reply(task: str, message: WorkerMessage) -> None:
        channel.write(to_json_line(message, task=task) + "\n")
        channel.flush()

    return reply


def serve(lines: Iterable[str], answers: Answers, reply: Reply) -> None:
    """Answer requests until the lines end or one of them asks for the end.

    Parameters
    ----------
    lines
        See `CXRTriageLib.messages.Request`.
    answers
        What can be asked for.
    reply
        Told of everything there is to say.
    """
    for line in lines:
        if not line.strip():
            continue
        try:
            request = Request.from_json_line(line)
        except InvalidValueError as error:
            reply("", _failure("", error))
            continue
        if request.action is Action.QUIT:
            return
        reply(request.task, _answer(request, answers))


def _answer(request: Request, answers: Answers) -> Finished | Refused | Failed:
    try:
        return _work_of(request, answers)(request)
    except CXRTriageError as error:
        # The library's own errors say what a reader needs to know.
        return Refused(
            film=Path(request.input).name,
            source=request.input,
            kind=type(error).__name__,
            reason=str(error),
        )
    except Exception as error:  # noqa: BLE001 - the next request must not suffer for this one
        return _failure(request.input, error)


def _work_of(request: Request, answers: Answers) -> Work:
    if request.action not in answers:
        raise InvalidValueError(f"This process cannot be asked for '{request.action.value}'.")
    return answers[request.action]


def _failure(source: str, error: Exception) -> Failed:
    name = Path(source).name
    return Failed(
        film=name,
        source=source,
        kind=type(error).__name__,
        reason=f"{name}: {error or type(error).__name__}" if name else str(error),
        details=traceback.format_exc(),
    )
