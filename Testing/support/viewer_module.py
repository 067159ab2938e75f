"""A scripted module that is as small as the viewer allows, for tests of the viewer alone."""

from __future__ import annotations

from pathlib import Path

SOURCE = """
from pathlib import Path

import qt
import slicer
from CXRTriageEditing.signal import Signal
from CXRTriageLib.errors import RefusedInputError
from CXRTriageLib.reading import read_radiograph
from CXRTriageScene.film_nodes import addFilm
from slicer.ScriptedLoadableModule import *


class SmallModule(ScriptedLoadableModule):
    pass


class SmallModuleWidget(ScriptedLoadableModuleWidget):
    def __init__(self, parent, host):
        ScriptedLoadableModuleWidget.__init__(self, parent)
        self.host = host
        self.events = Signal()
        self.mayLeave = True
        self.ended = 0
        self.sessions = []
        self.looks = []
        self.film = None

    def setup(self):
        ScriptedLoadableModuleWidget.setup(self)
        self.button = qt.QPushButton("Run")
        self.layout.addWidget(self.button)
        self.layout.addStretch(1)

    def shortcuts(self):
        return [("R", "Run", self.run)]

    def run(self):
        self.events.emit("state", (self.path, "done", ""))

    def openPaths(self, paths):
        self.sessions.extend(paths)

    def closeCase(self):
        return self.mayLeave

    def loadFilm(self, path):
        try:
            radiograph = read_radiograph(Path(path))
        except RefusedInputError as error:
            self.events.emit("state", (path, "refused", str(error)))
            return
        self.path = path
        if self.film is not None:
            slicer.mrmlScene.RemoveNode(self.film)
        self.film = addFilm(radiograph, Path(path).stem, slicer.mrmlScene)
        self.host.sliceView().showFilm(self.film, Path(path).name)
        self.events.emit("film", path)

    def showFilmLook(self, window=None):
        self.looks.append(window)

    def cleanup(self):
        self.ended += 1
"""


def write_small_module(folder: Path) -> Path:
    """Write the module into a folder and return its file."""
    path = folder / "SmallModule.py"
    path.write_text(SOURCE, encoding="utf-8")
    return path
