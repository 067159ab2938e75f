"""``python -m CXRTriageViewer.soak``: many films, many starts, and ends in the middle of a save."""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from CXRTriageLib.commands.usage import positive_number
from CXRTriageViewer.kill_in_save import AfterKill, LeftSession, killInSave

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
    from CXRTriageViewer.driven_window import openFilms, settle, waitFor
    from CXRTriageViewer.start import openWindow

    held = []
    window = openWindow()
    try:
        openFilms(window, films)
        for number in range(len(films)):
            window.openFilm(number)
            waitFor(lambda: window.view.film() is not None, "The film")
            window.panel.runs.run()
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
    killed = list(_killed(film, arguments.kills))
    machine = describe_machine()
    return {
        "machine": {"processor": machine.processor, "cores": machine.cores},
        "films": len(films),
        "held_mb": [round(value, 1) for value in held],
        "growth_mb_per_film": round(growthPerFilm(held), 2),
        "starts": len(codes),
        "crashes": sum(code != 0 for code in codes),
        "kills_in_a_save": len(killed),
        "sessions_left": {
            kind.value: sum(after.session is kind for after in killed) for kind in LeftSession
        },
        "lost_corrections": sum(not after.isNothingLost for after in killed),
    }


def _killed(film: Path, kills: int) -> Iterator[AfterKill]:
    for seed in range(kills):
        delay = random.Random(seed).uniform(0, LONGEST_SAVE_S)
        with tempfile.TemporaryDirectory() as folder:
            yield killInSave(film, Path(folder), delay=delay)


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
