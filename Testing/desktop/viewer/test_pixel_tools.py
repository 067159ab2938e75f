"""Brush and polygon change the masks under the mouse, by real events of mouse and wheel."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5 import QtCore, QtTest

from CXRTriageEditing.mask_editor import MaskEditor
from CXRTriageLib.domain.anatomy import Structure
from CXRTriagePanels.pixel_tools import BrushTool, PolygonTool, grown
from CXRTriageScene.film_nodes import addFilm
from CXRTriageScene.mask_nodes import addMasks
from support.driven_viewer import place_of
from support.results import chest_film, chest_labels
from support.viewer_films import drag, turn_wheel

HEART = Structure.HEART
SHIFT = QtCore.Qt.ShiftModifier


class Desk:
    """A film with masks in a view, and a tool."""

    def __init__(self, view, scene):
        self.view = view
        film = addFilm(chest_film(), "film", scene)
        self.editor = MaskEditor(addMasks(chest_labels(), film, "masks"), film)
        self.structure = HEART
        self.radii = []
        view.showFilm(film)

    def brush(self, radius):
        """Take a brush, which learns its new size as the module tells it."""

        def resize(size):
            self.radii.append(size)
            tool.setRadius(size)

        tool = BrushTool(self.editor, lambda: self.structure, radius, resize)
        self.view.setTool(tool)
        return tool

    def polygon(self):
        """Take a polygon."""
        tool = PolygonTool(self.editor, lambda: self.structure)
        self.view.setTool(tool)
        return tool

    def point(self, row, column):
        """Return where a film pixel is in the view."""
        return QtCore.QPointF(*place_of(self.view, row, column)).toPoint()

    def click(self, row, column, keys=QtCore.Qt.NoModifier):
        """Click a film pixel."""
        where = self.point(row, column)
        QtTest.QTest.mouseClick(self.view, QtCore.Qt.LeftButton, keys, where)

    def changed(self):
        """Return where the masks differ from those of the start."""
        return np.argwhere(self.editor.labels() != chest_labels())


@pytest.fixture
def desk(slice_view, application_logic):
    made = Desk(slice_view, application_logic.scene)
    yield made
    slice_view.setTool(None)
    made.editor.close()


def test_drag_paints_a_stroke_that_one_undo_takes_back(desk):
    desk.brush(8)
    ends = [place_of(desk.view, 40, column) for column in (100, 140, 200)]

    drag(desk.view, ends)

    assert (desk.editor.labels()[40, 100:201] == HEART).all()
    assert np.abs(desk.changed()[:, 0] - 40).max() <= 9
    desk.editor.undo()
    assert desk.changed().size == 0


def test_eraser_takes_away_what_the_structure_says_while_dragging(desk):
    desk.brush(5)
    desk.structure = Structure.BACKGROUND

    desk.click(190, 60)

    assert desk.editor.labels()[190, 60] == Structure.BACKGROUND
    assert len(desk.changed()) > 40


def test_two_quick_clicks_are_two_dabs(desk):
    desk.brush(4)
    where = desk.point(40, 160)

    desk.click(40, 160)
    QtTest.QTest.mouseDClick(desk.view, QtCore.Qt.LeftButton, pos=where)
    assert len(desk.changed()) > 0
    drag(desk.view, [place_of(desk.view, 60, 160)] * 2)

    assert desk.editor.labels()[60, 160] == HEART


def test_shift_leaves_the_left_button_to_the_view(desk):
    desk.brush(8)

    desk.click(40, 160, SHIFT)

    assert desk.changed().size == 0


def test_wheel_changes_the_size_by_a_pixel_at_least(desk):
    desk.brush(2)
    middle = place_of(desk.view, 200, 160)

    for notches in (1, 1, -1, -1):
        turn_wheel(desk.view, notches, middle)

    assert desk.radii == [3, 4, 3, 2]
    assert desk.view.sliceNode().GetFieldOfView()[0] > 0


@pytest.mark.parametrize(("radius", "steps"), [(1, 1), (20, 1), (20, -1), (20, 3), (200, -2)])
def test_steps_grow_and_shrink_in_proportion(radius, steps):
    assert grown(radius, steps) == pytest.approx(radius * 1.15**steps, abs=1)
    assert (grown(radius, steps) > radius) == (steps > 0)


CORNERS = ((20, 100), (20, 200), (80, 200), (80, 100))


def test_polygon_is_filled_on_its_first_corner(desk):
    tool = desk.polygon()
    for corner in CORNERS:
        desk.click(*corner)
    assert len(tool.outline()) == 4
    assert desk.changed().size == 0

    desk.click(23, 103)

    assert (desk.editor.labels()[25:76, 105:196] == HEART).all()
    assert desk.changed()[:, 0].max() <= 82
    assert tool.outline() == ()
    desk.editor.undo()
    assert desk.changed().size == 0


def test_double_click_ends_a_polygon_where_it_is(desk):
    tool = desk.polygon()
    for corner in CORNERS[:-1]:
        desk.click(*corner)
    desk.click(*CORNERS[-1])

    QtTest.QTest.mouseDClick(desk.view, QtCore.Qt.LeftButton, pos=desk.point(*CORNERS[-1]))

    assert (desk.editor.labels()[25:76, 105:196] == HEART).all()
    assert tool.outline() == ()


def test_two_corners_fill_nothing(desk):
    tool = desk.polygon()
    desk.click(20, 100)
    desk.click(20, 200)

    QtTest.QTest.mouseDClick(desk.view, QtCore.Qt.LeftButton, pos=desk.point(20, 200))

    assert desk.changed().size == 0
    assert not desk.editor.canUndo
    assert tool.outline() == ()


def test_wheel_zooms_while_a_polygon_is_drawn(desk):
    desk.polygon()
    width = desk.view.sliceNode().GetFieldOfView()[0]

    turn_wheel(desk.view, 2, place_of(desk.view, 200, 160))

    assert desk.view.sliceNode().GetFieldOfView()[0] < width
