"""The film that is open: its nodes, its result, and what a reader has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from CXRTriageCase.outcome import RunOutcome
from CXRTriageCase.placed_lines import PlacedLines
from CXRTriageCase.stored_result import storedResult, storeResult
from CXRTriageEditing.live_numbers import LiveNumbers
from CXRTriageEditing.mask_editor import MaskEditor
from CXRTriageEditing.signal import Signal
from CXRTriageLib.classification.content_seed import pixel_sha256
from CXRTriageLib.domain.arrays import Labels
from CXRTriageLib.domain.biomarker import Biomarker, Caliper, Measurement
from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageLib.domain.segmentation import ChestSegmentation, MaskSource
from CXRTriageLib.exporting.result_json import class_label
from CXRTriageScene.case_building import (
    addCase,
    beginCorrection,
    removeCase,
    showMasks,
    showMeasurement,
    showSaliencyMaps,
    showVotes,
)
from CXRTriageScene.case_nodes import CaseNodes
from CXRTriageScene.film_nodes import radiographOf
from CXRTriageScene.mask_nodes import readMasks

_PATH, _OLD_VOTE = "CXRTriage.Path", "CXRTriage.VoteIsOld"


class FilmCase:
    """One open film.

    Parameters
    ----------
    radiograph
        The film.
    path
        Of its file.
    nodes
        What the scene shows of it.

    Attributes
    ----------
    document
        The content of ``result.json``, with what was measured along dragged lines; None before
        the first run.
    lines
        The calipers, which can be dragged.
    masksChanged
        Emits nothing, after every change of the corrected masks.
    ratioDragged
        Emits the ratio along lines that are being dragged, or None.
    """

    def __init__(self, radiograph: Radiograph, path: Path, nodes: CaseNodes) -> None:
        self.radiograph, self.path, self.nodes = radiograph, path, nodes
        self.pixelHash = pixel_sha256(radiograph.pixels)
        self.document: Mapping[str, Any] | None = storedResult(nodes.film)
        self.numbers: dict[str, Biomarker] = {}
        self.revision = 0
        self.editor: MaskEditor | None = None
        self.masksChanged, self.ratioDragged = Signal(), Signal()
        self._live: LiveNumbers | None = None
        self.lines = PlacedLines()
        self.lines.moved.connect(self._lineMoved)
        if nodes.correctedMasks is not None:
            self.edit()
        self._followLines()

    @classmethod
    def open(cls, radiograph: Radiograph, path: Path, scene: Any) -> FilmCase:
        """Add a film to a scene.

        Parameters
        ----------
        radiograph, path
            See `FilmCase`.
        scene
            The MRML scene.
        """
        nodes = addCase(radiograph, path.name, scene)
        nodes.film.SetAttribute(_PATH, str(path))
        return cls(radiograph, path, nodes)

    @classmethod
    def reopen(cls, nodes: CaseNodes) -> FilmCase:
        """Take up a case that was saved.

        Parameters
        ----------
        nodes
            From `CXRTriageScene.session.loadSession`.
        """
        path = Path(nodes.film.GetAttribute(_PATH) or nodes.film.GetName())
        case = cls(radiographOf(nodes.film), path, nodes)
        if case.voteIsOld:
            case.measureAll()
        return case

    @property
    def voteIsOld(self) -> bool:
        """Whether the masks have changed since the vote was counted."""
        return self.nodes.film.GetAttribute(_OLD_VOTE) == "1"

    @property
    def isCorrected(self) -> bool:
        """Whether somebody has drawn."""
        return self.nodes.correctedMasks is not None

    @property
    def isUnsaved(self) -> bool:
        """Whether a correction of masks or lines would be lost."""
        hasDrawn = self.editor is not None and self.editor.isModified
        return hasDrawn or self.lines.isUnsaved

    def markSaved(self, *, masksAlone: bool = False) -> None:
        """Take note that corrections are saved.

        Parameters
        ----------
        masksAlone
            Whether lines are not in what was saved.
        """
        if self.editor is not None:
            self.editor.markSaved()
        if not masksAlone:
            self.lines.isUnsaved = False

    def classLabel(self, name: str) -> str:
        """Return the name of a class for people.

        Parameters
        ----------
        name
            Of the class in files.
        """
        return class_label(self.document, name)

    def labels(self) -> Labels | None:
        """Return the masks that numbers are measured on; None where there are none."""
        if self.editor is not None:
            return self.editor.labels()
        if self.nodes.currentMasks is None:
            return None
        return readMasks(self.nodes.currentMasks, self.nodes.film)

    def showRun(self, outcome: RunOutcome) -> None:
        """Show a run of the network's own masks; where somebody has drawn only its masks.

        Parameters
        ----------
        outcome
            Of this film.
        """
        self.nodes = showMasks(self.nodes, outcome.masks)
        if not self.isCorrected:
            self.numbers = {}
            self._showVote(outcome, isOld=False)

    def showRecount(self, outcome: RunOutcome, revision: int) -> None:
        """Show a vote over corrected masks.

        Parameters
        ----------
        outcome
            Of this film.
        revision
            Of the masks that were counted; they may have changed since.
        """
        isOld = revision != self.revision
        if not isOld:
            self.numbers = {}
        self._showVote(outcome, isOld=isOld)

    def edit(self) -> MaskEditor:
        """Return the editor of the corrected masks, which begin as those of the network."""
        if self.editor is None:
            self.nodes = beginCorrection(self.nodes)
            # It looks at the whole film; most films are only read, and no stroke may wait for it.
            self._live = self._live or LiveNumbers(self.radiograph)
            self.editor = MaskEditor(self.nodes.correctedMasks, self.nodes.film)
            self.editor.changed.connect(self._masksChanged)
            self.editor.changedElsewhere.connect(self.masksChanged.emit)
        return self.editor

    def restore(self, labels: Labels | None, calipers: Iterable[Caliper] = ()) -> None:
        """Take corrections that an earlier session left behind.

        Parameters
        ----------
        labels
            Values of `Structure`, (rows, columns); None where no mask was corrected.
        calipers
            Lines that were dragged.
        """
        self.nodes = self.lines.restore(calipers, self.nodes)
        self.document = self.lines.addTo(self.document)
        if labels is None:
            return
        if self.nodes.networkMasks is None:
            masks = ChestSegmentation(labels=labels, source=MaskSource.CORRECTED)
            self.nodes = showMasks(self.nodes, masks)
            self.edit().markUnsaved()
            self._masksChanged(None)
        else:
            self.edit().reset(labels)

    def resetToNetwork(self) -> None:
        """Go back to the masks of the network; undo brings the others back."""
        if self.nodes.networkMasks is not None:
            self.edit().reset(readMasks(self.nodes.networkMasks, self.nodes.film))

    def adopt(self) -> None:
        """Take over what the Segment Editor of 3D Slicer has changed."""
        if self.editor is not None:
            self.editor.adoptChanges()

    def measureFast(self) -> None:
        """Let the numbers that are quick to measure follow the masks."""
        labels = self.labels()
        if labels is not None and self._live is not None:
            self._take(self._live.fast(labels), isWhole=False)

    def measureAll(self) -> None:
        """Let all numbers follow the masks."""
        labels = self.labels()
        if labels is not None and self._live is not None:
            self._take(self._live.complete(np.array(labels)), isWhole=True)

    def close(self) -> None:
        """Take the film and all that was made for it out of the scene."""
        self.release()
        removeCase(self.nodes)

    def release(self) -> None:
        """Let go of the nodes, which stay."""
        # Else the film stays in memory until Python looks for cycles.
        self.lines.moved.disconnect(self._lineMoved)
        self.lines.close()
        if self.editor is not None:
            self.editor.close()
        self.editor = None

    def _showVote(self, outcome: RunOutcome, *, isOld: bool) -> None:
        self.document = outcome.document
        storeResult(self.nodes.film, outcome.document)
        self._setOldVote(isOld=isOld)
        if not isOld:
            self.nodes = showMeasurement(self.nodes, outcome.measured, outcome.masks.source)
        labels = outcome.document["classification"]["class_labels"]
        self.nodes = showSaliencyMaps(self.nodes, outcome.saliency, labels)
        self.nodes = showVotes(self.nodes, outcome.evidence, labels)
        self._followLines()

    def _masksChanged(self, _box: object) -> None:
        self.revision += 1
        self._setOldVote(isOld=self.document is not None)
        self.masksChanged.emit()

    def _take(self, measured: Measurement, *, isWhole: bool) -> None:
        self.numbers |= {item.name: item for item in measured.biomarkers}
        if isWhole:
            self.nodes = showMeasurement(self.nodes, measured, MaskSource.CORRECTED)
            self._followLines()

    def _followLines(self) -> None:
        self.nodes = self.lines.follow(self.nodes)
        self.document = self.lines.addTo(self.document)

    def _lineMoved(self) -> None:
        self.document = self.lines.addTo(self.document)
        self.ratioDragged.emit(self.lines.ratio)

    def _setOldVote(self, *, isOld: bool) -> None:
        self.nodes.film.SetAttribute(_OLD_VOTE, "1" if isOld else None)
