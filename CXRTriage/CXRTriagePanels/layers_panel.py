"""What lies over the film, and how strongly."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import qt

from CXRTriagePanels.qt_access import Slots, valueOf


@dataclass(frozen=True, kw_only=True)
class LayerState:
    """Layers over the film.

    Attributes
    ----------
    masks, saliency, votes, calipers
        Whether each is shown.
    fill, outline
        Opacity of the inside and of the border of masks, 0 to 1.
    saliencyClass
        Name of the class whose saliency is shown.
    saliencyOpacity, threshold
        Opacity, and the share of the full scale below which nothing is shown, 0 to 1.
    """

    masks: bool = True
    fill: float = 0.15
    outline: float = 1.0
    saliency: bool = False
    saliencyClass: str = ""
    saliencyOpacity: float = 0.5
    threshold: float = 0.1
    votes: bool = False
    calipers: bool = True


_CHECKS = {
    "masks": ("Masks", "Lungs and heart (M)."),
    "saliency": ("Saliency", "What spoke for the class below (S)."),
    "votes": ("Patch votes", "A dot where each patch lies, in the color of its class (V)."),
    "calipers": ("Calipers", "The lines of the cardiothoracic ratio (C); drag their ends."),
}
_SLIDERS = {
    "fill": ("Mask fill", "Opacity of the inside of masks."),
    "outline": ("Mask outline", "Opacity of the border of masks."),
    "saliencyOpacity": ("Saliency opacity", "How much saliency covers the film."),
    "threshold": ("Hide saliency below", "Share of the highest saliency of this film."),
}


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
        self._slots, self._onChanged, self._onWindow = slots, onChanged, onWindow
        self._state = LayerState()
        self._classes: tuple[str, ...] = ()
        self._isShowing = False
        self._checks = {name: self._check(name, *texts) for name, texts in _CHECKS.items()}
        self._sliders = {name: self._slider(name, *texts) for name, texts in _SLIDERS.items()}
        self._class = qt.QComboBox()
        self._class.setObjectName("CXRTriageSaliencyClass")
        self._class.setToolTip("Class whose saliency is shown.")
        slots.connect(self._class, "currentIndexChanged(int)", self._onClass)
        self._window = qt.QComboBox()
        self._window.setObjectName("CXRTriageWindow")
        self._window.setToolTip("Window of the film; drag with the left button to change it.")
        slots.connect(self._window, "activated(int)", onWindow)
        self._inverted = qt.QCheckBox("Invert")
        self._inverted.setObjectName("CXRTriageInverted")
        self._inverted.setToolTip("Swap black and white (I).")
        slots.connect(self._inverted, "toggled(bool)", onInverted)
        self.widget = self._laidOut()
        self.show(self._state)

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
            slider.setValue(round(100 * getattr(state, name)))
        if state.saliencyClass in self._classes:
            self._class.setCurrentIndex(self._classes.index(state.saliencyClass))
        self._isShowing = False

    def setClasses(self, names: Sequence[str], labels: Sequence[str]) -> None:
        """Offer classes for saliency; none disables its controls.

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
        reason = "" if names else "There is no saliency: this film has no class yet."
        for widget in (
            self._class,
            self._checks["saliency"],
            self._checks["votes"],
            self._sliders["saliencyOpacity"],
            self._sliders["threshold"],
        ):
            widget.setEnabled(bool(names))
        self._checks["saliency"].setToolTip(reason or _CHECKS["saliency"][1])
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
        """Offer display windows.

        Parameters
        ----------
        names
            For people, in the order of their numbers.
        """
        self._window.clear()
        for name in names:
            self._window.addItem(name)
        self._window.setEnabled(bool(names))

    def setInverted(self, *, inverted: bool) -> None:
        """Show whether black and white are swapped, and call back where that is new."""
        self._inverted.setChecked(inverted)

    def toggle(self, name: str) -> None:
        """Switch a layer, as its key does.

        Parameters
        ----------
        name
            Of a field of `LayerState`, or "inverted".
        """
        check = self._inverted if name == "inverted" else self._checks[name]
        if valueOf(check, "enabled"):
            check.setChecked(not valueOf(check, "checked"))

    def _change(self, **fields: Any) -> None:
        if not self._isShowing:
            self._state = dataclasses.replace(self._state, **fields)
            self._onChanged(self._state)

    def _onClass(self, index: int) -> None:
        if 0 <= index < len(self._classes):
            self._change(saliencyClass=self._classes[index])

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
        slider.setAccessibleName(text)
        slider.setToolTip(toolTip)
        slider.setRange(0, 100)

        def moved(percent: int) -> None:
            self._change(**{name: percent / 100})

        self._slots.connect(slider, "valueChanged(int)", moved)
        return slider

    def _laidOut(self) -> Any:
        widget, form = qt.QWidget(), qt.QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        window = qt.QHBoxLayout()
        window.addWidget(self._window, 1)
        window.addWidget(self._inverted)
        form.addRow("Window", window)
        checks = qt.QGridLayout()
        for index, check in enumerate(self._checks.values()):
            checks.addWidget(check, index // 2, index % 2)
        form.addRow(checks)
        for name in ("fill", "outline"):
            form.addRow(_SLIDERS[name][0], self._sliders[name])
        form.addRow("Saliency of", self._class)
        for name in ("saliencyOpacity", "threshold"):
            form.addRow(_SLIDERS[name][0], self._sliders[name])
        widget.setLayout(form)
        return widget
