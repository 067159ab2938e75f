"""Does what a reader does, and checks what came of it; runs in 3D Slicer and in the viewer."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, TypeVar

from CXRTriageCase.reading_desk import ReadingDesk
from CXRTriageCase.sample_film import writeSampleFilm
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageScene.session import loadSession

PATIENCE_S = 180.0

Value = TypeVar("Value")


class SelfTestError(AssertionError):
    """The module does not do what it should."""


def checkWholeCase(scene: Any) -> None:
    """Open the sample film, run, correct, count again, save and reopen.

    Parameters
    ----------
    scene
        The MRML scene.

    Raises
    ------
    SelfTestError
        If something is not as it should be.
    """
    import CXRTriageLib

    root = str(Path(CXRTriageLib.__file__).resolve().parents[1])
    environment = {**os.environ, "PYTHONPATH": root}
    # 3D Slicer's own executable is no interpreter; the one beside it is.
    command = [shutil.which("PythonSlicer") or sys.executable, "-m", "CXRTriageLib"]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        desk = ReadingDesk(scene, command, environment, place / "unsaved")
        try:
            _check(desk, scene, place)
        finally:
            desk.close()
            desk.stop()


def _check(desk: ReadingDesk, scene: Any, place: Path) -> None:
    problems: list[str] = []
    desk.failed.connect(lambda text, details: problems.append(f"{text} {details}"))
    desk.open(writeSampleFilm(place / "sample.png"))
    _wait(desk)
    case = _present(desk.case, f"the film was not opened: {desk.refusal}")
    desk.run()
    _wait(desk)
    _require(not problems, "; ".join(problems))
    labels = _present(case.labels(), "the network found no masks")
    found = {Structure(value) for value in set(labels.ravel().tolist())}
    _require(found == set(Structure), f"the masks hold only {found}")
    editor = case.edit()
    editor.dab(labels.shape[0] / 2, labels.shape[1] / 2, 20, Structure.HEART)
    editor.endStroke()
    _require(case.voteIsOld, "a correction leaves the vote as if nothing had happened")
    desk.recount()
    _wait(desk)
    document = _present(case.document, "the recount gave no result")
    _require(document["masks"]["source"] == "corrected", "the vote ignores the correction")
    desk.saveSession(place / "session.mrb")
    reopened = loadSession(scene, place / "session.mrb")
    _require(len(reopened) == 1, "the saved session does not hold the film")


def _present(value: Value | None, complaint: str) -> Value:
    if value is None:
        raise SelfTestError(complaint)
    return value


def _wait(desk: ReadingDesk) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while desk.isRunning or desk.isReading:
        _require(time.monotonic() < deadline, "no process answered in time")
        desk.poll()
        time.sleep(0.02)


def _require(holds: bool, problem: str) -> None:  # noqa: FBT001 - a value, no switch
    if not holds:
        raise SelfTestError(problem)
