"""Corrections end up in the node, exclude each other, and can be taken back."""

from __future__ import annotations

import numpy as np
import pytest
import slicer
from vtk.util.numpy_support import vtk_to_numpy

from CXRTriageEditing.box import Box
from CXRTriageEditing.mask_editor import MaskEditor
from CXRTriageEditing.mask_tools import brushed
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.errors import MaskMismatchError
from CXRTriageLib.segmentation.cleanup import clean_labels
from CXRTriageScene.film_nodes import addFilm
from CXRTriageScene.label_layer import LABELMAP
from CXRTriageScene.mask_nodes import addMasks, readMasks, replaceMasks
from support.results import chest_film, chest_labels

HEART, LEFT, RIGHT = Structure.HEART, Structure.LEFT_LUNG, Structure.RIGHT_LUNG
NOTHING = Structure.BACKGROUND


class Bench:
    """An editor with its film and node, and what it has told."""

    def __init__(self, scene):
        self.film = addFilm(chest_film(), "film", scene)
        self.node = addMasks(chest_labels(), self.film, "masks")
        self.editor = MaskEditor(self.node, self.film)
        self.boxes = []
        self.editor.changed.connect(self.boxes.append)

    def in_node(self):
        """Return the masks that the node holds, which must be those of the editor."""
        labels = readMasks(self.node, self.film)
        assert np.array_equal(labels, self.editor.labels())
        return labels

    def layer(self):
        """Return the memory of the node, (rows, columns)."""
        image = self.node.GetSegmentation().GetSegment("heart").GetRepresentation(LABELMAP)
        return vtk_to_numpy(image.GetPointData().GetScalars()).reshape(400, 320)


@pytest.fixture
def bench(scene):
    made = Bench(scene)
    yield made
    made.editor.close()


def expected_after(strokes, labels):
    """Return masks after strokes of (start, end, radius, structure), painted one by one."""
    for start, end, radius, structure in strokes:
        box, mask = brushed(start, end, radius, labels.shape, aspect=1.25)
        labels[box.slices][mask] = structure
    return labels


def test_stroke_paints_lines_between_dabs_and_is_one_step(bench):
    bench.editor.beginStroke()
    for row, column in ((100, 30), (120, 60), (150, 60)):
        bench.editor.dab(row, column, 6, HEART)
    bench.editor.endStroke()

    lines = [((100, 30), (100, 30)), ((100, 30), (120, 60)), ((120, 60), (150, 60))]
    expected = expected_after([(*line, 6, HEART) for line in lines], chest_labels())
    assert np.array_equal(bench.in_node(), expected)
    bench.editor.undo()
    assert np.array_equal(bench.in_node(), chest_labels())
    bench.editor.redo()
    assert np.array_equal(bench.in_node(), expected)
    assert len(bench.boxes) == 3


def test_structures_exclude_each_other_and_the_eraser_takes_all(bench):
    for structure in (HEART, LEFT, NOTHING):
        bench.editor.beginStroke()
        bench.editor.dab(200, 160, 20, structure)
        bench.editor.endStroke()
        found = bench.in_node()[190:211, 145:176]
        assert (found == structure).all()


def test_brush_is_round_on_the_screen(bench):
    bench.editor.dab(40, 160, 20, HEART)
    bench.editor.endStroke()

    box = bench.boxes[0]
    assert (box.right - box.left, box.bottom - box.top) == (41, 33)


def test_stroke_that_changes_nothing_is_no_step(bench):
    for row, column, structure in ((5, 5, NOTHING), (-500, 900, HEART)):
        bench.editor.beginStroke()
        bench.editor.dab(row, column, 3, structure)
        bench.editor.endStroke()
    bench.editor.fillPolygon([(1, 1), (2, 2)], HEART)
    bench.editor.reset(chest_labels())

    assert not bench.editor.canUndo
    assert not bench.editor.isModified
    assert bench.boxes == []


def test_polygon_fills_and_can_be_taken_back(bench):
    bench.editor.fillPolygon([(20, 100), (20, 200), (80, 200), (80, 100)], RIGHT)

    assert (bench.in_node()[21:80, 101:200] == RIGHT).all()
    bench.editor.undo()
    assert np.array_equal(bench.in_node(), chest_labels())


def test_holes_and_pieces_are_treated_as_those_of_the_network(bench):
    labels = chest_labels()
    labels[180:190, 80:90] = NOTHING
    labels[5:9, 5:9] = RIGHT
    bench.editor.reset(labels)

    bench.editor.fillHoles()
    assert (bench.in_node()[180:190, 80:90] == RIGHT).all()
    assert (bench.in_node()[5:9, 5:9] == RIGHT).all()
    bench.editor.keepLargest()

    assert np.array_equal(bench.in_node(), clean_labels(labels))
    for _ in range(3):
        bench.editor.undo()
    assert np.array_equal(bench.in_node(), chest_labels())


def test_sides_are_swapped_and_masks_reset(bench):
    bench.editor.swapSides()
    assert np.array_equal(bench.in_node() == LEFT, chest_labels() == RIGHT)

    bench.editor.reset(chest_labels())

    assert np.array_equal(bench.in_node(), chest_labels())
    assert bench.editor.isModified
    bench.editor.undo()
    bench.editor.undo()
    assert not bench.editor.isModified


