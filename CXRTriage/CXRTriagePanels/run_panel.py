"""One button that runs, and cancels what it started."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import qt

from CXRTriagePanels.key_commands import KeyCommand
from CXRTriagePanels.qt_access import Slots

STAGES = {
    "loading": "Loading the networks",
    "reading": "Reading the film",
    "preprocessing": "Equalizing the film",
    "segmentation": "Finding lungs and heart",
    "biomarkers": "Measuring",
    "eligibility": "Checking film and masks",
    "classification": "Asking the network about patches",
    "saliency": "Drawing saliency",
    "finished": "Finishing",
    "writing": "Writing the result",
}
"""Stages of the library in words."""


@dataclass(frozen=True, kw_only=True)
class RunState:
    """What the button depends on.

    Attributes
    ----------
    hasFilm
        Whether a film is open.
    refusal
        Why the film cannot be triaged; empty where it can.
    beingRead
        Name of the film that is being read; empty where none is.
    isRunning
        Whether the worker is at it.
    isRecount
        Whether only the vote over corrected masks is counted.
    stage, share
        Which stage it is at, and the share of the work that is done, 0 to 1.
    """

    hasFilm: bool = False
    refusal: str = ""
    beingRead: str = ""
    isRunning: bool = False
    isRecount: bool = False
    stage: str = ""
    share: float = 0.0

    def whyNot(self) -> str:
        """Return why the button cannot be pressed; empty where it can."""
        if self.isRunning:
            return ""
        if self.beingRead:
            return f"{self.beingRead} is being read."
        if self.refusal or self.hasFilm:
            return self.refusal
        return "Open a chest film first."


class RunPanel:
    """The button, a bar and the name of the stage.

    Parameters
    ----------
    slots
        Connects.
    onRun, onCancel
        Called when the button is pressed.
    """

    def __init__(
        self, slots: Slots, onRun: Callable[[], None], onCancel: Callable[[], None]
    ) -> None:
        self._onRun, self._onCancel = onRun, onCancel
        self._state = RunState()
        self.button = qt.QPushButton("Run")
        self.button.setObjectName("CXRTriageRun")
        self.button.setMinimumHeight(34)
        self._bar = qt.QProgressBar()
        self._bar.setObjectName("CXRTriageProgress")
        self._bar.setRange(0, 100)
        self._stage = qt.QLabel("")
        self._stage.setObjectName("CXRTriageStage")
        self._stage.setWordWrap(True)
        self.widget = _column(self.button, self._bar, self._stage)
        slots.connect(self.button, "clicked(bool)", self._onPressed)
        self.show(self._state)

    def show(self, state: RunState) -> None:
        """Show a state.

        Parameters
        ----------
        state
            What holds now.
        """
        self._state = state
        reason = state.whyNot()
        self.button.setText("Cancel" if state.isRunning else "Run")
        self.button.setEnabled(not reason)
        self.button.setToolTip(reason or _meaning(state))
        self._bar.setVisible(state.isRunning)
        self._bar.setValue(round(100 * state.share))
        words = STAGES.get(state.stage, state.stage) if state.isRunning else reason
        self._stage.setText(words)
        self._stage.setVisible(bool(words))

    def _onPressed(self, _checked: bool) -> None:  # noqa: FBT001 - Qt gives it
        if self._state.isRunning:
            self._onCancel()
        else:
            self._onRun()


def _meaning(state: RunState) -> str:
    if state.isRunning:
        return "Stop; what was there before stays."
    return KeyCommand.RUN.hint("Find lungs and heart, measure, and let the patches vote.")


def _column(*widgets: Any) -> Any:
    column = qt.QWidget()
    layout = qt.QVBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        layout.addWidget(widget)
    column.setLayout(layout)
    return column
