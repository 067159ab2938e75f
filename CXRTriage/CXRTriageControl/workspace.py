"""What all controls share: the application around them, and the desk once there is one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import qt

from CXRTriagePanels.host import Host
from CXRTriagePanels.qt_access import Slots

if TYPE_CHECKING:
    from CXRTriageCase.film_case import FilmCase
    from CXRTriageCase.reading_desk import ReadingDesk
    from CXRTriageEditing.signal import Signal


class DeskKeeper(Protocol):
    """Has the desk, on which films are opened, once packages that it needs are there."""

    desk: ReadingDesk | None


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """What a control works with.

    Attributes
    ----------
    host
        The application around the module.
    slots
        Connects.
    keeper
        Has the desk.
    changed
        Emits nothing: panels are to show their state anew.
    events
        Emits what the application around the module follows.
    """

    host: Host
    slots: Slots
    keeper: DeskKeeper
    changed: Signal
    events: Signal

    @property
    def desk(self) -> ReadingDesk | None:
        """The desk; None before the first film."""
        return self.keeper.desk

    @property
    def case(self) -> FilmCase | None:
        """The open film."""
        return None if self.desk is None else self.desk.case

    @property
    def hasMasks(self) -> bool:
        """Whether there are masks of the open film."""
        return self.case is not None and self.case.nodes.currentMasks is not None

    def timer(self, interval: int, action: Callable[[], None], *, isSingle: bool) -> Any:
        """Return a timer that stands still.

        Parameters
        ----------
        interval
            In milliseconds.
        action
            What it does.
        isSingle
            Whether it does it once for each start.
        """
        timer = qt.QTimer()
        timer.setInterval(interval)
        timer.setSingleShot(isSingle)
        self.slots.connect(timer, "timeout()", action)
        return timer