def test_unsaved_state_follows_saving_undo_and_redo(bench):
    assert not bench.editor.isModified
    bench.editor.swapSides()
    assert bench.editor.isModified
    bench.editor.markSaved()
    assert not bench.editor.isModified
    bench.editor.undo()
    assert bench.editor.isModified
    bench.editor.redo()
    assert not bench.editor.isModified
    bench.editor.beginStroke()
    assert bench.editor.isModified


def test_undo_in_the_middle_of_a_stroke_takes_back_the_stroke(bench):
    bench.editor.beginStroke()
    bench.editor.dab(200, 160, 20, HEART)
    bench.editor.undo()

    assert np.array_equal(bench.in_node(), chest_labels())


def test_undo_and_redo_without_a_change_do_nothing(bench):
    bench.editor.undo()
    bench.editor.redo()

    assert (bench.editor.canUndo, bench.editor.canRedo, bench.boxes) == (False, False, [])


def test_labels_cannot_be_written_from_outside(bench):
    with pytest.raises(ValueError, match="read-only"):
        bench.editor.labels()[0, 0] = 1


def test_painting_stays_in_the_memory_that_is_drawn(bench):
    image = bench.node.GetSegmentation().GetSegment("heart").GetRepresentation(LABELMAP)
    before = image.GetMTime()

    bench.editor.dab(200, 160, 20, HEART)

    same = bench.node.GetSegmentation().GetSegment("heart").GetRepresentation(LABELMAP)
    assert same is image
    assert image.GetMTime() > before
    assert bench.node.GetSegmentation().GetNumberOfLayers() == 1


def test_pixels_that_somebody_else_wrote_are_adopted_as_one_step(bench):
    told = []
    bench.editor.changedElsewhere.connect(lambda: told.append(1))
    bench.layer()[300:310, 20:30] = HEART
    segmentation = bench.node.GetSegmentation()
    segmentation.InvokeEvent(slicer.vtkSegmentation.SourceRepresentationModified)

    assert told == [1]
    assert bench.editor.adoptChanges()
    assert bench.boxes == [Box(300, 310, 20, 30)]
    assert (bench.in_node()[300:310, 20:30] == HEART).all()
    bench.editor.undo()
    assert np.array_equal(bench.in_node(), chest_labels())
    assert not bench.editor.adoptChanges()


def test_own_changes_are_not_told_as_those_of_somebody_else(bench):
    told = []
    bench.editor.changedElsewhere.connect(lambda: told.append(1))

    bench.editor.dab(200, 160, 20, HEART)
    bench.editor.endStroke()
    bench.editor.swapSides()
    bench.editor.undo()
    bench.editor.adoptChanges()

    assert told == []


def test_tool_adopts_first_what_somebody_else_did(bench):
    replaceMasks(bench.node, bench.film, np.ascontiguousarray(chest_labels()[::-1]))

    bench.editor.dab(200, 160, 20, NOTHING)
    bench.editor.endStroke()

    expected = expected_after(
        [((200, 160), (200, 160), 20, NOTHING)], np.ascontiguousarray(chest_labels()[::-1])
    )
    assert np.array_equal(bench.in_node(), expected)
    bench.editor.undo()
    bench.editor.undo()
    assert np.array_equal(bench.in_node(), chest_labels())


def test_layer_of_its_own_from_the_segment_editor_is_brought_back_into_one(bench):
    logic = slicer.vtkSlicerSegmentationsModuleLogic
    reference = bench.node.GetSegmentation().GetSegment("heart").GetRepresentation(LABELMAP)
    drawn = slicer.vtkOrientedImageData()
    drawn.DeepCopy(reference)
    pixels = vtk_to_numpy(drawn.GetPointData().GetScalars()).reshape(400, 320)
    pixels[:] = 0
    pixels[200:260, 60:200] = 1
    logic.SetBinaryLabelmapToSegment(drawn, bench.node, "heart")

    assert bench.editor.adoptChanges()

    expected = np.where(chest_labels() == HEART, 0, chest_labels())
    expected[200:260, 60:200] = HEART
    assert np.array_equal(bench.in_node(), expected)
    assert bench.node.GetSegmentation().GetNumberOfLayers() == 1


def test_unknown_segment_with_pixels_is_refused_by_name(bench):
    bench.node.GetSegmentation().AddEmptySegment("extra", "Nodule")
    segment = bench.node.GetSegmentation().GetSegment("extra")
    layer = slicer.vtkOrientedImageData()
    layer.DeepCopy(bench.node.GetSegmentation().GetSegment("heart").GetRepresentation(LABELMAP))
    segment.AddRepresentation(LABELMAP, layer)
    segment.SetLabelValue(int(HEART))

    with pytest.raises(MaskMismatchError, match="Nodule"):
        bench.editor.adoptChanges()


def test_closed_editor_hears_nothing_more(bench):
    told = []
    bench.editor.changedElsewhere.connect(lambda: told.append(1))

    bench.editor.close()
    replaceMasks(bench.node, bench.film, chest_labels())

    assert told == []


def test_segmentation_without_masks_can_be_drawn_from_nothing(scene):
    film = addFilm(chest_film(), "film", scene)
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "empty")
    editor = MaskEditor(node, film)

    editor.fillPolygon([(100, 100), (100, 200), (300, 200), (300, 100)], LEFT)

    assert (readMasks(node, film)[101:300, 101:200] == LEFT).all()
    editor.close()
