"""``python -m CXRTriageViewer.saving_window FILM SESSION``: saves until it is killed."""

from __future__ import annotations

import os
import sys
import time
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from CXRTriageViewer.main_window import MainWindow

ANNOUNCEMENT = "saving "
"""Begins a line that is written when a save begins; the fingerprint of its masks follows."""

_RADIUS_PX, _PLACES = 6, 12


def recoveryFolder(userData: Path) -> Path:
    """Return where the module keeps corrections for its next start.

    Parameters
    ----------
    userData
        Folder of the user's data, ``XDG_DATA_HOME``.
    """
    return userData / "CXRTriage" / "Unsaved"


def main(film: Path, session: Path) -> int:
    """Run a film, and correct and save it again and again."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from CXRTriageViewer.start import openWindow, prepareApplication

    # Qt ends with the last reference to its application.
    _application, problem = prepareApplication()
    if problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    from CXRTriageViewer.driven_window import settle, waitFor
    from CXRTriageViewer.kill_in_save import fingerprintOf

    window = openWindow([film])
    waitFor(lambda: window.view.film() is not None, "The film")
    window.panel.runs.run()
    waitFor(lambda: window.films[0].state.value == "done", "The result")
    for number in count():
        _correct(window, number)
        sys.stdout.write(f"{ANNOUNCEMENT}{fingerprintOf(window.panel.case.labels())}\n")
        sys.stdout.flush()
        window.panel.saving.saveSession(str(session))
        settle(0.05)
    return 0


def _correct(window: MainWindow, number: int) -> None:
    """Draw where nothing was drawn before, and wait until that is kept for a crash."""
    from CXRTriageLib.domain.anatomy import Structure
    from CXRTriageViewer.driven_window import waitFor

    editor = window.panel.case.edit()
    row, column = divmod(number, _PLACES)
    begin = time.time_ns()
    editor.dab(2 * _RADIUS_PX * row, 2 * _RADIUS_PX * column, _RADIUS_PX, Structure.HEART)
    editor.endStroke()
    kept = recoveryFolder(Path(os.environ["XDG_DATA_HOME"]))
    waitFor(
        lambda: any(path.stat().st_mtime_ns > begin for path in kept.glob("*/*.npz")),
        "The copy for a crash",
    )


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), Path(sys.argv[2])))
