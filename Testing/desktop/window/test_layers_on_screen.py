"""Every layer has its color where it lies, and the film shines through where it should."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5 import QtCore
from scipy import ndimage

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.exporting.palette import CLASS_COLORS, STRUCTURE_COLORS
from CXRTriageScene.caliper_nodes import readCaliper
from CXRTriageScene.film_geometry import pixelAt
from support.driven_viewer import color_of, place_of, press, seen, spot_of
from support.viewer_films import send_mouse

LUNG = Structure.RIGHT_LUNG


def middle_of(labels, structure):
    """Return the pixel of a structure that lies deepest in it."""
    depth = ndimage.distance_transform_edt(labels == structure)
    return np.unravel_index(depth.argmax(), depth.shape)


@pytest.mark.parametrize("structure", [Structure.HEART, Structure.LEFT_LUNG, LUNG])
def test_fill_tints_the_inside_of_a_mask(triaged, structure):
    press(triaged, "C")
    place = middle_of(triaged.panel.case.labels(), structure)
    tinted = color_of(triaged.view, *place).astype(float)
    press(triaged, "M")
    plain = color_of(triaged.view, *place).astype(float)

    share = triaged.panel.layers.panel.state.fill
    expected = (1 - share) * plain + share * np.array(STRUCTURE_COLORS[structure])
    np.testing.assert_allclose(tinted, expected, atol=4)


def test_outline_has_the_color_of_its_mask_and_runs_along_its_border(triaged):
    press(triaged, "C")
    mask = triaged.panel.case.labels() == LUNG
    picture = seen(triaged.view).astype(int)
    near = np.abs(picture - STRUCTURE_COLORS[LUNG]).max(axis=2) <= 8
    inside = ndimage.distance_transform_edt(mask)
    outside = ndimage.distance_transform_edt(~mask)

    found = np.argwhere(near)

    assert len(found) > 200
    for y, x in found[::10]:
        pixel = triaged.view.geometryOfFilm().pixelAt(x + 0.5, y + 0.5)
        assert max(inside[pixel.row, pixel.column], outside[pixel.row, pixel.column]) < 3


def test_mask_that_goes_on_beyond_the_view_has_no_outline_at_its_edge(triaged):
    press(triaged, "C")
    view, labels = triaged.view, triaged.panel.case.labels()
    place = place_of(view, *middle_of(labels, LUNG))
    send_mouse(view, QtCore.QEvent.MouseMove, place, QtCore.Qt.NoButton)

    view.zoomBy(40)

    picture = seen(view).astype(int)
    geometry = view.geometryOfFilm()
    corners = [geometry.pixelAt(x, y) for x in (0, view.width()) for y in (0, view.height())]
    assert {labels[corner.row, corner.column] for corner in corners} == {LUNG}
    assert np.abs(picture - STRUCTURE_COLORS[LUNG]).max(axis=2).min() > 8


def test_saliency_covers_the_film_where_it_is_strong_and_only_there(triaged):
    press(triaged, "M")
    press(triaged, "C")
    without = seen(triaged.view).astype(int)
    press(triaged, "S")
    covered = np.abs(seen(triaged.view).astype(int) - without).max(axis=2) > 8
    node = triaged.panel.case.nodes.saliency[triaged.panel.layers.panel.state.saliencyClass]
    values = node.GetImageData()
    columns, rows, _ = values.GetDimensions()
    scale = node.GetDisplayNode().GetWindowLevelMax()

    for share, isCovered in ((0.6, True), (0.02, False)):
        grid = [
            (row, column, values.GetScalarComponentAsDouble(column, row, 0, 0) / scale)
            for row in range(0, rows, 8)
            for column in range(0, columns, 8)
        ]
        chosen = [item for item in grid if (item[2] > share if isCovered else item[2] < share)]
        assert chosen
        for row, column, _ in chosen[:: max(1, len(chosen) // 20)]:
            ras = [0.0, 0.0, 0.0, 1.0]
            volume_to_world(node).MultiplyPoint((column, row, 0, 1), ras)
            spot = spot_of(triaged.view, *pixelAt(triaged.view.film(), tuple(ras[:3])))
            assert covered[spot] == isCovered


def volume_to_world(node):
    """Return the matrix from column, row and slice to RAS."""
    import vtk

    matrix = vtk.vtkMatrix4x4()
    node.GetIJKToRASMatrix(matrix)
    return matrix


def test_votes_are_dots_of_the_color_of_their_class(triaged):
    press(triaged, "M")
    press(triaged, "C")
    press(triaged, "V")
    nodes = triaged.panel.case.nodes
    picture = seen(triaged.view)

    count = 0
    for node, color in zip(nodes.votes.values(), CLASS_COLORS, strict=False):
        for index in range(node.GetNumberOfControlPoints()):
            count += 1
            row, column = pixelAt(nodes.film, tuple(node.GetNthControlPointPosition(index)))
            shown = picture[spot_of(triaged.view, row, column)].astype(int)
            assert np.abs(shown - color).max() <= 12
    assert count == len(triaged.panel.case.document["classification"]["patches"])


def test_caliper_stands_on_its_line(triaged):
    press(triaged, "M")
    nodes = triaged.panel.case.nodes
    with_lines = seen(triaged.view).astype(int)
    press(triaged, "C")
    change = np.abs(with_lines - seen(triaged.view)).max(axis=2)

    # The midline runs white over white vertebrae.
    for name in ("heart_diameter", "thoracic_diameter"):
        line = readCaliper(nodes.calipers[name], nodes.film)
        ends = np.array([line.start, line.end])
        for share in (0.15, 0.85):
            row, column = ends[0] + share * (ends[1] - ends[0])
            y, x = spot_of(triaged.view, row, column)
            assert change[y - 1 : y + 2, x - 1 : x + 2].max() > 15


def test_film_is_hidden_by_its_key_under_layers_that_stay(triaged):
    labels = triaged.panel.case.labels()
    press(triaged, "C")
    inside = middle_of(labels, LUNG)
    outside = (labels.shape[0] - 30, labels.shape[1] // 2)
    assert color_of(triaged.view, *outside).max() > 60

    press(triaged, "G")

    share = triaged.panel.layers.panel.state.fill
    tint = color_of(triaged.view, *inside).astype(float)
    np.testing.assert_allclose(tint, share * np.array(STRUCTURE_COLORS[LUNG]), atol=4)
    assert not color_of(triaged.view, *outside).any()
