"""Opening and saving."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import qt

from CXRTriagePanels.key_commands import KeyCommand
from CXRTriagePanels.qt_access import Slots

_BUTTONS = {
    "open": ("Open film…", "Open a chest film or a saved session."),
    "volume": ("Use loaded volume…", "Take a film that another module has loaded."),
    "session": (
        "Save session…",
        KeyCommand.SAVE_SESSION.hint("Film, layers, masks and result in one .mrb file."),
    ),
    "masks": ("Save masks…", "Masks as .seg.nrrd with SNOMED CT codes."),
    "results": ("Save results…", "All files that the command line writes, result.json among them."),
}


class FilePanel:
    """Buttons that open and save.

    Parameters
    ----------
    slots
        Connects.
    actions
        What the buttons do, by their names: open, volume, session, masks, results. A button
        without an action is left out.
    """

    def __init__(self, slots: Slots, actions: Mapping[str, Callable[[], object]]) -> None:
        self._buttons: dict[str, Any] = {}
        self.widget, grid = qt.QWidget(), qt.QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        for index, name in enumerate(name for name in _BUTTONS if name in actions):
            button = self._button(slots, name, actions[name])
            self._buttons[name] = button
            grid.addWidget(button, index // 2, index % 2)
        self.widget.setLayout(grid)

    def show(self, *, hasFilm: bool, hasMasks: bool) -> None:
        """Enable what can be done now.

        Parameters
        ----------
        hasFilm, hasMasks
            Whether there is a film, and masks of it.
        """
        needs = {"session": hasFilm, "masks": hasMasks, "results": hasMasks}
        for name, button in self._buttons.items():
            isPossible = needs.get(name, True)
            button.setEnabled(isPossible)
            missing = "Open a film first." if not hasFilm else "There are no masks yet; press Run."
            button.setToolTip(_BUTTONS[name][1] if isPossible else missing)

    @staticmethod
    def _button(slots: Slots, name: str, action: Callable[[], object]) -> Any:
        button = qt.QPushButton(_BUTTONS[name][0])
        button.setObjectName(f"CXRTriageFile_{name}")

        def pressed(_checked: bool) -> None:  # noqa: FBT001 - Qt gives it
            action()

        slots.connect(button, "clicked(bool)", pressed)
        return button
