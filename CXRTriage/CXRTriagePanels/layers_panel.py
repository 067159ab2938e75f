"""What lies over the film, and how strongly."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import qt

from CXRTriagePanels.key_commands import KeyCommand
from CXRTriagePanels.layer_state import LayerState
from CXRTriagePanels.qt_access import Slots, valueOf

_CHECKS = {
    "film": ("Film", KeyCommand.SHOW_FILM.hint("The film itself.")),
    "masks": ("Masks", KeyCommand.SHOW_MASKS.hint("Lungs and heart.")),
    "saliency": ("Saliency", KeyCommand.SHOW_SALIENCY.hint("What spoke for the chosen class.")),
    "votes": (
        "Patch votes",
        KeyCommand.SHOW_VOTES.hint("A dot where each patch lies, in the color of its class."),
    ),
    "calipers": (
        "Calipers",
        KeyCommand.SHOW_CALIPERS.hint("Lines of the cardiothoracic ratio; drag their ends."),
    ),
}
_SLIDERS = {
    "filmOpacity": ("opacity", "Film: how strongly it is shown."),
    "fill": ("inside", "Masks: opacity of their inside."),
    "outline": ("border", "Masks: opacity of their border."),
    "saliencyOpacity": ("opacity", "Saliency: how much it covers the film."),
    "threshold": ("hide below", "Saliency: share of this film's highest below which none is seen."),
    "votesOpacity": ("opacity", "Patch votes: how much they cover the film."),
    "calipersOpacity": ("opacity", "Calipers: how much they cover the film."),
}
_ROWS = {
    "film": ("filmOpacity",),
    "masks": ("fill", "outline"),
    "saliency": ("saliencyOpacity", "threshold"),
    "votes": ("votesOpacity",),
    "calipers": ("calipersOpacity",),
}
"""Sliders of each layer."""

_NEED_CLASSES = ("saliency", "votes")
_NO_CLASSES = "There is none: this film has no class yet."


class LayersPanel:
    """Switches and sliders of all layers, and the windows of the film.

    Parameters
    ----------
    slots
        Connects.
    onChanged
        Called with the new `LayerState`.
    onWindow
        Called with the number of the display window that was chosen.
    onInverted
        Called with whether black and white are to be swapped.
    """

    def __init__(
        self,
        slots: Slots,
        onChanged: Callable[[LayerState], None],
        onWindow: Callable[[int], None],
        onInverted: Callable[[bool], None],
    ) -> None:
        self._slots, self._onChanged, self._onInverted = slots, onChanged, onInverted
        self._state = LayerState()
        self._classes: tuple[str, ...] = ()
        self._windows: tuple[str, ...] = ()
        self._isShowing = False
        self._checks = {name: self._check(name, *texts) for name, texts in _CHECKS.items()}
        self._shares = {name: qt.QLabel("") for name in _SLIDERS}
        self._sliders = {name: self._slider(name, *texts) for name, texts in _SLIDERS.items()}
        self._class = _choice(
            "CXRTriageSaliencyClass",
            KeyCommand.NEXT_CLASS.hint("Class whose saliency is shown."),
        )
        slots.connect(self._class, "currentIndexChanged(int)", self._onClass)
        meaning = "Window of the film (1 to 9); drag with the left button to change it."
        self._window = _choice("CXRTriageWindow", meaning)
        slots.connect(self._window, "activated(int)", onWindow)
        self._inverted = qt.QCheckBox("Invert")
        self._inverted.setObjectName("CXRTriageInverted")
        self._inverted.setToolTip("Swap black and white (I).")
        slots.connect(self._inverted, "toggled(bool)", self._onInvertedToggled)
        self.widget = self._laidOut()
        self.setClasses((), ())
        self._enableWindows()

    @property
    def state(self) -> LayerState:
        """What is chosen now."""
        return self._state

    def show(self, state: LayerState) -> None:
        """Show a state, without calling back.

        Parameters
        ----------
        state
            What holds now.
        """
        self._state = state
        self._isShowing = True
        for name, check in self._checks.items():
            check.setChecked(getattr(state, name))
        for name, slider in self._sliders.items():
            percent = round(100 * getattr(state, name))
            slider.setValue(percent)
            self._shares[name].setText(f"{percent} %")
        if state.saliencyClass in self._classes:
            self._class.setCurrentIndex(self._classes.index(state.saliencyClass))
        self._isShowing = False

    def setClasses(self, names: Sequence[str], labels: Sequence[str]) -> None:
        """Offer classes for saliency; none disables what depends on them.

        Parameters
        ----------
        names, labels
            In files and for people.
        """
        self._isShowing = True
        self._class.clear()
        self._classes = tuple(names)
        for label in labels:
            self._class.addItem(label)
        self._isShowing = False
        self._class.setEnabled(bool(names))
        for layer in _NEED_CLASSES:
            self._checks[layer].setToolTip(_CHECKS[layer][1] if names else _NO_CLASSES)
            self._checks[layer].setEnabled(bool(names))
            for name in _ROWS[layer]:
                self._sliders[name].setEnabled(bool(names))
        self.show(self._state)

    def choose(self, className: str) -> None:
        """Show the saliency of a class where the reader has not chosen one of this film.

        Parameters
        ----------
        className
            In files.
        """
        if self._state.saliencyClass not in self._classes:
            self.show(dataclasses.replace(self._state, saliencyClass=className))

    def setWindows(self, names: Sequence[str]) -> None:
        """Offer display windows, none without a film; the chosen one stays where it is offered.

        Parameters
        ----------
        names
            For people, in the order of their numbers.
        """
        if tuple(names) == self._windows:
            return
        index = valueOf(self._window, "currentIndex")
        chosen = self._windows[index] if 0 <= index < len(self._windows) else ""
        self._windows = tuple(names)
        self._window.clear()
        for name in names:
            self._window.addItem(name)
        self.showLook(window=self._windows.index(chosen) if chosen in self._windows else 0)
        self._enableWindows()

    def showLook(self, *, window: int | None = None, inverted: bool | None = None) -> None:
        """Show how the film looks, without calling back.

        Parameters
        ----------
        window
            Number of its display window; None leaves what is there.
        inverted
            Whether black and white are swapped; None leaves what is there.
        """
        self._isShowing = True
        if window is not None:
            self._window.setCurrentIndex(window)
        if inverted is not None:
            self._inverted.setChecked(inverted)
        self._isShowing = False

    def toggle(self, name: str) -> None:
        """Switch a layer, as its key does.

        Parameters
        ----------
        name
            Of a layer, or "inverted".
        """
        check = self._inverted if name == "inverted" else self._checks[name]
        if valueOf(check, "enabled"):
            check.setChecked(not valueOf(check, "checked"))

    def nextClass(self) -> None:
        """Show saliency; where it is shown already, that of the next class."""
        if not self._state.saliency:
            self.toggle("saliency")
        elif self._classes:
            index = valueOf(self._class, "currentIndex")
            self._class.setCurrentIndex((index + 1) % len(self._classes))

    def _enableWindows(self) -> None:
        for widget in (self._window, self._inverted):
            widget.setEnabled(bool(self._windows))

    def _change(self, **fields: Any) -> None:
        if not self._isShowing:
            self._state = dataclasses.replace(self._state, **fields)
            self._onChanged(self._state)

    def _onClass(self, index: int) -> None:
        if 0 <= index < len(self._classes):
            self._change(saliencyClass=self._classes[index])

    def _onInvertedToggled(self, inverted: bool) -> None:  # noqa: FBT001 - Qt gives it
        if not self._isShowing:
            self._onInverted(inverted)

    def _check(self, name: str, text: str, toolTip: str) -> Any:
        check = qt.QCheckBox(text)
        check.setObjectName(f"CXRTriageLayer_{name}")
        check.setToolTip(toolTip)

        def toggled(checked: bool) -> None:  # noqa: FBT001 - Qt gives it
            self._change(**{name: checked})

        self._slots.connect(check, "toggled(bool)", toggled)
        return check

    def _slider(self, name: str, text: str, toolTip: str) -> Any:
        slider = qt.QSlider(qt.Qt.Horizontal)
        slider.setObjectName(f"CXRTriageLayer_{name}")
        slider.setAccessibleName(f"{toolTip.partition(':')[0]} {text}")
        slider.setToolTip(toolTip)
        slider.setRange(0, 100)

        def moved(percent: int) -> None:
            self._shares[name].setText(f"{percent} %")
            self._change(**{name: percent / 100})

        self._slots.connect(slider, "valueChanged(int)", moved)
        return slider

    def _laidOut(self) -> Any:
        widget, grid = qt.QWidget(), qt.QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(2, 1)
        # So wide that a slider does not move when its share gets another digit.
        grid.setColumnMinimumWidth(3, 44)
        grid.addWidget(qt.QLabel("Window"), 0, 0)
        grid.addWidget(self._window, 0, 1, 1, 2)
        grid.addWidget(self._inverted, 0, 3)
        row = 1
        for layer, sliders in _ROWS.items():
            grid.addWidget(self._checks[layer], row, 0)
            if layer == "saliency":
                grid.addWidget(self._class, row, 1, 1, 3)
                row += 1
            for name in sliders:
                grid.addWidget(qt.QLabel(_SLIDERS[name][0]), row, 1)
                grid.addWidget(self._sliders[name], row, 2)
                grid.addWidget(self._shares[name], row, 3)
                row += 1
        widget.setLayout(grid)
        return widget


def _choice(name: str, toolTip: str) -> Any:
    choice = qt.QComboBox()
    choice.setObjectName(name)
    choice.setToolTip(toolTip)
    return choice
