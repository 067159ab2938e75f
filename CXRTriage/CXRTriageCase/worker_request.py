"""What the worker is asked for a film, with the files that it needs for it."""

from __future__ import annotations

from pathlib import Path

from CXRTriageCase.film_case import FilmCase
from CXRTriageLib.exporting.caliper_file import write_calipers
from CXRTriageLib.exporting.labels import write_labels_png
from CXRTriageLib.messages import Action, Request

_MASKS, _LINES = "masks.png", "calipers.json"


def requestFor(
    case: FilmCase, action: Action, task: str, *, folder: Path, output: Path | None = None
) -> Request:
    """Return a request, and write the corrections that it rests on.

    Parameters
    ----------
    case
        The film.
    action
        What is wanted. Only a run from the beginning asks for the network's masks in place of
        corrected ones; only an export takes dragged lines along.
    task
        Name under which answers come back.
    folder
        Where corrections are written.
    output
        Where results go; `folder` by default.
    """
    wantsMasks = action is not Action.TRIAGE and case.isCorrected
    wantsLines = action is Action.EXPORT
    return Request(
        task=task,
        action=action,
        input=str(case.path),
        output=str(output or folder),
        masks=_writtenMasks(case, folder) if wantsMasks else None,
        calipers=_writtenLines(case, folder) if wantsLines else None,
    )


def _writtenMasks(case: FilmCase, folder: Path) -> str | None:
    labels = case.labels()
    if labels is None:
        return None
    write_labels_png(folder / _MASKS, labels)
    return str(folder / _MASKS)


def _writtenLines(case: FilmCase, folder: Path) -> str | None:
    lines = case.lines.calipers()
    if not lines:
        return None
    write_calipers(folder / _LINES, lines)
    return str(folder / _LINES)
