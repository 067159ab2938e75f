"""``python -m CXRTriageViewer.saving_window FILM SESSION``: saves a session until it is killed."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main(film: Path, session: Path) -> int:
    """Run a film, and save it again and again; "saving" is written when a save begins."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from CXRTriageViewer.start import openWindow, prepareApplication

    # Qt ends with the last reference to its application.
    _application, problem = prepareApplication()
    if problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    from CXRTriageViewer.driven_window import settle, waitFor

    window = openWindow([film])
    waitFor(lambda: window.view.film() is not None, "The film")
    window.panel.run()
    waitFor(lambda: window.films[0].state.value == "done", "The result")
    while True:
        window.invert()
        sys.stdout.write("saving\n")
        sys.stdout.flush()
        window.panel.saveSession(str(session))
        settle(0.05)


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), Path(sys.argv[2])))
