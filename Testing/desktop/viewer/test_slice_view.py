"""The slice view shows what lies in the scene, and what it says is under the cursor is there."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5 import QtCore, QtGui
from slicer.util import arrayFromVolume

from support.viewer_films import RecordingTool, color_at, drag, film_node, turn_wheel


def gray_image(view):
    """Return what is on screen without the letters in the corners, (rows, columns)."""
    view.setTool(None)
    image = view.grab().toImage().convertToFormat(QtGui.QImage.Format_Grayscale8)
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    return np.frombuffer(bits, np.uint8).reshape(image.height(), image.bytesPerLine()).copy()


@pytest.mark.parametrize("zoom", ["fit", "one to one", "enlarged", "enlarged off center"])
def test_pixel_under_the_cursor_is_the_pixel_on_screen(slice_view, checkered_film, zoom):
    slice_view.showFilm(checkered_film)
    if zoom != "fit":
        slice_view.oneToOne()
    if zoom.startswith("enlarged"):
        where = (225, 225) if "off" in zoom else (250, 200)
        turn_wheel(slice_view, 9 if "off" in zoom else 6, where)
    film = arrayFromVolume(checkered_film)[0]
    expected_gray = np.clip(film / film.max() * 255, 0, 255)

    shown = gray_image(slice_view)

    compared = 0
    for x in range(40, 480, 7):
        for y in range(40, 360, 7):
            pixel = slice_view.pixelAt(QtCore.QPointF(x, y))
            if abs(y - 200) < 15 and x < 60:
                continue  # the side marker
            if 0 <= pixel.row < 60 and 0 <= pixel.column < 80:
                compared += 1
                assert abs(shown[y, x] - expected_gray[pixel.row, pixel.column]) <= 1.5, (x, y)
            else:
                assert shown[y, x] == 0
    assert compared > 40


def test_first_column_is_on_the_left_and_first_row_on_top(slice_view, application_logic):
    pixels = np.zeros((100, 100), np.uint16)
    pixels[:50, :50] = 100

    slice_view.showFilm(film_node(application_logic.scene, pixels))

    assert color_at(slice_view, (150, 100)) == (255, 255, 255)
    assert color_at(slice_view, (350, 100)) == (0, 0, 0)
    assert color_at(slice_view, (150, 300)) == (0, 0, 0)


def test_wheel_zooms_around_the_cursor(slice_view, checkered_film):
    slice_view.showFilm(checkered_film)
    before = slice_view.pixelAt(QtCore.QPointF(200, 150))
    width = slice_view.sliceNode().GetFieldOfView()[0]

    turn_wheel(slice_view, 3, (200, 150))

    assert slice_view.pixelAt(QtCore.QPointF(200, 150)) == before
    assert slice_view.sliceNode().GetFieldOfView()[0] == pytest.approx(width / 1.2**3)


def test_one_to_one_gives_each_column_of_the_film_one_of_the_screen(slice_view, checkered_film):
    slice_view.showFilm(checkered_film)

    slice_view.oneToOne()

    left, right = (slice_view.pixelAt(QtCore.QPointF(x, 200)) for x in (220, 260))
    assert right.column - left.column == 40


def test_drag_changes_the_window_of_the_film(slice_view, checkered_film):
    slice_view.showFilm(checkered_film)
    display = checkered_film.GetDisplayNode()
    before = display.GetWindow(), display.GetLevel()

    drag(slice_view, [(200, 200), (230, 210), (260, 240)])

    assert display.GetWindow() != before[0]
    assert display.GetLevel() != before[1]


def test_drag_changes_the_film_below_a_saliency_map(slice_view, checkered_film, application_logic):
    overlay = film_node(application_logic.scene, np.ones((60, 80), np.float32))
    slice_view.showFilm(checkered_film)
    slice_view.compositeNode().SetForegroundVolumeID(overlay.GetID())
    slice_view.compositeNode().SetForegroundOpacity(0.5)
    window = overlay.GetDisplayNode().GetWindow()
    film_window = checkered_film.GetDisplayNode().GetWindow()

    drag(slice_view, [(200, 200), (230, 210), (260, 240)])

    assert overlay.GetDisplayNode().GetWindow() == window
    assert checkered_film.GetDisplayNode().GetWindow() != film_window


def test_middle_drag_pans(slice_view, checkered_film):
    slice_view.showFilm(checkered_film)
    before = slice_view.pixelAt(QtCore.QPointF(200, 200))

    drag(slice_view, [(200, 200), (220, 215), (240, 230)], QtCore.Qt.MiddleButton)

    assert slice_view.pixelAt(QtCore.QPointF(240, 230)) == before


def test_right_drag_zooms(slice_view, checkered_film):
    slice_view.showFilm(checkered_film)
    width = slice_view.sliceNode().GetFieldOfView()[0]

    drag(slice_view, [(200, 200), (200, 230), (200, 260)], QtCore.Qt.RightButton)

    assert slice_view.sliceNode().GetFieldOfView()[0] != pytest.approx(width)


def test_tool_gets_the_pixels_that_are_under_the_cursor(slice_view, checkered_film):
    slice_view.showFilm(checkered_film)
    tool = RecordingTool()
    slice_view.setTool(tool)
    window = checkered_film.GetDisplayNode().GetWindow()
    places = [(200, 150), (240, 180), (260, 190)]

    drag(slice_view, places)
    turn_wheel(slice_view, -1, (260, 190))

    pixels = [slice_view.pixelAt(QtCore.QPointF(*place)) for place in places]
    kinds = ["press", "move", "move", "release", "wheel"]
    assert [event[0] for event in tool.events] == kinds
    expected = [(p.row, p.column) for p in [*pixels, pixels[-1]]]
    assert [event[1:3] for event in tool.events[:4]] == expected
    assert tool.events[4][1] == -1
    assert checkered_film.GetDisplayNode().GetWindow() == window


def test_what_a_tool_leaves_goes_to_the_window(slice_view, checkered_film):
    slice_view.showFilm(checkered_film)
    slice_view.setTool(RecordingTool(consumes=False))
    window = checkered_film.GetDisplayNode().GetWindow()

    drag(slice_view, [(200, 200), (230, 210), (260, 240)])

    assert checkered_film.GetDisplayNode().GetWindow() != window


def test_brush_is_drawn_as_large_as_it_paints(slice_view, application_logic):
    film = film_node(application_logic.scene, np.zeros((100, 100), np.uint16), spacing=(2, 1))
    slice_view.showFilm(film)
    slice_view.setTool(RecordingTool(radius=10))
    turn = slice_view.geometryOfFilm().filmToFrame()

    drag(slice_view, [(250, 200), (250, 200)])

    across, down = 10 * np.hypot(*turn[:, 0]), 10 * np.hypot(*turn[:, 1])
    assert down == pytest.approx(2 * across)
    assert max(color_at(slice_view, (round(250 + across), 200))) > 100
    assert max(color_at(slice_view, (250, round(200 + down)))) > 100
    assert max(color_at(slice_view, (round(250 + down), 200))) < 50


def test_polygon_in_the_making_is_drawn(slice_view, application_logic):
    slice_view.showFilm(film_node(application_logic.scene, np.zeros((100, 100), np.uint16)))
    tool = RecordingTool()
    tool.corners = [(20, 20), (20, 80)]
    slice_view.setTool(tool)

    x, y = slice_view.geometryOfFilm().filmToFrame() @ (50, 20, 1)

    assert max(color_at(slice_view, (int(x), int(y)))) > 100


def test_cursor_is_reported_and_forgotten(slice_view, checkered_film):
    slice_view.showFilm(checkered_film)
    seen = []
    slice_view.pointed.connect(seen.append)

    drag(slice_view, [(200, 150), (201, 150)], QtCore.Qt.MiddleButton)
    QtCore.QCoreApplication.sendEvent(slice_view, QtCore.QEvent(QtCore.QEvent.Leave))

    assert seen[0] is not None
    assert seen[-1] is None


def test_empty_view_takes_events_and_says_what_to_do(slice_view):
    drag(slice_view, [(200, 200), (260, 240)])
    turn_wheel(slice_view, 1, (200, 200))
    slice_view.oneToOne()

    assert gray_image(slice_view).max() > 100


def test_size_of_the_view_keeps_pixels_square(slice_view, checkered_film):
    slice_view.showFilm(checkered_film)

    slice_view.resize(700, 300)
    slice_view.grab()

    turn = slice_view.geometryOfFilm().filmToFrame()
    assert np.hypot(*turn[:, 1]) == pytest.approx(1.5 * np.hypot(*turn[:, 0]))


def test_views_leave_nothing_in_the_scene(qtbot, application_logic):
    from CXRTriageViewer.slice_view import SliceView

    counts = []
    for _ in range(3):
        view = SliceView(application_logic.logic, application_logic.scene)
        qtbot.addWidget(view)
        view.resize(300, 200)
        view.show()
        view.grab()
        view.shutDown()
        counts.append(application_logic.scene.GetNumberOfNodes())

    assert len(set(counts)) == 1
