"""Every change can be taken back and made again, within the memory that is given."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from CXRTriageEditing.box import Box
from CXRTriageEditing.history import History, Patch

SIDES = st.integers(0, 9)
ACTIONS = st.lists(
    st.one_of(
        st.tuples(SIDES, SIDES, SIDES, SIDES, st.integers(0, 3)),
        st.sampled_from(["undo", "redo"]),
    ),
    max_size=30,
)


def paint(labels, box, value):
    """Return the patch that fills a box, after applying it."""
    patch = Patch(box=box, difference=labels[box.slices] ^ np.uint8(value))
    patch.apply(labels)
    return patch


@given(actions=ACTIONS)
def test_history_agrees_with_copies_of_all_states(actions):
    labels, history = np.zeros((10, 10), np.uint8), History()
    states, now = [labels.copy()], 0
    for action in actions:
        if action == "undo":
            assert history.canUndo == (now > 0)
            patch, now = history.undo(), max(now - 1, 0)
        elif action == "redo":
            assert history.canRedo == (now < len(states) - 1)
            patch, now = history.redo(), min(now + 1, len(states) - 1)
        else:
            top, bottom, left, right, value = action
            box = Box(
                min(top, bottom), max(top, bottom) + 1, min(left, right), max(left, right) + 1
            )
            history.record(paint(labels, box, value))
            states, now, patch = [*states[: now + 1], labels.copy()], now + 1, None
        if patch is not None:
            patch.apply(labels)
        assert np.array_equal(labels, states[now])


def test_oldest_changes_are_forgotten_first_and_the_latest_never():
    labels, history = np.zeros((10, 10), np.uint8), History(mostBytes=250)
    for value in (1, 2, 3):
        history.record(paint(labels, Box(0, 10, 0, 10), value))

    for expected in (2, 1):
        history.undo().apply(labels)
        assert (labels == expected).all()
    assert history.undo() is None

    tight = History(mostBytes=1)
    tight.record(paint(labels, Box(0, 10, 0, 10), 3))
    assert tight.canUndo


def test_state_is_the_same_number_after_undo_and_redo_only():
    labels, history = np.zeros((10, 10), np.uint8), History()
    start = history.state
    history.record(paint(labels, Box(0, 1, 0, 1), 1))
    painted = history.state

    history.undo()
    assert history.state == start
    history.redo()
    assert history.state == painted
    history.undo()
    history.record(paint(labels, Box(0, 1, 0, 1), 2))
    assert history.state not in {start, painted}


def test_forgotten_start_is_no_longer_the_state_it_was():
    labels, history = np.zeros((10, 10), np.uint8), History(mostBytes=150)
    start = history.state
    for value in (1, 2):
        history.record(paint(labels, Box(0, 10, 0, 10), value))

    history.undo()

    assert history.state != start
