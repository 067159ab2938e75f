"""Masks in the scene are the masks of the library, to the pixel and to the code."""

from __future__ import annotations

import numpy as np
import pytest
import slicer
import vtk

from CXRTriageLib.domain.anatomy import ORGANS, Structure
from CXRTriageLib.errors import MaskMismatchError
from CXRTriageLib.exporting.labels import read_labels
from CXRTriageLib.exporting.palette import STRUCTURE_COLORS
from CXRTriageScene.film_nodes import addFilm
from CXRTriageScene.label_layer import LABELMAP
from CXRTriageScene.mask_nodes import (
    UnwrittenFileError,
    addMasks,
    readMasks,
    replaceMasks,
    saveMasks,
    showStructure,
    styleMasks,
)
from CXRTriageScene.terminology import segmentIdOf
from support.results import chest_film, chest_labels

LUNG, HEART = "SCT^39607008^Lung", "SCT^80891009^Heart"


@pytest.fixture
def film(scene):
    return addFilm(chest_film(), "film", scene)


@pytest.fixture
def masks(film):
    return addMasks(chest_labels(), film, "masks")


def paste(node, name, box, *, side=None, scale=1):
    """Add a segment of one box in a layer of its own, cropped to the box, as an editor may."""
    top, bottom, left, right = box
    layer = slicer.vtkOrientedImageData()
    layer.SetExtent(left // scale, right // scale - 1, top // scale, bottom // scale - 1, 0, 0)
    layer.AllocateScalars(vtk.VTK_UNSIGNED_CHAR, 1)
    layer.GetPointData().GetScalars().Fill(1)
    matrix = vtk.vtkMatrix4x4()
    reference = node.GetSegmentation().GetSegment("heart").GetRepresentation(LABELMAP)
    reference.GetImageToWorldMatrix(matrix)
    for axis in range(2):
        step = matrix.GetElement(axis, axis)
        matrix.SetElement(axis, axis, step * scale)
        matrix.SetElement(axis, 3, step * (scale - 1) / 2)
    layer.SetImageToWorldMatrix(matrix)
    segment = slicer.vtkSegment()
    segment.SetName(name)
    segment.AddRepresentation(LABELMAP, layer)
    node.GetSegmentation().AddSegment(segment, side or name)


def test_masks_lie_in_one_layer_and_come_back(film, masks):
    assert masks.GetSegmentation().GetNumberOfLayers() == 1
    assert np.array_equal(readMasks(masks, film), chest_labels())


@pytest.mark.parametrize(
    ("structure", "name", "codes"),
    [
        (Structure.HEART, "Heart", f"~{HEART}~^^~"),
        (Structure.LEFT_LUNG, "Left lung", f"~{LUNG}~SCT^7771000^Left~"),
        (Structure.RIGHT_LUNG, "Right lung", f"~{LUNG}~SCT^24028007^Right~"),
    ],
)
def test_segments_have_names_codes_and_colors(masks, structure, name, codes):
    segment = masks.GetSegmentation().GetSegment(segmentIdOf(structure))

    assert segment.GetName() == name
    assert codes in segment.GetTerminology()
    assert [round(255 * part) for part in segment.GetColor()] == list(STRUCTURE_COLORS[structure])


def test_missing_structures_leave_their_segments_empty(film):
    labels = chest_labels()
    labels[labels != Structure.LEFT_LUNG] = 0

    node = addMasks(labels, film, "masks")

    assert node.GetSegmentation().GetNumberOfSegments() == len(ORGANS)
    assert np.array_equal(readMasks(node, film), labels)


def test_other_masks_replace_the_old_ones_and_keep_their_look(film, masks):
    styleMasks(masks, fill=0.0, outline=0.5)
    showStructure(masks, Structure.HEART, visible=False)
    mirrored = np.ascontiguousarray(chest_labels()[:, ::-1])

    replaceMasks(masks, film, mirrored)

    display = masks.GetDisplayNode()
    assert np.array_equal(readMasks(masks, film), mirrored)
    assert masks.GetSegmentation().GetNumberOfLayers() == 1
    assert not display.GetVisibility2DFill()
    assert display.GetOpacity2DOutline() == 0.5
    assert not display.GetSegmentVisibility("heart")
    assert display.GetSegmentVisibility("left_lung")


def test_saved_masks_are_read_by_the_library_to_the_pixel(masks, tmp_path):
    path = tmp_path / "film.seg.nrrd"

    saveMasks(masks, path)

    assert np.array_equal(read_labels(path, (400, 320)), chest_labels())
    assert list(tmp_path.iterdir()) == [path]


def test_failed_save_leaves_the_earlier_file(masks, tmp_path, monkeypatch):
    path = tmp_path / "film.seg.nrrd"
    path.write_bytes(b"earlier")

    class FullDisk(slicer.vtkMRMLSegmentationStorageNode):
        def WriteData(self, _node):
            return 0

    monkeypatch.setattr(slicer, "vtkMRMLSegmentationStorageNode", FullDisk)
    with pytest.raises(UnwrittenFileError, match=r"film\.seg\.nrrd"):
        saveMasks(masks, path)

    assert path.read_bytes() == b"earlier"


def test_cropped_overlapping_layers_of_an_editor_are_read(film, masks):
    labels = chest_labels()
    masks.GetSegmentation().RemoveSegment("left_lung")
    paste(masks, "Left lung", (150, 300, 120, 260))
    expected = np.where(labels == Structure.LEFT_LUNG, 0, labels)
    box = np.zeros_like(labels)
    box[150:300, 120:260] = Structure.LEFT_LUNG
    expected = np.where((box > 0) & (expected != Structure.HEART), box, expected)

    assert np.array_equal(readMasks(masks, film), expected)


def test_segments_of_another_resolution_are_brought_to_the_film(film, masks):
    masks.GetSegmentation().RemoveSegment("heart")
    replaceMasks(masks, film, np.zeros((400, 320), np.uint8))
    masks.GetSegmentation().GetSegment("heart").SetName("Right lung 2")
    paste(masks, "Heart", (100, 200, 80, 160), side="rough", scale=2)

    found = readMasks(masks, film)

    assert (found[100:200, 80:160] == Structure.HEART).all()
    assert np.count_nonzero(found) == 100 * 80


def test_segment_that_reaches_beyond_the_film_is_cut_off(film, masks):
    replaceMasks(masks, film, np.zeros((400, 320), np.uint8))
    paste(masks, "Heart", (-20, 30, 300, 360), side="beyond")

    found = readMasks(masks, film)

    assert (found[:30, 300:] == Structure.HEART).all()
    assert np.count_nonzero(found) == 30 * 20


def test_segment_that_is_no_structure_is_refused_by_name_unless_it_is_empty(film, masks):
    masks.GetSegmentation().AddEmptySegment("spare", "Segment_1")
    assert np.array_equal(readMasks(masks, film), chest_labels())

    paste(masks, "Nodule", (100, 120, 100, 120))

    with pytest.raises(MaskMismatchError, match="Nodule"):
        readMasks(masks, film)
