"""The module that 3D Slicer and the viewer show: lungs, heart, numbers and a patch vote."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
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

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.errors import CXRTriageError
from CXRTriageLib.resources import resource_path
from CXRTriagePanels.edit_panel import Edit, EditPanel, EditState, Tool
from CXRTriagePanels.file_panel import FilePanel
from CXRTriagePanels.host import Host
from CXRTriagePanels.key_commands import Entry, KeyBindings, KeyCommand, entriesOf
from CXRTriagePanels.layer_state import LayerState
from CXRTriagePanels.layers_panel import LayersPanel
from CXRTriagePanels.pixel_tools import BrushTool, PolygonTool, grown
from CXRTriagePanels.qt_access import Slots
from CXRTriagePanels.result_content import ResultContent
from CXRTriagePanels.result_panel import ResultPanel
from CXRTriagePanels.run_panel import RunPanel, RunState

if TYPE_CHECKING:
    from CXRTriageCase.reading_desk import ReadingDesk

POLL_MS = 50
IDLE_MS = 700
RECOUNT_MS = 2500
SMALLEST_BRUSH, LARGEST_BRUSH = 1, 200


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


def registerSampleData() -> None:
    """Offer the phantom in 3D Slicer's module Sample Data; it is made when it is asked for."""
    import SampleData

    icon = resource_path("Icons", "CXRTriage.png")
    SampleData.SampleDataLogic.registerCustomSampleDataSource(
        category="CXRTriage",
        sampleName="CXRTriage phantom",
        thumbnailFileName=str(icon),
        uris=[],
        fileNames=[],
        nodeNames=[],
        customDownloader=loadSampleData,
    )


def loadSampleData(_source: Any = None) -> list[Any]:
    """Make the phantom and load it.

    Parameters
    ----------
    _source
        From the module Sample Data.

    Returns
    -------
    list
        The volume node.
    """
    from CXRTriageCase.sample_film import writeSampleFilm

    path = writeSampleFilm(Path(slicer.app.temporaryPath) / "CXRTriage-phantom.png")
    return [slicer.util.loadVolume(str(path), {"singleFile": True})]


