"""One button runs and cancels, and says why it cannot be pressed."""

from __future__ import annotations

import pytest

from CXRTriagePanels.qt_access import Slots
from CXRTriagePanels.run_panel import RunPanel, RunState


@pytest.fixture
def pressed():
    return []


@pytest.fixture
def panel(qtbot, pressed):
    errors = Slots(lambda text, _details: pressed.append(f"error: {text}"))
    made = RunPanel(errors, lambda: pressed.append("run"), lambda: pressed.append("cancel"))
    qtbot.addWidget(made.widget)
    return made


def test_button_says_why_it_is_disabled(panel):
    assert not panel.button.isEnabled()
    assert panel.button.toolTip() == "Open a chest film first."

    panel.show(RunState(refusal="letter.png is no image."))

    assert panel.button.toolTip() == "letter.png is no image."

    panel.show(RunState(beingRead="chest.dcm"))

    assert not panel.button.isEnabled()
    assert panel.button.toolTip() == "chest.dcm is being read."


def test_button_runs_and_then_cancels(panel, pressed):
    panel.show(RunState(hasFilm=True))
    panel.button.click()
    panel.show(RunState(hasFilm=True, isRunning=True, stage="segmentation", share=0.4))
    panel.button.click()

    assert pressed == ["run", "cancel"]
    assert panel.button.text() == "Cancel"


def test_failing_slot_is_reported_and_does_not_end_the_program(qtbot):
    told = []

    def fail() -> None:
        raise ValueError("no disk")

    panel = RunPanel(Slots(lambda text, details: told.append((text, details))), fail, fail)
    qtbot.addWidget(panel.widget)
    panel.show(RunState(hasFilm=True))
    panel.button.click()

    assert told[0][0] == "no disk"
    assert "Traceback" in told[0][1]
