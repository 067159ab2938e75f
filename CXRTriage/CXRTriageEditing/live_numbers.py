"""Biomarkers that follow a brush."""

from __future__ import annotations

import numpy as np

from CXRTriageEditing.box import Box, boxOfDifference
from CXRTriageLib.biomarkers.intensity import lung_histogram
from CXRTriageLib.biomarkers.measurement import measure_biomarkers, measure_while_drawing
from CXRTriageLib.domain.arrays import Labels
from CXRTriageLib.domain.biomarker import Measurement
from CXRTriageLib.domain.label_runs import LabelRuns
from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageLib.domain.segmentation import ChestSegmentation, MaskSource
from CXRTriageLib.preprocessing.equalization import preprocessing_table


class LiveNumbers:
    """Measures one film again and again while its masks change.

    What the masks do not change is worked out once. Of the histogram of the lungs and of the
    runs of labels only what lies in the changed rectangle is made again; the numbers are
    those that the library gives for the whole film.

    Parameters
    ----------
    radiograph
        The film.
    """

    def __init__(self, radiograph: Radiograph) -> None:
        self._radiograph = radiograph
        self._table = preprocessing_table(radiograph)
        self._labels = np.zeros(radiograph.shape, np.uint8)
        self._histogram = np.zeros(len(self._table), np.int64)
        self._runs = LabelRuns.from_labels(self._labels)

    def fast(self, labels: Labels) -> Measurement:
        """Measure intensities, diameters and areas, and where the calipers lie.

        Parameters
        ----------
        labels
            Values of `Structure`, (rows, columns); they may be changed in place between calls.

        Returns
        -------
        Measurement
            Biomarkers in the order of the library, shapes left out.
        """
        box = boxOfDifference(self._labels, labels)
        if box is not None:
            self._follow(labels, box)
        return measure_while_drawing(self._radiograph, self._runs, self._histogram, self._table)

    def complete(self, labels: Labels) -> Measurement:
        """Measure everything; meant for when nobody is drawing.

        Parameters
        ----------
        labels
            Values of `Structure`, (rows, columns).

        Returns
        -------
        Measurement
            As a full run gives it.
        """
        masks = ChestSegmentation(labels=labels, source=MaskSource.CORRECTED)
        return measure_biomarkers(self._radiograph, masks, self._table)

    def _follow(self, labels: Labels, box: Box) -> None:
        pixels, levels = self._radiograph.pixels[box.slices], len(self._table)
        self._histogram -= lung_histogram(pixels, self._labels[box.slices], levels=levels)
        self._histogram += lung_histogram(pixels, labels[box.slices], levels=levels)
        self._runs = _replacedRows(self._runs, labels, box.top, box.bottom)
        self._labels[box.slices] = labels[box.slices]


def _replacedRows(runs: LabelRuns, labels: Labels, top: int, bottom: int) -> LabelRuns:
    """Return runs in which some rows are made again; no run goes beyond the end of its row."""
    columns = runs.shape[1]
    first, last = np.searchsorted(runs.begins, (top * columns, bottom * columns))
    rows = LabelRuns.from_labels(np.ascontiguousarray(labels[top:bottom]))
    return LabelRuns(
        shape=runs.shape,
        begins=np.concatenate(
            [runs.begins[:first], rows.begins + top * columns, runs.begins[last:]]
        ),
        values=np.concatenate([runs.values[:first], rows.values, runs.values[last:]]),
    )
