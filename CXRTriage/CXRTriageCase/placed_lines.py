"""Lines of an open film that a reader drags, and what is measured along them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from CXRTriageEditing.signal import Signal
from CXRTriageLib.domain.biomarker import Caliper, Measurement
from CXRTriageLib.exporting.result_json import by_hand_to_json
from CXRTriageScene.caliper_nodes import (
    CaliperWatch,
    measureByHand,
    placeCalipers,
    placedCalipers,
)
from CXRTriageScene.case_building import showHandMeasurement
from CXRTriageScene.case_nodes import CaseNodes, caseOf


class PlacedLines:
    """Follows the lines of one film.

    Attributes
    ----------
    measured
        What the lines give that somebody has dragged; None where nobody has.
    isUnsaved
        Whether a line was dragged since the film was saved.
    moved
        Emits nothing, after every move, when `measured` is up to date.
    letGo
        Emits nothing, when the mouse button is up after a drag.
    """

    def __init__(self) -> None:
        self.measured: Measurement | None = None
        self.isUnsaved = False
        self.moved, self.letGo = Signal(), Signal()
        self._nodes: CaseNodes | None = None
        self._watch: CaliperWatch | None = None

    @property
    def ratio(self) -> float | None:
        """Cardiothoracic ratio along the lines; None where it is undefined or nobody dragged."""
        return None if self.measured is None else self.measured.biomarkers[0].value

    def addTo(self, document: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        """Return a result with what the lines give now.

        Parameters
        ----------
        document
            The content of ``result.json``, or None.
        """
        if document is None:
            return None
        return {**document, "by_hand": by_hand_to_json(self.measured)}

    def follow(self, nodes: CaseNodes) -> CaseNodes:
        """Follow the lines that a case has now.

        Parameters
        ----------
        nodes
            Of the case.

        Returns
        -------
        CaseNodes
            With what was measured in its table.
        """
        self.close()
        self._nodes = nodes
        self._watch = CaliperWatch(nodes.calipers, self._moved, self._release)
        self._measure()
        return showHandMeasurement(nodes, self.measured)

    def restore(self, calipers: Iterable[Caliper], nodes: CaseNodes) -> CaseNodes:
        """Put lines where an earlier session left them; they count as unsaved.

        Parameters
        ----------
        calipers
            What `calipers` returned then.
        nodes
            Of the case.

        Returns
        -------
        CaseNodes
            With the lines.
        """
        lines = tuple(calipers)
        if not lines:
            return nodes
        placeCalipers(lines, nodes.film)
        self.isUnsaved = True
        return self.follow(caseOf(nodes.film))

    def calipers(self) -> tuple[Caliper, ...]:
        """Return the lines that somebody has dragged, in pixels of the film."""
        return () if self._nodes is None else placedCalipers(self._nodes.calipers, self._nodes.film)

    def close(self) -> None:
        """Let go of the lines."""
        if self._watch is not None:
            self._watch.close()
        self._watch = self._nodes = None

    def _moved(self) -> None:
        self.isUnsaved = True
        self._measure()
        self.moved.emit()

    def _release(self) -> None:
        if self._nodes is not None:
            showHandMeasurement(self._nodes, self.measured)
            self.letGo.emit()

    def _measure(self) -> None:
        if self._nodes is not None:
            self.measured = measureByHand(self._nodes.calipers, self._nodes.film)
