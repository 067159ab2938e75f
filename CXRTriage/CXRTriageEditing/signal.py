"""Signals in pure Python: they behave alike whatever binds Qt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Signal:
    """Calls those who want to know, in the order in which they connected."""

    def __init__(self) -> None:
        self._listeners: list[Callable[..., Any]] = []

    def connect(self, listener: Callable[..., Any]) -> None:
        """Call a function at every emission; connected twice it is called once."""
        if listener not in self._listeners:
            self._listeners.append(listener)

    def disconnect(self, listener: Callable[..., Any]) -> None:
        """Call a function no longer; one that is not connected is no error."""
        if listener in self._listeners:
            self._listeners.remove(listener)

    def emit(self, *values: Any) -> None:
        """Call all listeners with the given values; they may connect and disconnect meanwhile."""
        for listener in tuple(self._listeners):
            listener(*values)
