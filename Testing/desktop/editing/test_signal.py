"""Listeners are called in order, once each."""

from __future__ import annotations

from CXRTriageEditing.signal import Signal


def test_listeners_are_called_in_order_with_the_values():
    signal, heard = Signal(), []
    signal.connect(lambda *values: heard.append(("first", *values)))
    signal.connect(lambda *values: heard.append(("second", *values)))

    signal.emit(1, "a")

    assert heard == [("first", 1, "a"), ("second", 1, "a")]


def test_listener_connected_twice_is_called_once_and_after_disconnecting_never():
    signal, heard = Signal(), []
    signal.connect(heard.append)
    signal.connect(heard.append)

    signal.emit(1)
    signal.disconnect(heard.append)
    signal.disconnect(heard.append)
    signal.emit(2)

    assert heard == [1]


def test_listener_may_disconnect_itself_while_it_is_called():
    signal, heard = Signal(), []

    def once(value):
        signal.disconnect(once)
        heard.append(value)

    signal.connect(once)
    signal.connect(heard.append)
    signal.emit(1)
    signal.emit(2)

    assert heard == [1, 1, 2]
