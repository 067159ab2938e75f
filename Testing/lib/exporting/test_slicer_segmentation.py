"""Segmentations of 3D Slicer become label values."""

from __future__ import annotations

import numpy as np
import pytest

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.errors import MaskMismatchError
from CXRTriageLib.exporting.labels import read_labels
from support.results import chest_labels
from support.slicer_files import (
    HEART,
    LEFT,
    LUNG,
    NO_SIDE,
    RIGHT,
    segment_header,
    terminology,
    write_segmentation,
)

SHAPE = (60, 50)
LABELS = chest_labels(SHAPE)


def segment(name: str, value: int, layer: int = 0, tags: str = "") -> dict[str, str]:
    return {
        "ID": f"Segment_{value}",
        "LabelValue": str(value),
        "Layer": str(layer),
        "Name": name,
        "Tags": tags,
    }


def test_segments_are_told_by_name_and_not_by_value(tmp_path):
    path = tmp_path / "film.seg.nrrd"
    # The order in which somebody happened to add them.
    values = np.array([0, 3, 1, 2], np.uint8)[LABELS]
    segments = [segment("left lung", 1), segment("Right_Lung", 2), segment("Heart", 3)]
    write_segmentation(path, [values], segment_header(segments, reference_shape=SHAPE))

    np.testing.assert_array_equal(read_labels(path, SHAPE), LABELS)


def test_segments_are_told_by_terminology_where_the_name_says_nothing(tmp_path):
    path = tmp_path / "film.seg.nrrd"
    segments = [
        segment("Segment_1", 1, tags=terminology(HEART, NO_SIDE)),
        segment("Segment_2", 2, tags=terminology(LUNG, LEFT)),
        segment("Segment_3", 3, tags=terminology(LUNG, RIGHT)),
    ]
    write_segmentation(path, [LABELS], segment_header(segments))

    np.testing.assert_array_equal(read_labels(path, SHAPE), LABELS)


def test_heart_wins_where_layers_overlap(tmp_path):
    path = tmp_path / "film.seg.nrrd"
    lung, heart = np.zeros((2, *SHAPE), np.uint8)
    lung[10:40, 5:30] = 1
    heart[20:50, 20:40] = 1
    segments = [segment("heart", 1, layer=1), segment("right lung", 1, layer=0)]
    write_segmentation(path, [lung, heart], segment_header(segments))

    labels = read_labels(path, SHAPE)

    assert labels[15, 10] == Structure.RIGHT_LUNG
    assert labels[30, 25] == Structure.HEART
    assert labels[45, 35] == Structure.HEART


def test_segments_without_label_value_have_a_layer_each(tmp_path):
    path = tmp_path / "film.seg.nrrd"
    layers = [(value == LABELS).astype(np.uint8) for value in (1, 2, 3)]
    segments = [{"Name": name} for name in ("heart", "left lung", "right lung")]
    write_segmentation(path, layers, segment_header(segments))

    np.testing.assert_array_equal(read_labels(path, SHAPE), LABELS)


def test_a_cropped_segmentation_is_put_where_it_was_drawn(tmp_path):
    path = tmp_path / "film.seg.nrrd"
    segments = [segment("heart", 1), segment("left lung", 2), segment("right lung", 3)]
    rows, columns = (np.flatnonzero(LABELS.any(axis=axis)) for axis in (1, 0))
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    header = segment_header(segments, offset=(int(rows[0]), int(columns[0])), reference_shape=SHAPE)
    write_segmentation(path, [LABELS[box]], header)

    np.testing.assert_array_equal(read_labels(path, SHAPE), LABELS)


def test_a_segment_that_is_no_organ_is_refused_by_name(tmp_path):
    path = tmp_path / "film.seg.nrrd"
    segments = [segment("heart", 1), segment("left lung", 2), segment("nodule", 3)]
    write_segmentation(path, [LABELS], segment_header(segments))

    with pytest.raises(MaskMismatchError, match=r"film\.seg\.nrrd.*'nodule'.*Rename"):
        read_labels(path, SHAPE)


def test_an_empty_segment_of_any_name_does_no_harm(tmp_path):
    path = tmp_path / "film.seg.nrrd"
    names = ("heart", "left lung", "right lung", "Segment_4")
    segments = [segment(name, value) for value, name in enumerate(names, start=1)]
    write_segmentation(path, [LABELS], segment_header(segments))

    np.testing.assert_array_equal(read_labels(path, SHAPE), LABELS)


@pytest.mark.parametrize(
    ("offset", "reference_shape"),
    [
        pytest.param((0, 0), (61, 50), id="drawn_on_another_film"),
        pytest.param((1, 0), None, id="reaches_beyond_the_film"),
        pytest.param((-1, 0), SHAPE, id="begins_before_the_film"),
    ],
)
def test_a_segmentation_of_another_film_is_refused(tmp_path, offset, reference_shape):
    path = tmp_path / "film.seg.nrrd"
    header = segment_header([segment("heart", 1)], offset=offset, reference_shape=reference_shape)
    write_segmentation(path, [(LABELS == 1).astype(np.uint8)], header)

    with pytest.raises(MaskMismatchError, match="the film has 50 x 60"):
        read_labels(path, SHAPE)


def test_a_header_that_contradicts_itself_is_refused(tmp_path):
    path = tmp_path / "film.seg.nrrd"
    write_segmentation(path, [LABELS], segment_header([segment("heart", 1, layer=4)]))

    with pytest.raises(MaskMismatchError, match="cannot be read as a mask"):
        read_labels(path, SHAPE)
