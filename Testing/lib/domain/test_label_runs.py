"""Runs hold a label image without loss."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from CXRTriageLib.domain.anatomy import LUNGS, Structure
from CXRTriageLib.domain.label_runs import LabelRuns, PixelRuns
from CXRTriageLib.errors import InvalidValueError

label_images = arrays(
    np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=12), elements=st.integers(0, 3)
)


@given(label_images)
def test_runs_become_the_image_they_came_from(labels):
    assert np.array_equal(LabelRuns.from_labels(labels).to_labels(), labels)


@given(label_images, st.sampled_from(Structure))
def test_runs_of_a_structure_cover_its_pixels_and_no_others(labels, structure):
    region = LabelRuns.from_labels(labels).of(structure)
    drawn = np.zeros(labels.shape, bool)
    for row, start, stop in zip(region.rows, region.starts, region.stops, strict=True):
        drawn[row, start:stop] = True

    assert np.array_equal(drawn, labels == structure)
    assert region.area_px == np.count_nonzero(labels == structure)


@given(label_images)
def test_row_spans_go_from_the_first_to_the_last_pixel_of_each_row(labels):
    spans = LabelRuns.from_labels(labels).of(*LUNGS).row_spans()
    expected = [
        (row, inside[0], inside[-1] + 1)
        for row, line in enumerate(labels)
        if (inside := np.flatnonzero(line >= 2)).size
    ]

    assert list(zip(spans.rows, spans.starts, spans.stops, strict=True)) == expected


def test_labels_that_are_a_view_with_gaps_are_read_as_they_look():
    labels = np.arange(48, dtype=np.uint8).reshape(6, 8) % 4

    assert np.array_equal(LabelRuns.from_labels(labels[::2, ::-1]).to_labels(), labels[::2, ::-1])


def test_runs_cannot_be_changed_or_lack_an_end():
    runs = LabelRuns.from_labels(np.zeros((2, 2), np.uint8))

    with pytest.raises(ValueError, match="read-only"):
        runs.values[0] = 1
    with pytest.raises(InvalidValueError, match="one row, one start and one stop"):
        PixelRuns(rows=runs.begins, starts=runs.begins, stops=runs.begins[:1])
    with pytest.raises(InvalidValueError, match="one label each"):
        LabelRuns(shape=(2, 2), begins=runs.begins, values=runs.values[:1])
