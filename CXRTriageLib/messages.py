"""What a batch tells its caller while it runs; one JSON object a line for programs."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias


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
    film
        Name of the film.
    stage
        Name of the stage.
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


Message: TypeAlias = Started | Progress | Finished | Kept | Refused | Failed | Summary


def to_json_line(message: Message) -> str:
    """Return a message as one line of JSON, without the line's end.

    Parameters
    ----------
    message
        Any message.

    Returns
    -------
    str
        An object whose first key, ``event``, says which message it is; ASCII only, so that no
        terminal or pipe can spoil it.
    """
    fields = {field.name: getattr(message, field.name) for field in dataclasses.fields(message)}
    return json.dumps({"event": message.event} | fields, allow_nan=False)
