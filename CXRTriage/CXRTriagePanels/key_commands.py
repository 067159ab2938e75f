"""What a reader does by key: the one list behind menus, tool tips and 3D Slicer's shortcuts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

import qt

from CXRTriagePanels.qt_access import Slots

Entry = tuple[str, str, Callable[[], None]]
"""A key as Qt writes it, words for a menu, and what the key does."""


class KeyCommand(Enum):
    """A key as Qt writes it, and words for a menu."""

    RUN = ("F5", "Run")
    RECOUNT = ("F6", "Count votes again")
    SAVE_SESSION = ("Ctrl+S", "Save session")
    UNDO = ("Ctrl+Z", "Undo")
    REDO = ("Ctrl+Y", "Redo")
    TOOL_WINDOW = ("Esc", "Tool: window")
    TOOL_BRUSH = ("B", "Tool: brush")
    TOOL_ERASER = ("E", "Tool: eraser")
    TOOL_POLYGON = ("P", "Tool: polygon")
    SMALLER_BRUSH = (",", "Smaller brush")
    LARGER_BRUSH = (".", "Larger brush")
    DRAW_HEART = ("H", "Draw heart")
    DRAW_LEFT_LUNG = ("L", "Draw left lung")
    DRAW_RIGHT_LUNG = ("R", "Draw right lung")
    FILL_HOLES = ("O", "Fill holes")
    KEEP_LARGEST = ("K", "Keep largest")
    SWAP_SIDES = ("X", "Swap sides")
    SHOW_FILM = ("G", "Show film")
    SHOW_MASKS = ("M", "Show masks")
    SHOW_SALIENCY = ("S", "Show saliency")
    NEXT_CLASS = ("N", "Saliency of the next class")
    SHOW_VOTES = ("V", "Show votes")
    SHOW_CALIPERS = ("C", "Show calipers")

    @property
    def key(self) -> str:
        """The key as Qt writes it."""
        return self.value[0]

    @property
    def words(self) -> str:
        """What stands in a menu."""
        return self.value[1]

    def hint(self, sentence: str) -> str:
        """Return a tool tip that names the key.

        Parameters
        ----------
        sentence
            What the key does; it ends in a period.
        """
        return f"{sentence.removesuffix('.')} ({self.key})."


def entriesOf(actions: Mapping[KeyCommand, Callable[[], None]], slots: Slots) -> list[Entry]:
    """Return menu entries.

    Parameters
    ----------
    actions
        What each key does.
    slots
        Reports what an action does not catch.
    """
    return [(command.key, command.words, _guarded(do, slots)) for command, do in actions.items()]


class KeyBindings:
    """Keys of a window without a menu of ours, as in 3D Slicer; off until they are switched on.

    Parameters
    ----------
    slots
        Connects.
    window
        The widget in which the keys hold, whatever in it has the focus.
    entries
        From `entriesOf`.
    """

    def __init__(self, slots: Slots, window: Any, entries: list[Entry]) -> None:
        self._shortcuts = []
        for key, _, action in entries:
            shortcut = qt.QShortcut(window)
            shortcut.setKey(qt.QKeySequence(key))
            slots.connect(shortcut, "activated()", action)
            self._shortcuts.append(shortcut)
        self.setEnabled(enabled=False)

    def setEnabled(self, *, enabled: bool) -> None:
        """Switch the keys on or off, so that they belong to another module while that is shown."""
        for shortcut in self._shortcuts:
            shortcut.setEnabled(enabled)

    def close(self) -> None:
        """Take the keys out of the window."""
        for shortcut in self._shortcuts:
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        self._shortcuts = []


def _guarded(action: Callable[[], None], slots: Slots) -> Callable[[], None]:
    def act() -> None:
        slots.run(action)

    return act
