"""The button that runs: what the worker is asked for, and how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from CXRTriageControl.workspace import Workspace
from CXRTriagePanels.run_panel import RunPanel, RunState

if TYPE_CHECKING:
    from CXRTriageCase.reading_desk import ReadingDesk
    from CXRTriageLib.messages import Progress


class RunControl:
    """Joins the button to the worker.

    Parameters
    ----------
    workspace
        What it works with.

    Attributes
    ----------
    panel
        The button.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._space = workspace
        self._progress = RunState()
        self.panel = RunPanel(workspace.slots, self.run, self.cancel)

    def follow(self, desk: ReadingDesk) -> None:
        """Follow what happens on a desk.

        Parameters
        ----------
        desk
            New.
        """
        desk.progressed.connect(self._onProgress)
        desk.failed.connect(self._onFailed)

    def run(self) -> None:
        """Triage the open film."""
        desk, case = self._space.desk, self._space.case
        if desk is not None and case is not None and not desk.isRunning:
            self._progress = RunState(hasFilm=True, isRunning=True, stage="loading")
            desk.run()
            self._space.changed.emit()

    def recount(self) -> None:
        """Count the vote over the masks as they are now."""
        desk, case = self._space.desk, self._space.case
        if desk is not None and case is not None and case.voteIsOld and not desk.isRunning:
            self._progress = RunState(hasFilm=True, isRunning=True, isRecount=True)
            desk.recount()
            self._space.changed.emit()

    def cancel(self) -> None:
        """Stop the worker; what was there before stays."""
        if self._space.desk is not None:
            self._space.desk.cancel()
            self._space.changed.emit()

    def show(self) -> None:
        """Show what the button does now, or why it does nothing."""
        desk = self._space.desk
        if desk is None:
            self.panel.show(RunState())
        elif desk.isRunning:
            self.panel.show(self._progress)
        else:
            beingRead = desk.reader.wanted
            idle = RunState(
                hasFilm=desk.case is not None,
                refusal=desk.refusal,
                beingRead="" if beingRead is None else beingRead.name,
            )
            self.panel.show(idle)

    def _onProgress(self, message: Progress) -> None:
        self._progress = RunState(
            hasFilm=True, isRunning=True, stage=message.stage, share=message.share
        )
        self.panel.show(self._progress)

    def _onFailed(self, text: str, details: str) -> None:
        self._space.changed.emit()
        self._space.host.showError(text, details)
