"""Opens a session in a window of a process of its own and writes down what it shows."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from CXRTriageViewer.start import openWindow, prepareApplication


def main(session: Path, output: Path) -> None:
    """Open a session and write masks, result and the numbers of the table."""
    application, problem = prepareApplication()
    if problem:
        raise SystemExit(problem)
    window = openWindow([session])
    application.processEvents()
    case, table = window.panel.case, window.panel.results.panel.table
    np.save(output / "labels.npy", case.labels())
    found = {
        "document": case.document,
        "numbers": [table.item(row, 1).text() for row in range(table.rowCount())],
        "isCorrected": case.isCorrected,
    }
    (output / "found.json").write_text(json.dumps(found), encoding="utf-8")
    window.tearDown()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