class CXRTriageWidget(ScriptedLoadableModuleWidget):
    """The module's panel.

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
        self.events = Signal()
        self._structure, self._tool, self._radius = Structure.RIGHT_LUNG, Tool.WINDOW, 20
        self._brush: BrushTool | None = None
        self._progress = RunState()
        self._keys: KeyBindings | None = None
        self._refusal = ""
        self._draggedRatio: float | None = None

    def setup(self) -> None:
        """Build the panel; nothing heavy is loaded before a film is opened."""
        ScriptedLoadableModuleWidget.setup(self)
        if self.host is None:
            from CXRTriagePanels.slicer_host import SlicerHost

            self.host = SlicerHost()
        self.logic = CXRTriageLogic()
        slots = self._slots = Slots(self.host.showError)
        actions = {
            "open": self.openDialog,
            "session": self.saveSession,
            "masks": self.saveMasks,
            "results": self.exportResults,
        }
        if self.host.isSlicer:
            actions["shown"] = self.useShownVolume
        self.files = FilePanel(slots, actions)
        self.runPanel = RunPanel(slots, self.run, self.cancel)
        self.resultPanel = ResultPanel(slots, self.recount, self.copyText, self.savePicture)
        self.layers = LayersPanel(slots, self._layersChanged, self._windowChosen, self._invert)
        self.editPanel = EditPanel(
            slots, self.chooseTool, self.chooseStructure, self.setRadius, self.edit
        )
        for title, panel in (
            ("Film", self.files),
            ("", self.runPanel),
            ("Result", self.resultPanel),
            ("Layers", self.layers),
            ("Correct masks", self.editPanel),
        ):
            self.layout.addWidget(_section(_(title), panel.widget) if title else panel.widget)
        self._recountWhenIdle = qt.QCheckBox(_("Count votes again when idle"))
        self._recountWhenIdle.setChecked(True)
        self._recountWhenIdle.setToolTip(_("Vote and saliency follow a correction by themselves."))
        self.layout.addWidget(self._recountWhenIdle)
        self.layout.addStretch(1)
        self._makeTimers()
        if self.host.isSlicer:
            self._keys = KeyBindings(slots, slicer.util.mainWindow(), self.shortcuts())
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
        """Stop the timers and the worker; no process is left."""
        if self._keys is not None:
            self._keys.close()
        for timer in (self._poll, self._idle, self._recountTimer):
            timer.stop()
        self.host.sliceView().setTool(None)
        self.logic.stop()

    @property
    def case(self) -> Any:
        """The open film, a `CXRTriageCase.film_case.FilmCase`, or None."""
        return None if self.logic.desk is None else self.logic.desk.case

    # Films.

    def openDialog(self) -> None:
        """Let the reader choose a film or a session."""
        self.openPaths(self.host.openFiles(_("Open a film"), "*"))

    def openPaths(self, paths: list[str]) -> None:
        """Open the first of some files.

        Parameters
        ----------
        paths
            Films, or a session.
        """
        if not paths or not self.closeCase():
            return
        if paths[0].lower().endswith(".mrb"):
            self._openSession(Path(paths[0]))
        else:
            self.loadFilm(paths[0])

    def loadFilm(self, path: str) -> bool:
        """Open a film; a refusal is told by an event and in the panel.

        Parameters
        ----------
        path
            Of the film.

        Returns
        -------
        bool
            Whether it is open now.
        """
        if not self._desk():
            return False
        self._refusal, self._draggedRatio = "", None
        try:
            case = self.logic.desk.open(Path(path))
        except CXRTriageError as error:
            self._refusal = str(error)
            self.host.sliceView().showFilm(None)
            self._showState()
            self.events.emit("state", path, "refused", str(error))
            return False
        self._showCase(case)
        self.events.emit("film", path)
        self._offerUnsaved()
        return True

    def useShownVolume(self) -> None:
        """Take the film that the slice view shows; its file knows polarity and spacing."""
        identifier = self.host.sliceView().compositeNode().GetBackgroundVolumeID()
        volume = slicer.mrmlScene.GetNodeByID(identifier) if identifier else None
        if volume is None:
            self.host.showError(_("The slice view shows no volume."))
        elif self.closeCase():
            self.loadFilm(self.logic.fileOf(volume))

    def closeCase(self) -> bool:
        """Ask about unsaved corrections.

        Returns
        -------
        bool
            Whether the film may be closed.
        """
        if self.case is None or not self.case.isUnsaved:
            return True
        save, drop, stay = _("Save session"), _("Discard"), _("Go back")
        text = _("The corrected masks of {name} are not saved.").format(name=self.case.path.name)
        answer = self.host.ask("CXRTriage", text, [save, drop, stay])
        return self.saveSession() if answer == save else answer == drop

    # The worker.

    def run(self) -> None:
        """Triage the open film."""
        if self.case is not None and not self.logic.desk.isRunning:
            self._progress = RunState(hasFilm=True, isRunning=True, stage="loading")
            self.logic.desk.run()
            self._showState()

    def recount(self) -> None:
        """Count the vote over the masks as they are now."""
        if self.case is not None and self.case.voteIsOld and not self.logic.desk.isRunning:
            self._progress = RunState(hasFilm=True, isRunning=True, isRecount=True)
            self.logic.desk.recount()
            self._showState()

    def cancel(self) -> None:
        """Stop the worker; what was there before stays."""
        if self.logic.desk is not None:
            self.logic.desk.cancel()
            self._showState()

    # Correction.

    def chooseTool(self, tool: Tool) -> None:
        """Give the left button to a tool.

        Parameters
        ----------
        tool
            What the left button does.
        """
        self._tool = tool
        self._brush = None
        if self.case is None or self.case.nodes.currentMasks is None or tool is Tool.WINDOW:
            self._tool = Tool.WINDOW
            self.host.sliceView().setTool(None)
        elif tool is Tool.POLYGON:
            self.host.sliceView().setTool(PolygonTool(self.case.edit(), self._painted))
        else:
            self._brush = BrushTool(self.case.edit(), self._painted, self._radius, self.setRadius)
            self.host.sliceView().setTool(self._brush)
        self._showState()

    def chooseStructure(self, structure: Structure) -> None:
        """Choose what brush and polygon draw.

        Parameters
        ----------
        structure
            Heart or a lung.
        """
        self._structure = structure
        self._showState()

    def setRadius(self, radius: int) -> None:
        """Set the size of the brush.

        Parameters
        ----------
        radius
            In film pixels.
        """
        self._radius = min(max(radius, SMALLEST_BRUSH), LARGEST_BRUSH)
        if self._brush is not None:
            self._brush.setRadius(self._radius)
        self.host.sliceView().requestRender()
        self._showState()

    def edit(self, edit: Edit) -> None:
        """Change the masks at once.

        Parameters
        ----------
        edit
            What to do.
        """
        case = self.case
        if case is None or case.nodes.currentMasks is None:
            return
        if edit is Edit.RESET:
            case.resetToNetwork()
        elif edit is Edit.SEGMENT_EDITOR:
            case.edit()
            self.host.editSegments(case.nodes.correctedMasks, case.nodes.film)
        else:
            editor = case.edit()
            steps: dict[Edit, Callable[[], None]] = {
                Edit.FILL_HOLES: editor.fillHoles,
                Edit.KEEP_LARGEST: editor.keepLargest,
                Edit.SWAP_SIDES: editor.swapSides,
                Edit.UNDO: editor.undo,
                Edit.REDO: editor.redo,
            }
            steps[edit]()
        self._showState()

    # Saving.

    def saveSession(self, path: str = "") -> bool:
        """Save film, layers, masks and result in one file.

        Parameters
        ----------
        path
            Ends in ``.mrb``; the reader is asked where it is empty.

        Returns
        -------
        bool
            Whether it was saved.
        """
        return self._save(path, ".mrb", _("Save session"), "saveSession")

    def saveMasks(self, path: str = "") -> bool:
        """Save the masks as a segmentation of 3D Slicer.

        Parameters
        ----------
        path
            Ends in ``.seg.nrrd``; the reader is asked where it is empty.

        Returns
        -------
        bool
            Whether they were saved.
        """
        return self._save(path, ".seg.nrrd", _("Save masks"), "saveMasks")

    def exportResults(self, folder: str = "") -> None:
        """Write what the command line writes.

        Parameters
        ----------
        folder
            The reader is asked where it is empty.
        """
        chosen = folder or self.host.chooseFolder(_("Save results into a folder"))
        if chosen and self.case is not None:
            self.logic.desk.export(Path(chosen) / self.case.path.stem)
            self._showState()

    def copyText(self) -> None:
        """Put the result on the clipboard."""
        self.host.copyText(self._content().asText())

    def savePicture(self, path: str = "") -> None:
        """Save the result as a picture.

        Parameters
        ----------
        path
            Ends in ``.png``; the reader is asked where it is empty.
        """
        chosen = path or self.host.saveFile(_("Save picture"), "result.png", "*.png")
        if chosen and not self.resultPanel.picture().save(chosen):
            self.host.showError(_("The picture could not be written. Choose another folder."))

    def shortcuts(self) -> list[Entry]:
        """Return keys, their names for people, and what they do."""
        return entriesOf(self._keyActions(), self._slots)

    def showFilmLook(self, window: int | None = None) -> None:
        """Let the panel follow what was done to the film elsewhere.

        Parameters
        ----------
        window
            Number of the display window that was chosen; None where none was.
        """
        if self.case is not None:
            self.layers.showLook(window=window, inverted=self.logic.isInverted())

    # Details.

    def _makeTimers(self) -> None:
        self._poll = self._timer(POLL_MS, self._onPoll, isSingle=False)
        self._idle = self._timer(IDLE_MS, self._onIdle, isSingle=True)
        self._recountTimer = self._timer(RECOUNT_MS, self._onLongIdle, isSingle=True)

    def _keyActions(self) -> dict[KeyCommand, Callable[[], None]]:
        chosen: dict[KeyCommand, tuple[Callable[[Any], None], Any]] = {
            KeyCommand.TOOL_WINDOW: (self.chooseTool, Tool.WINDOW),
            KeyCommand.TOOL_BRUSH: (self.chooseTool, Tool.BRUSH),
            KeyCommand.TOOL_ERASER: (self.chooseTool, Tool.ERASER),
            KeyCommand.TOOL_POLYGON: (self.chooseTool, Tool.POLYGON),
            KeyCommand.SMALLER_BRUSH: (self._growBrush, -1),
            KeyCommand.LARGER_BRUSH: (self._growBrush, 1),
            KeyCommand.DRAW_HEART: (self.chooseStructure, Structure.HEART),
            KeyCommand.DRAW_LEFT_LUNG: (self.chooseStructure, Structure.LEFT_LUNG),
            KeyCommand.DRAW_RIGHT_LUNG: (self.chooseStructure, Structure.RIGHT_LUNG),
            KeyCommand.FILL_HOLES: (self.edit, Edit.FILL_HOLES),
            KeyCommand.KEEP_LARGEST: (self.edit, Edit.KEEP_LARGEST),
            KeyCommand.SWAP_SIDES: (self.edit, Edit.SWAP_SIDES),
            KeyCommand.UNDO: (self.edit, Edit.UNDO),
            KeyCommand.REDO: (self.edit, Edit.REDO),
            KeyCommand.SHOW_FILM: (self.layers.toggle, "film"),
            KeyCommand.SHOW_MASKS: (self.layers.toggle, "masks"),
            KeyCommand.SHOW_SALIENCY: (self.layers.toggle, "saliency"),
            KeyCommand.SHOW_VOTES: (self.layers.toggle, "votes"),
            KeyCommand.SHOW_CALIPERS: (self.layers.toggle, "calipers"),
        }
        return {
            KeyCommand.RUN: self.run,
            KeyCommand.RECOUNT: self.recount,
            KeyCommand.SAVE_SESSION: self._saveByKey,
            KeyCommand.NEXT_CLASS: self.layers.nextClass,
            **{key: _bound(*action) for key, action in chosen.items()},
        }

    def _saveByKey(self) -> None:
        self.saveSession()

    def _growBrush(self, steps: int) -> None:
        self.setRadius(grown(self._radius, steps))

    def _desk(self) -> bool:
        """Make what films are opened with, at first use; tell whether it is there."""
        if self.logic.desk is None:
            if not self.host.installDependencies():
                return False
            desk = self.logic.start(self.host)
            desk.progressed.connect(self._onProgress)
            desk.shown.connect(self._onShown)
            desk.masksChanged.connect(self._onMasksChanged)
            desk.ratioDragged.connect(self._onRatio)
            desk.failed.connect(self._onFailed)
            self._poll.start()
        return True

    def _openSession(self, path: Path) -> None:
        if not self._desk():
            return
        self._refusal, self._draggedRatio = "", None
        try:
            case = self.logic.desk.openSession(path)
        except CXRTriageError as error:
            self.host.showError(str(error))
            return
        if case is None:
            self.host.showError(_("This session holds no film of CXRTriage."))
        else:
            self._showCase(case)

    def _offerUnsaved(self) -> None:
        offer = self.logic.desk.offer()
        if offer is None:
            return
        take, drop = _("Take them up"), _("Discard")
        text = _("An earlier session left corrected masks of this film that were not saved.")
        if self.host.ask("CXRTriage", text, [take, drop]) == take:
            self.case.restore(offer.labels)
            self.logic.desk.keepUnsaved()
        self.logic.desk.drop(offer)

    def _showCase(self, case: Any) -> None:
        self.chooseTool(Tool.WINDOW)
        self.host.sliceView().showFilm(case.nodes.film, case.path.name)
        self.showFilmLook(window=0)
        self._onShown()

    def _showState(self) -> None:
        case, desk = self.case, self.logic.desk
        isRunning = desk is not None and desk.isRunning
        hasMasks = case is not None and case.nodes.currentMasks is not None
        idle = RunState(hasFilm=case is not None, refusal=self._refusal)
        self.runPanel.show(self._progress if isRunning else idle)
        self.files.show(hasFilm=case is not None, hasMasks=hasMasks)
        editor = None if case is None else case.editor
        self.editPanel.show(
            EditState(
                hasMasks=hasMasks,
                canUndo=editor is not None and editor.canUndo,
                canRedo=editor is not None and editor.canRedo,
                isSlicer=self.host.isSlicer,
                tool=self._tool,
                structure=self._structure,
                radius=self._radius,
            )
        )
        if case is None:
            self.resultPanel.show(ResultContent())
            self.layers.setWindows(())
            self.layers.setClasses((), ())

    def _content(self) -> ResultContent:
        if self.case is None:
            return ResultContent()
        return ResultContent(
            document=self.case.document,
            numbers=self.case.numbers,
            draggedRatio=self._draggedRatio,
            voteIsOld=self.case.voteIsOld,
        )

    def _onShown(self) -> None:
        case = self.case
        if case is None:
            self._showState()
            return
        self.layers.setWindows([window.name for window in self.logic.windows()])
        names = list(case.nodes.saliency)
        self.layers.setClasses(names, [name.replace("_", " ").capitalize() for name in names])
        found = (case.document or {}).get("classification") or {}
        if found.get("class"):
            self.layers.choose(found["class"])
        self._layersChanged(self.layers.state)
        self._showState()
        self.resultPanel.show(self._content())
        if case.document is not None:
            state = "corrected" if case.isCorrected else "done"
            self.events.emit("state", str(case.path), state, "")

    def _onProgress(self, message: Any) -> None:
        self._progress = RunState(
            hasFilm=True, isRunning=True, stage=message.stage, share=message.share
        )
        self.runPanel.show(self._progress)

    def _onFailed(self, text: str, details: str) -> None:
        self._showState()
        self.host.showError(text, details)

    def _onMasksChanged(self) -> None:
        self._draggedRatio = None
        self.case.measureFast()
        self.resultPanel.showNumbers(self._content())
        self._showState()
        self.host.sliceView().requestRender()
        self._idle.start()
        self._recountTimer.start()

    def _onRatio(self, ratio: float | None) -> None:
        self._draggedRatio = ratio
        self.resultPanel.showNumbers(self._content())

    def _onPoll(self) -> None:
        self.logic.desk.worker.poll()

    def _onIdle(self) -> None:
        if self.case is not None and self.case.editor is not None:
            self.case.adopt()
            self.case.measureAll()
            self.logic.desk.keepUnsaved()
            self._layersChanged(self.layers.state)
            self.resultPanel.show(self._content())
            self.events.emit("state", str(self.case.path), "corrected", "")

    def _onLongIdle(self) -> None:
        hasResult = self.case is not None and self.case.document is not None
        if hasResult and self._recountWhenIdle.property("checked"):
            self.recount()

    def _layersChanged(self, state: LayerState) -> None:
        if self.case is not None:
            self.logic.showLayers(state)
            self.host.sliceView().requestRender()

    def _windowChosen(self, index: int) -> None:
        if self.case is not None:
            self.logic.showWindow(index)

    def _invert(self, inverted: bool) -> None:  # noqa: FBT001 - Qt gives it
        if self.case is not None:
            self.logic.setInverted(inverted=inverted)

    def _painted(self) -> Structure:
        return Structure.BACKGROUND if self._tool is Tool.ERASER else self._structure

    def _save(self, path: str, ending: str, title: str, method: str) -> bool:
        if self.case is None:
            return False
        suggestion = f"{self.case.path.stem}{ending}"
        chosen = path or self.host.saveFile(title, suggestion, f"*{ending}")
        if not chosen:
            return False
        target = Path(chosen if chosen.lower().endswith(ending) else f"{chosen}{ending}")
        try:
            getattr(self.logic.desk, method)(target)
        except (CXRTriageError, OSError) as error:
            self.host.showError(str(error))
            return False
        return True

    def _timer(self, interval: int, action: Callable[[], None], *, isSingle: bool) -> Any:
        timer = qt.QTimer()
        timer.setInterval(interval)
        timer.setSingleShot(isSingle)
        self._slots.connect(timer, "timeout()", action)
        return timer


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
            host.workerCommand(),
            host.workerEnvironment(),
            Path(str(place)) / "CXRTriage" / "Unsaved",
        )
        return self.desk

    def stop(self) -> None:
        """End the worker and let go of the film."""
        if self.desk is not None:
            self.desk.stop()
            self.desk = None

    def windows(self) -> list[Any]:
        """Return the display windows of the open film."""
        from CXRTriageScene.display_windows import displayWindows

        case = None if self.desk is None else self.desk.case
        return [] if case is None else displayWindows(case.radiograph, case.labels())

    def showWindow(self, index: int) -> None:
        """Show the film in one of its windows.

        Parameters
        ----------
        index
            In `windows`.
        """
        from CXRTriageScene.film_look import showWindow

        showWindow(self.desk.case.nodes.film, self.windows()[index])

    def isInverted(self) -> bool:
        """Return whether the open film is shown with black and white swapped."""
        from CXRTriageScene.film_look import isInverted

        return isInverted(self.desk.case.nodes.film)

    def setInverted(self, *, inverted: bool) -> None:
        """Swap black and white, or swap them back."""
        from CXRTriageScene.film_look import setInverted

        setInverted(self.desk.case.nodes.film, inverted=inverted)

    def showLayers(self, layers: LayerState) -> None:
        """Show the layers of the open film.

        Parameters
        ----------
        layers
            What is to be shown.
        """
        from CXRTriageScene.shown_layers import showLayers

        showLayers(self.desk.case.nodes, layers)

    @staticmethod
    def fileOf(volume: Any) -> str:
        """Return the file of a volume node; one is written where there is none.

        Parameters
        ----------
        volume
            A vtkMRMLScalarVolumeNode.
        """
        instances = (volume.GetAttribute("DICOM.instanceUIDs") or "").split()
        if instances and getattr(slicer, "dicomDatabase", None) is not None:
            return str(slicer.dicomDatabase.fileForInstance(instances[0]))
        storage = volume.GetStorageNode()
        if storage is not None and storage.GetFileName():
            return str(storage.GetFileName())
        path = Path(slicer.app.temporaryPath) / f"{volume.GetID()}.nrrd"
        slicer.util.saveNode(volume, str(path))
        return str(path)


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


def _bound(function: Callable[[Any], None], value: Any) -> Callable[[], None]:
    def call() -> None:
        function(value)

    return call
