"""Undo and redo of changes, each kept as what differs in a box."""

from __future__ import annotations

from dataclasses import dataclass

from CXRTriageEditing.box import Box
from CXRTriageLib.domain.arrays import Labels

_MOST_BYTES = 256 * 2**20


@dataclass(frozen=True, kw_only=True, eq=False)
class Patch:
    """A change of masks that is its own inverse.

    Attributes
    ----------
    box
        Where something changed.
    difference
        Old label XOR new label, of the size of the box, uint8.
    """

    box: Box
    difference: Labels

    def apply(self, labels: Labels) -> None:
        """Change masks from old to new, or back, in place."""
        labels[self.box.slices] ^= self.difference


class History:
    """Changes that can be taken back and made again.

    Parameters
    ----------
    mostBytes
        Of memory; the oldest changes are forgotten first. The latest is always kept.
    """

    def __init__(self, mostBytes: int = _MOST_BYTES) -> None:
        self._mostBytes = mostBytes
        self._done: list[tuple[int, Patch]] = []
        self._undone: list[tuple[int, Patch]] = []
        self._forgotten = 0
        self._latest = 0

    @property
    def canUndo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._done)

    @property
    def canRedo(self) -> bool:
        """Whether there is a change to make again."""
        return bool(self._undone)

    @property
    def state(self) -> int:
        """Number of the state of the masks: equal numbers, equal masks."""
        return self._done[-1][0] if self._done else self._forgotten

    def record(self, patch: Patch) -> None:
        """Remember a change that was made; those taken back can no longer be made again."""
        self._latest += 1
        self._done.append((self._latest, patch))
        self._undone.clear()
        while len(self._done) > 1 and self._bytes() > self._mostBytes:
            self._forgotten = self._done.pop(0)[0]

    def undo(self) -> Patch | None:
        """Return the change to take back, or None."""
        return self._moved(self._done, self._undone)

    def redo(self) -> Patch | None:
        """Return the change to make again, or None."""
        return self._moved(self._undone, self._done)

    def _bytes(self) -> int:
        return sum(patch.difference.nbytes for _, patch in self._done)

    @staticmethod
    def _moved(source: list[tuple[int, Patch]], target: list[tuple[int, Patch]]) -> Patch | None:
        if not source:
            return None
        target.append(source.pop())
        return target[-1][1]
