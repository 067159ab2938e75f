"""Qt as 3D Slicer's Python sees it, so that code which only works under PyQt5 fails here.

Behind it is PyQt5. What differs in PythonQt (its source, ``PythonQtDoc.h``) is imitated:
properties are attributes and no methods, keyword arguments do not exist, enums are integers,
lists come as tuples, signals are connected by their signature and called to be emitted, wrapped
objects take no attributes of Python, and an error in a slot is printed and ends nothing.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from types import FunctionType, MethodType, ModuleType
from typing import Any

from PyQt5 import QtCore, sip

from CXRTriageViewer.qt_names import qtModule

_KINDS = {"bool": bool, "int": int, "double": float, "QString": str}


def pythonqt_module() -> ModuleType:
    """Return the module ``qt``; its list ``printed`` holds what slots did not catch."""
    module = ModuleType("qt", "Qt's classes under one roof, as PythonQt has them.")
    printed: list[str] = []
    for name, value in vars(qtModule()).items():
        if isinstance(value, type):
            vars(module)[name] = WrappedClass(value, printed)
    vars(module)["printed"] = printed
    return module


class WrappedEnum(int):
    """A value of an enum or of flags: an integer that Qt takes back."""

    original: Any

    @classmethod
    def of(cls, original: Any) -> WrappedEnum:
        """Return the integer of a value of PyQt5."""
        made = cls(int(original))
        made.original = original
        return made

    def __or__(self, other: int) -> WrappedEnum:
        """Return flags together."""
        return WrappedEnum.of(self.original | _unwrapped(other))


class WrappedClass:
    """A class of Qt: what it is called with has no names, its enums are integers."""

    def __init__(self, original: type, printed: list[str]) -> None:
        self._original, self._printed = original, printed

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Return a wrapped new object."""
        return _called(self._original, self._printed, args, named)

    def __getattr__(self, name: str) -> Any:
        """Return an enum's value or a static method."""
        if name == "emit":
            raise AttributeError(name)
        return _wrapped(getattr(self._original, name), self._printed)


class WrappedObject:
    """An object of Qt."""

    __slots__ = ("_printed", "_target")

    def __init__(self, target: Any, printed: list[str]) -> None:
        object.__setattr__(self, "_target", target)
        object.__setattr__(self, "_printed", printed)

    def __eq__(self, other: object) -> bool:
        """Tell whether both stand for the same object."""
        return isinstance(other, WrappedObject) and self._target is other._target

    def __hash__(self) -> int:
        """Return the hash of the object that is wrapped."""
        return hash(id(self._target))

    def __getattr__(self, name: str) -> Any:
        """Return the value of a property, a signal, or a method."""
        target, printed = self._target, self._printed
        if isinstance(target, QtCore.QObject):
            if target.metaObject().indexOfProperty(name) >= 0:
                return _wrapped(target.property(name), printed)
            if name == "connect":
                return self._connect
        return _wrapped(getattr(target, name), printed)

    def __setattr__(self, name: str, value: Any) -> None:
        """Set a property; nothing else can be set."""
        target = self._target
        if not isinstance(target, QtCore.QObject) or target.metaObject().indexOfProperty(name) < 0:
            raise AttributeError(f"{type(target).__name__} has no property {name}")
        target.setProperty(name, _unwrapped(value))

    def _connect(self, signature: str, receiver: Callable[..., Any]) -> bool:
        normalized = bytes(QtCore.QMetaObject.normalizedSignature(signature)).decode()
        target = self._target
        if target.metaObject().indexOfSignal(normalized) < 0:
            raise ValueError(f"{type(target).__name__} has no signal {signature}")
        name, _, kinds = normalized.rstrip(")").partition("(")
        signal = getattr(target, name)
        WrappedSignal(signal[_KINDS[kinds]] if kinds else signal, self._printed).connect(receiver)
        return True


class WrappedSignal:
    """A signal: it is connected, and emitted by a call."""

    def __init__(self, signal: Any, printed: list[str]) -> None:
        self._signal, self._printed = signal, printed

    def connect(self, receiver: Callable[..., Any]) -> None:
        """Have a function called; arguments are left out only where its parameters can be counted.

        Parameters
        ----------
        receiver
            A function or a bound method gets as many arguments as it has parameters, anything
            else all of them.
        """
        count = _parameters(receiver)

        def receive(*values: Any) -> None:
            try:
                receiver(*(_wrapped(value, self._printed) for value in values[:count]))
            except Exception:  # noqa: BLE001 - PythonQt prints it, whatever it is
                self._printed.append(traceback.format_exc())

        self._signal.connect(receive)

    def __call__(self, *values: Any) -> None:
        """Emit it."""
        self._signal.emit(*map(_unwrapped, values))


def target_of(wrapped: Any) -> Any:
    """Return the object of PyQt5 behind a wrapped one, for events and pictures of tests."""
    return wrapped._target


def _parameters(receiver: Callable[..., Any]) -> int | None:
    if isinstance(receiver, MethodType):
        return receiver.__func__.__code__.co_argcount - 1
    return receiver.__code__.co_argcount if isinstance(receiver, FunctionType) else None


def _called(function: Any, printed: list[str], args: Any, named: Any) -> Any:
    if named:
        raise TypeError(f"PythonQt knows no keyword arguments: {', '.join(named)}")
    return _wrapped(function(*map(_unwrapped, args)), printed)


def _wrapped(value: Any, printed: list[str]) -> Any:
    """Return what PythonQt would give for a value of PyQt5."""
    if isinstance(value, QtCore.pyqtBoundSignal):
        return WrappedSignal(value, printed)
    if isinstance(value, (list, tuple)):
        return tuple(_wrapped(item, printed) for item in value)
    if isinstance(value, sip.simplewrapper):
        return WrappedEnum.of(value) if hasattr(value, "__int__") else WrappedObject(value, printed)
    if isinstance(value, int) and type(value) not in (int, bool):
        return WrappedEnum.of(value)
    if callable(value) and not isinstance(value, type):
        return lambda *args, **named: _called(value, printed, args, named)
    return value


def _unwrapped(value: Any) -> Any:
    if isinstance(value, WrappedObject):
        return target_of(value)
    if isinstance(value, WrappedEnum):
        return value.original
    if isinstance(value, (list, tuple)):
        return [_unwrapped(item) for item in value]
    return value
