"""``python -m CXRTriageViewer.soak``: many films, many starts, and ends in the middle of a save."""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from CXRTriageLib.commands.usage import positive_number
from CXRTriageLib.errors import BenchmarkError

if TYPE_CHECKING:
    from CXRTriageViewer.main_window import MainWindow

WARM_FILMS = 10
"""So many films fill caches; growth counts from there."""

DIFFERENT_FILMS = 5

LONGEST_SAVE_S = 1.0
"""A kill comes within this time after a save began."""

_STATEMENT = Path("/proc/self/statm")


def memoryAfterFilms(films: Sequence[Path]) -> list[float]:
    """Open, run and close films in one window.

    Parameters
    ----------
    films
        Any films; the same one may come again.

    Returns
    -------
    list of float
        Megabytes of 10^6 bytes that this process held when each film was closed.
    """
    from CXRTriageViewer.driven_window import settle, waitFor
    from CXRTriageViewer.start import openWindow

    held = []
    window = openWindow()
    try:
        window.openPaths(films)
        for number in range(len(films)):
            window.openFilm(number)
            waitFor(lambda: window.view.film() is not None, "The film")
            window.panel.run()
            waitFor(partial(_isDone, window, number), "The result")
            settle(0.1)
            held.append(_heldMegabytes())
    finally:
        window.tearDown()
    return held


def growthPerFilm(held: Sequence[float], *, warm: int = WARM_FILMS) -> float:
    """Return the megabytes that each film leaves behind, by the slope of a line.

    Parameters
    ----------
    held
        From `memoryAfterFilms`.
    warm
        Films that do not count.
    """
    import numpy as np

    slope, _ = np.polyfit(range(warm, len(held)), held[warm:], 1)
    return float(slope)


def startAndEnd(film: Path) -> int:
    """Start a viewer of its own, wait for a film, close it, and return the exit code.

    Parameters
    ----------
    film
        Any film.
    """
    command = [sys.executable, "-m", "CXRTriageViewer.window_timing", str(film)]
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)  # noqa: S603
    return done.returncode


def killInSave(film: Path, session: Path, *, delay: float) -> bool:
    """Kill a viewer in the middle of a save over an older session.

    Parameters
    ----------
    film
        Any film.
    session
        Ends in ``.mrb``; the viewer saves it again and again.
    delay
        Seconds from the beginning of a save.

    Returns
    -------
    bool
        Whether what is left is a whole session: the old one or the new one.

    Raises
    ------
    BenchmarkError
        If the viewer ended by itself.
    """
    command = [sys.executable, "-m", "CXRTriageViewer.saving_window", str(film), str(session)]
    with subprocess.Popen(  # noqa: S603 - this interpreter, and a module of this package
        command, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        # The first save is let through: it makes the old session.
        begun = [process.stdout.readline() for _ in range(2)] if process.stdout else []
        if "saving\n" not in begun[1:]:
            raise BenchmarkError("The viewer ended before it was killed.")
        time.sleep(delay)
        os.killpg(process.pid, signal.SIGKILL)
    return isWholeSession(session)


def isWholeSession(session: Path) -> bool:
    """Return whether a file is a session with a film and masks.

    Parameters
    ----------
    session
        Any file.
    """
    from CXRTriageScene.application_logic import ApplicationLogic
    from CXRTriageScene.session import UnreadableSessionError, loadSession

    if not zipfile.is_zipfile(session):
        return False
    with ApplicationLogic() as application:
        try:
            found = loadSession(application.scene, session)
        except UnreadableSessionError:
            return False
        return len(found) == 1 and found[0].networkMasks is not None


def _isDone(window: MainWindow, number: int) -> bool:
    return window.films[number].state.value == "done"


def _heldMegabytes() -> float:
    pages = int(_STATEMENT.read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _figures(arguments: argparse.Namespace, folder: Path) -> dict[str, Any]:
    from CXRTriageLib.benchmarking.machine import describe_machine
    from CXRTriageViewer.viewer_benchmark import writeFilm

    sources = [writeFilm(folder, seed) for seed in range(DIFFERENT_FILMS)]
    film, films = sources[0], []
    for number in range(arguments.films):
        films.append(folder / f"copy{number}.dcm")
        os.link(sources[number % DIFFERENT_FILMS], films[-1])
    held = memoryAfterFilms(films)
    codes = [startAndEnd(film) for _ in range(arguments.starts)]
    delays = [random.Random(seed).uniform(0, LONGEST_SAVE_S) for seed in range(arguments.kills)]
    whole = [killInSave(film, folder / "case.mrb", delay=delay) for delay in delays]
    machine = describe_machine()
    return {
        "machine": {"processor": machine.processor, "cores": machine.cores},
        "films": len(films),
        "held_mb": [round(value, 1) for value in held],
        "growth_mb_per_film": round(growthPerFilm(held), 2),
        "starts": len(codes),
        "crashes": sum(code != 0 for code in codes),
        "kills_in_a_save": len(whole),
        "whole_sessions": sum(whole),
    }


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Use the viewer for long, and write figures.")
    parser.add_argument("output", type=Path, help="JSON file to write")
    parser.add_argument("--films", type=positive_number, default=50, metavar="N")
    parser.add_argument("--starts", type=positive_number, default=50, metavar="N")
    parser.add_argument("--kills", type=positive_number, default=20, metavar="N")
    arguments = parser.parse_args()
    if arguments.films <= WARM_FILMS + 1:
        parser.error(f"--films: growth shows after {WARM_FILMS} films; give more")
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from CXRTriageViewer.start import prepareApplication

    application, problem = prepareApplication()
    if problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        # Corrections of other sessions on these films are nobody's business here.
        os.environ["XDG_DATA_HOME"] = folder
        figures = _figures(arguments, Path(folder))
    del application
    arguments.output.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(figures) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
