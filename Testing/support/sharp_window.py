"""Paints in a window of a process of its own, whose screen may have more pixels than usual."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from PyQt5 import QtCore

from CXRTriageLib.domain.segmentation import ChestSegmentation
from CXRTriageScene.case_building import showMasks
from CXRTriageViewer.driven_window import drag, settle, waitFor
from CXRTriageViewer.start import openWindow, prepareApplication
from support.driven_viewer import color_of, place_of, press, seen

SPOT = (200, 100)
"""The film pixel that is painted."""


def main(film: Path, answer: Path) -> None:
    """Open a film, paint one dab with the mouse, and write down where and how it is seen."""
    application, problem = prepareApplication()
    if problem:
        raise SystemExit(problem)
    window = openWindow([film])
    window.resize(1100, 700)
    waitFor(lambda: not window.isOpening, "The film")
    settle(0.3)
    view, case = window.view, window.panel.case
    shape = case.radiograph.shape
    case.nodes = showMasks(case.nodes, ChestSegmentation(labels=np.zeros(shape, np.uint8)))
    before = color_of(view, *SPOT).tolist()
    press(window, "H")
    press(window, "B")
    place = place_of(view, *SPOT)
    drag(view, [place, place])
    press(window, "Esc")
    under = view.pixelAt(QtCore.QPointF(*place))
    rows, columns = np.nonzero(case.labels())
    found = {
        "ratio": view.devicePixelRatioF(),
        "frame": seen(view).shape[:2],
        "view": [view.height(), view.width()],
        "under": [under.row, under.column],
        "painted": [float(rows.mean()), float(columns.mean())],
        "before": before,
        "after": color_of(view, *SPOT).tolist(),
    }
    answer.write_text(json.dumps(found), encoding="utf-8")
    window.tearDown()
    application.processEvents()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
