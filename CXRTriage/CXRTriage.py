"""The module that 3D Slicer and the viewer show: lungs, heart, numbers and a patch vote."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import qt
import slicer
from slicer.i18n import tr as _
from slicer.ScriptedLoadableModule import (
    ScriptedLoadableModule,
    ScriptedLoadableModuleLogic,
    ScriptedLoadableModuleTest,
    ScriptedLoadableModuleWidget,
)

# 3D Slicer puts only the module's own folder on the path; in the source tree the library lies
# beside it.
if importlib.util.find_spec("CXRTriageLib") is None:
    sys.path.append(str(Path(__file__).resolve().parents[1]))

from CXRTriageControl.edit_control import EditControl
from CXRTriageControl.film_control import FilmControl
from CXRTriageControl.key_actions import keyActions
from CXRTriageControl.layer_control import LayerControl
from CXRTriageControl.result_control import ResultControl
from CXRTriageControl.run_control import RunControl
from CXRTriageControl.sample_data import registerSampleData
from CXRTriageControl.save_control import SaveControl
from CXRTriageControl.workspace import Workspace
from CXRTriageLib.resources import resource_path
from CXRTriagePanels.host import Host
from CXRTriagePanels.key_commands import Entry, KeyBindings, entriesOf
from CXRTriagePanels.qt_access import Slots

if TYPE_CHECKING:
    from CXRTriageCase.film_case import FilmCase
    from CXRTriageCase.reading_desk import ReadingDesk

POLL_MS = 20


class CXRTriage(ScriptedLoadableModule):
    """What 3D Slicer shows of the module in its lists."""

    def __init__(self, parent: Any) -> None:
        ScriptedLoadableModule.__init__(self, parent)
        self.parent.title = "CXRTriage"
        self.parent.categories = ["Quantification"]
        self.parent.dependencies = []
        self.parent.contributors = ["CXRTriage founders"]
        self.parent.helpText = _(
            "Masks of lungs and heart, imaging biomarkers and a patch vote for one frontal "
            "chest radiograph. Research use, not a diagnosis."
        )
        self.parent.acknowledgementText = _("After Oh, Park and Ye, arXiv 2004.05758.")
        icon = resource_path("Icons", "CXRTriage.png")
        if icon.is_file():
            self.parent.icon = qt.QIcon(str(icon))
        if hasattr(slicer.app, "connect"):
            slicer.app.connect("startupCompleted()", registerSampleData)


class CXRTriageWidget(ScriptedLoadableModuleWidget):
    """The module's panel; what it does is done by its controls.

    Parameters
    ----------
    parent
        Widget with a layout.
    host
        The application around the module; 3D Slicer by default.
    """

    def __init__(self, parent: Any = None, host: Host | None = None) -> None:
        ScriptedLoadableModuleWidget.__init__(self, parent)
        from CXRTriageEditing.signal import Signal

        self.host = host
        self.logic: CXRTriageLogic | None = None
        self.events, self._changed = Signal(), Signal()
        self._keys: KeyBindings | None = None

    def setup(self) -> None:
        """Build the panel; nothing heavy is loaded before a film is opened."""
        ScriptedLoadableModuleWidget.setup(self)
        if self.host is None:
            from CXRTriagePanels.slicer_host import SlicerHost

            self.host = SlicerHost()
        self.logic = CXRTriageLogic()
        self._slots = Slots(self.host.showError)
        self._makeControls()
        self._layOut()
        self._changed.connect(self._showState)
        if self.host.isSlicer:
            self._keys = KeyBindings(self._slots, slicer.util.mainWindow(), self.shortcuts())
        self._showState()

    def enter(self) -> None:
        """Let keys be those of this module while it is shown."""
        if self._keys is not None:
            self._keys.setEnabled(enabled=True)

    def exit(self) -> None:
        """Leave the keys to other modules."""
        if self._keys is not None:
            self._keys.setEnabled(enabled=False)

    def cleanup(self) -> None:
        """Stop the timers and all processes; none is left."""
        if self._keys is not None:
            self._keys.close()
        self._poll.stop()
        self.results.stop()
        self.host.sliceView().setTool(None)
        self.logic.stop()

    # What the application around the module asks for.

    @property
    def case(self) -> FilmCase | None:
        """The open film."""
        return None if self.logic.desk is None else self.logic.desk.case

    def openPaths(self, paths: list[str]) -> None:
        """Open the first of some files, unless the reader wants to keep what is open.

        Parameters
        ----------
        paths
            Films, or a session.
        """
        self.films.openPaths(paths)

    def loadFilm(self, path: str) -> None:
        """Begin to open a film; an event tells that it is open, or refused.

        Parameters
        ----------
        path
            Of the film.
        """
        self.films.loadFilm(path)

    def leftFilms(self) -> list[str]:
        """Return the files of films whose corrections an earlier session left unsaved."""
        return self.films.leftFilms()

    def closeCase(self) -> bool:
        """Ask about unsaved corrections.

        Returns
        -------
        bool
            Whether the film may be closed.
        """
        return self.saving.mayClose()

    def shortcuts(self) -> list[Entry]:
        """Return keys, their names for people, and what they do."""
        actions = keyActions(self.runs, self.saving, self.editing, self.layers.panel)
        return entriesOf(actions, self._slots)

    def showFilmLook(self, window: int | None = None) -> None:
        """Let the panel follow what was done to the film elsewhere.

        Parameters
        ----------
        window
            Number of the display window that was chosen; None where none was.
        """
        self.layers.showLook(window)

    # Details.

    def _makeControls(self) -> None:
        space = Workspace(
            host=self.host,
            slots=self._slots,
            keeper=self.logic,
            changed=self._changed,
            events=self.events,
        )
        self.saving = SaveControl(space)
        self.films = FilmControl(space, self.saving, self._madeDesk)
        self.runs = RunControl(space)
        self.layers = LayerControl(space)
        self.results = ResultControl(space, self.runs.recount, self.layers.showLayers)
        self.editing = EditControl(space)
        self._poll = space.timer(POLL_MS, self._onPoll, isSingle=False)

    def _layOut(self) -> None:
        for title, content in (
            (_("Film"), self.films.panel.widget),
            ("", self.runs.panel.widget),
            (_("Result"), self.results.panel.widget),
            (_("Layers"), self.layers.panel.widget),
            (_("Correct masks"), self.editing.panel.widget),
            ("", self.results.whenIdle),
        ):
            self.layout.addWidget(_section(title, content) if title else content)
        self.layout.addStretch(1)

    def _madeDesk(self) -> ReadingDesk | None:
        """Return what films are opened with; None where packages that it needs are missing."""
        if self.logic.desk is None and self.host.installDependencies():
            desk = self.logic.start(self.host)
            # In the order in which they are to follow: the film is shown before what is over it.
            for control in (self.editing, self.films, self.runs, self.layers, self.results):
                control.follow(desk)
            desk.opened.connect(self.films.offerUnsaved)
            self._poll.start()
        return self.logic.desk

    def _showState(self) -> None:
        for control in (self.films, self.runs, self.results, self.layers, self.editing):
            control.show()

    def _onPoll(self) -> None:
        if self.logic.desk is not None:
            self.logic.desk.poll()


class CXRTriageLogic(ScriptedLoadableModuleLogic):
    """What the module does without its panel; heavy packages are loaded by `start`."""

    def __init__(self) -> None:
        ScriptedLoadableModuleLogic.__init__(self)
        self.desk: ReadingDesk | None = None

    def start(self, host: Host) -> ReadingDesk:
        """Make the desk, on which films are opened.

        Parameters
        ----------
        host
            The application around the module.
        """
        from CXRTriageCase.reading_desk import ReadingDesk

        place = qt.QStandardPaths.writableLocation(qt.QStandardPaths.GenericDataLocation)
        self.desk = ReadingDesk(
            slicer.mrmlScene,
            host.libraryCommand(),
            host.libraryEnvironment(),
            Path(str(place)) / "CXRTriage" / "Unsaved",
        )
        return self.desk

    def stop(self) -> None:
        """End all processes and let go of the film."""
        if self.desk is not None:
            self.desk.stop()
            self.desk = None


class CXRTriageTest(ScriptedLoadableModuleTest):
    """The self test: the sample film from file to saved session, with the shipped networks."""

    def runTest(self) -> None:
        """Run the self test."""
        from CXRTriageCase.self_test import checkWholeCase

        checkWholeCase(slicer.mrmlScene)


def _section(title: str, content: Any) -> Any:
    box = qt.QGroupBox(title)
    layout = qt.QVBoxLayout()
    layout.addWidget(content)
    box.setLayout(layout)
    return box
