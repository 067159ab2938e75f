"""What a run tells its caller, and what the resident worker is asked; JSON, an object a line."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar, TypeAlias, get_args

from CXRTriageLib.errors import InvalidValueError


@dataclass(frozen=True, kw_only=True)
class Started:
    """Work on a film begins.

    Attributes
    ----------
    film
        Name of the film, which is also that of its folder of results.
    source
        Path of the file as it was given.
    number, total
        Which film this is, from 1, and how many there are.
    """

    event: ClassVar[str] = "started"
    film: str
    source: str
    number: int
    total: int


@dataclass(frozen=True, kw_only=True)
class Progress:
    """A stage begins.

    Attributes
    ----------
    film, stage
        Their names.
    share
        Share of the film's work that is done, 0 to 1.
    """

    event: ClassVar[str] = "progress"
    film: str
    stage: str
    share: float


@dataclass(frozen=True, kw_only=True)
class Finished:
    """A film has its result.

    Attributes
    ----------
    film, source
        As in `Started`.
    folder
        Where the result lies.
    elapsed_s
        From reading to writing, in seconds.
    result
        The content of ``result.json``.
    """

    event: ClassVar[str] = "finished"
    film: str
    source: str
    folder: str
    elapsed_s: float
    result: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A film has a complete result of the very same run already.

    Attributes
    ----------
    film, source, folder, result
        As in `Finished`.
    """

    event: ClassVar[str] = "kept"
    film: str
    source: str
    folder: str
    result: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A film or its corrected mask cannot be used.

    Attributes
    ----------
    film, source
        As in `Started`.
    kind
        Name of the exception class.
    reason
        A sentence with the file, the reason and the remedy.
    """

    event: ClassVar[str] = "refused"
    film: str
    source: str
    kind: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Failed:
    """Something went wrong that nobody foresaw.

    Attributes
    ----------
    film, source, kind, reason
        As in `Refused`.
    details
        The traceback.
    """

    event: ClassVar[str] = "failed"
    film: str
    source: str
    kind: str
    reason: str
    details: str


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The batch is over.

    Attributes
    ----------
    finished, kept, refused, failed
        Number of films that ended so.
    """

    event: ClassVar[str] = "summary"
    finished: int
    kept: int
    refused: int
    failed: int

    @property
    def all_fine(self) -> bool:
        """Whether every film has a result."""
        return not (self.refused or self.failed)


@dataclass(frozen=True, kw_only=True)
class Ready:
    """The resident worker has its networks loaded.

    Attributes
    ----------
    engine
        Inference engine and arithmetic.
    models
        Name and version of each network.
    """

    event: ClassVar[str] = "ready"
    engine: str
    models: tuple[str, ...]


Message: TypeAlias = Started | Progress | Finished | Kept | Refused | Failed | Summary
WorkerMessage: TypeAlias = Ready | Progress | Finished | Refused | Failed

_OF_WORKER: Mapping[str, type[WorkerMessage]] = {
    kind.event: kind for kind in get_args(WorkerMessage)
}


class Action(Enum):
    """What a resident process can be asked for."""

    READ = "read"
    """The radiograph in a file; asked of the process that reads films."""
    TRIAGE = "triage"
    """A film from the beginning."""
    VOTES = "votes"
    """A film with corrected masks: vote and saliency."""
    EXPORT = "export"
    """All files that the command line writes, with corrected masks where there are some."""
    QUIT = "quit"
    """The end; so is the end of standard input."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What the resident worker is asked for.

    Attributes
    ----------
    task
        Name under which its answers come back.
    action
        What to do.
    input
        Path of the film.
    output
        Folder for what is found; made if it is not there.
    masks, calipers
        Paths of corrected masks and of lines that a reader placed, if there are any.
    mode
        A value of `CXRTriageLib.domain.settings.Mode`.
    """

    task: str
    action: Action
    input: str = ""
    output: str = ""
    masks: str | None = None
    calipers: str | None = None
    mode: str = "default"

    def to_json_line(self) -> str:
        """Return the request as one line of JSON, without the line's end."""
        return json.dumps(dataclasses.asdict(self) | {"action": self.action.value})

    @classmethod
    def from_json_line(cls, line: str) -> Request:
        """Return the request that a line holds.

        Parameters
        ----------
        line
            What `to_json_line` returns.

        Raises
        ------
        InvalidValueError
            If the line holds no request.
        """
        try:
            fields = json.loads(line)
            return cls(**fields | {"action": Action(fields["action"])})
        except (ValueError, TypeError, KeyError) as error:
            raise InvalidValueError(f"This line is no request: {line.strip()[:200]}") from error


def to_json_line(message: Message | Ready, *, task: str | None = None) -> str:
    """Return a message as one line of JSON, without the line's end.

    Parameters
    ----------
    message
        Any message.
    task
        Of the request that it answers, if there is one.

    Returns
    -------
    str
        An object whose first key, ``event``, says which message it is; ASCII only, so that no
        terminal or pipe can spoil it.
    """
    fields = {field.name: getattr(message, field.name) for field in dataclasses.fields(message)}
    answered = {} if task is None else {"task": task}
    return json.dumps({"event": message.event} | answered | fields, allow_nan=False)


def from_json_line(line: str) -> tuple[str, WorkerMessage]:
    """Return the task and the message that a line of the resident worker holds.

    Parameters
    ----------
    line
        What `to_json_line` returns.

    Returns
    -------
    task
        Empty where the message answers no request.
    message
        The message.

    Raises
    ------
    InvalidValueError
        If the line holds no message.
    """
    try:
        fields = json.loads(line)
        kind = _OF_WORKER[fields.pop("event")]
        return fields.pop("task", ""), kind(**fields)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InvalidValueError(f"This line is no message: {line.strip()[:200]}") from error
