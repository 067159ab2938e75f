"""The few things that PythonQt and PyQt5 do differently, done once."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

_TYPES = {"bool": bool, "int": int, "double": float, "QString": str}

ErrorReport = Callable[[str, str], None]
"""Called with a sentence and with details."""


class Slots:
    """Connects signals to functions that may fail without taking the window with them.

    Parameters
    ----------
    onError
        Told of what a slot did not catch.
    """

    def __init__(self, onError: ErrorReport) -> None:
        self._onError = onError

    def connect(self, owner: Any, signature: str, slot: Callable[..., None]) -> None:
        """Connect a signal.

        Parameters
        ----------
        owner
            A widget, an action or a timer.
        signature
            Name of the signal with the types of what it carries, at most one.
        slot
            Takes what the signal carries.
        """
        name, _, kinds = signature.rstrip(")").partition("(")
        # PythonQt counts the parameters of a function, so there is one for each number.
        receiver = self._withValue(slot) if kinds else self._without(slot)
        if hasattr(owner, "connect"):
            owner.connect(signature, receiver)
        elif kinds:
            getattr(owner, name)[_TYPES[kinds]].connect(receiver)
        else:
            getattr(owner, name).connect(receiver)

    def _withValue(self, slot: Callable[..., None]) -> Callable[[Any], None]:
        def receive(carried: Any) -> None:
            self.run(lambda: slot(carried))

        return receive

    def _without(self, slot: Callable[..., None]) -> Callable[[], None]:
        def receive() -> None:
            self.run(slot)

        return receive

    def run(self, action: Callable[[], None]) -> None:
        """Do something; report what it does not catch.

        Parameters
        ----------
        action
            Anything.
        """
        try:
            action()
        except Exception as error:  # noqa: BLE001 - nothing behind a slot could catch it
            self._onError(str(error) or type(error).__name__, traceback.format_exc())


def valueOf(widget: Any, name: str) -> Any:
    """Return a Qt property, which PythonQt reads as an attribute and PyQt5 by a call."""
    return widget.property(name)


def clearLayout(layout: Any) -> None:
    """Take all widgets out of a layout and let Qt delete them."""
    while layout.count():
        widget = layout.takeAt(0).widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
