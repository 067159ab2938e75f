"""The result on screen: how numbers, vote and saliency follow a run and each correction."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import qt

from CXRTriageControl.chosen_file import chosenFile
from CXRTriageControl.workspace import Workspace
from CXRTriagePanels.qt_access import valueOf
from CXRTriagePanels.result_content import ResultContent
from CXRTriagePanels.result_panel import ResultPanel

if TYPE_CHECKING:
    from CXRTriageCase.reading_desk import ReadingDesk

IDLE_MS = 700
RECOUNT_MS = 2500


class ResultControl:
    """Joins the result to the film and its masks.

    Parameters
    ----------
    workspace
        What it works with.
    recount
        Counts the vote over the masks as they are.
    onMeasured
        Called when all numbers have followed a correction.

    Attributes
    ----------
    panel
        The result.
    whenIdle
        The switch: whether the vote follows a correction by itself.
    """

    def __init__(
        self,
        workspace: Workspace,
        recount: Callable[[], None],
        onMeasured: Callable[[], None],
    ) -> None:
        self._space, self._recount, self._onMeasured = workspace, recount, onMeasured
        self.panel = ResultPanel(workspace.slots, recount, self.copyText, self.savePicture)
        self.whenIdle = qt.QCheckBox("Count votes again when idle")
        self.whenIdle.setChecked(True)
        self.whenIdle.setToolTip("Vote and saliency follow a correction by themselves.")
        self._idle = workspace.timer(IDLE_MS, self._onIdle, isSingle=True)
        self._longIdle = workspace.timer(RECOUNT_MS, self._onLongIdle, isSingle=True)

    def follow(self, desk: ReadingDesk) -> None:
        """Follow what happens on a desk.

        Parameters
        ----------
        desk
            New.
        """
        desk.opened.connect(self.showAll)
        desk.shown.connect(self.showAll)
        desk.masksChanged.connect(self._onMasksChanged)
        desk.ratioDragged.connect(self._onRatio)

    def stop(self) -> None:
        """Follow nothing any more."""
        self._idle.stop()
        self._longIdle.stop()

    def show(self) -> None:
        """Show nothing where no film is open."""
        if self._space.case is None:
            self.panel.show(ResultContent())

    def showAll(self) -> None:
        """Show the whole result, and tell how far the film is."""
        case = self._space.case
        self._space.changed.emit()
        if case is None:
            return
        self.panel.show(self._content())
        if case.document is not None:
            self._tell("corrected" if case.isCorrected else "done")

    def copyText(self) -> None:
        """Put the result on the clipboard."""
        self._space.host.copyText(self._content().asText())

    def savePicture(self, path: str = "") -> None:
        """Save the result as a picture.

        Parameters
        ----------
        path
            Ends in ``.png``; the reader is asked where it is empty.
        """
        host = self._space.host
        target = path or chosenFile(host, "Save picture", "result.png", ".png")
        if target and not self.panel.picture().save(str(target)):
            host.showError("The picture could not be written. Choose another folder.")

    def _content(self) -> ResultContent:
        case = self._space.case
        if case is None:
            return ResultContent()
        return ResultContent(
            document=case.document,
            numbers=case.numbers,
            voteIsOld=case.voteIsOld,
        )

    def _tell(self, state: str) -> None:
        if self._space.case is not None:
            self._space.events.emit("state", str(self._space.case.path), state, "")

    def _onMasksChanged(self) -> None:
        if self._space.case is not None:
            self._space.case.measureFast()
        self.panel.showNumbers(self._content())
        self._space.changed.emit()
        self._space.host.sliceView().requestRender()
        self._idle.start()
        self._longIdle.start()

    def _onRatio(self, _ratio: float | None) -> None:
        self.panel.showNumbers(self._content())

    def _onIdle(self) -> None:
        desk, case = self._space.desk, self._space.case
        if desk is not None and case is not None and case.editor is not None:
            case.adopt()
            case.measureAll()
            desk.keepUnsaved()
            self._onMeasured()
            self.panel.show(self._content())
            self._tell("corrected")

    def _onLongIdle(self) -> None:
        case = self._space.case
        if case is not None and case.document is not None and valueOf(self.whenIdle, "checked"):
            self._recount()
