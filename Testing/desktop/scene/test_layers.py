"""Saliency, votes, calipers and biomarkers over the film."""

from __future__ import annotations

import numpy as np
import pytest
import slicer
import vtk

from CXRTriageLib.biomarkers.cardiothoracic import cardiothoracic_ratio
from CXRTriageLib.domain.biomarker import Caliper
from CXRTriageLib.domain.segmentation import MaskSource
from CXRTriageLib.domain.spacing import PixelSpacing
from CXRTriageLib.exporting.palette import CLASS_COLORS, saliency_colors
from CXRTriageScene.biomarker_table import BY_HAND, COLUMNS, showBiomarkers, showByHand
from CXRTriageScene.caliper_nodes import (
    CaliperWatch,
    addCalipers,
    isMovedByHand,
    measureByHand,
    moveCaliper,
    placeCalipers,
    placedCalipers,
    readCaliper,
)
from CXRTriageScene.film_geometry import pixelAt, positionOf
from CXRTriageScene.film_nodes import addFilm
from CXRTriageScene.saliency_nodes import (
    addSaliency,
    legendOf,
    saliencyColorTable,
    saliencyThreshold,
    setSaliencyThreshold,
)
from CXRTriageScene.slice_layers import showFilm, showSaliency
from CXRTriageScene.vote_nodes import addVotes
from support.results import (
    BIOMARKERS,
    CLASS_LABELS,
    CLASS_NAMES,
    calipers,
    chest_film,
    patch_evidence,
)

LABELS = dict(zip(CLASS_NAMES, CLASS_LABELS, strict=True))
CORNERS = ((-0.5, -0.5), (399.5, 319.5))


@pytest.fixture
def film(scene):
    return addFilm(chest_film(), "film", scene)


def ratio_by_hand(nodes, film):
    """Return the cardiothoracic ratio along lines as they lie now."""
    return measureByHand(nodes, film).biomarkers[0]


def drag(node, film, *, end, row, column):
    """Move one end of a line as the mouse does."""
    node.SetNthControlPointPosition(end, vtk.vtkVector3d(*positionOf(film, row, column)))


def test_saliency_of_another_size_covers_the_field_of_the_film(film):
    node = addSaliency(np.ones((100, 64), np.float32), film, "viral", label="Viral pneumonia")

    for corner, own in zip(CORNERS, ((-0.5, -0.5), (99.5, 63.5)), strict=True):
        assert pixelAt(node, positionOf(film, *corner)) == pytest.approx(own)


def test_saliency_below_the_threshold_is_hidden_and_the_choice_is_kept(film):
    values = np.linspace(0, 2, 200, dtype=np.float32).reshape(20, 10)
    node = addSaliency(values, film, "viral", label="Viral pneumonia", fullScale=4.0)
    display = node.GetDisplayNode()
    assert display.GetApplyThreshold()
    assert display.GetLowerThreshold() == pytest.approx(0.4)

    setSaliencyThreshold(node, 0.25)
    again = addSaliency(2 * values, film, "viral", label="Viral pneumonia", fullScale=8.0)

    assert again is node
    assert saliencyThreshold(node) == pytest.approx(0.25)
    assert display.GetLowerThreshold() == pytest.approx(2.0)
    assert display.GetUpperThreshold() >= 8.0


def test_saliency_without_any_evidence_shows_nothing(film):
    node = addSaliency(np.zeros((20, 10), np.float32), film, "viral", label="Viral pneumonia")

    assert node.GetDisplayNode().GetLowerThreshold() > 0


def test_colors_of_saliency_are_those_of_pictures_in_one_table_for_all(scene, film):
    for name in CLASS_NAMES:
        addSaliency(np.ones((20, 10), np.float32), film, name, label=name)

    table = saliencyColorTable(scene)
    tables = scene.GetNodesByClassByName("vtkMRMLColorTableNode", table.GetName())
    tables.UnRegister(None)
    highest = [0.0] * 4
    table.GetColor(255, highest)
    assert tables.GetNumberOfItems() == 1
    assert np.allclose(highest[:3], saliency_colors(np.float32(1)) / 255, atol=1e-6)


def test_views_show_the_film_below_and_one_saliency_with_its_legend(scene, film):
    composite = scene.AddNewNodeByClass("vtkMRMLSliceCompositeNode")
    viral, normal = (
        addSaliency(np.ones((20, 10), np.float32), film, name, label=LABELS[name])
        for name in ("viral", "normal")
    )

    showFilm(film)
    showSaliency(film, viral, opacity=0.4)
    showSaliency(film, normal, opacity=0.5)

    assert composite.GetBackgroundVolumeID() == film.GetID()
    assert composite.GetForegroundVolumeID() == normal.GetID()
    assert composite.GetForegroundOpacity() == 0.5
    assert [legendOf(node).GetVisibility() for node in (viral, normal)] == [0, 1]
    assert legendOf(normal).GetTitleText() == "Saliency\nNormal"

    showSaliency(film, None, opacity=0.5)

    assert composite.GetForegroundVolumeID() is None
    assert not legendOf(normal).GetVisibility()


def test_votes_are_points_at_the_patches_in_the_color_of_their_class(film):
    evidence = patch_evidence((200, 160), (3, 1, 0, 6))

    nodes = addVotes(evidence, film, LABELS)

    counts = [nodes[name].GetNumberOfControlPoints() for name in CLASS_NAMES]
    assert counts == [3, 1, 0, 6]
    first = pixelAt(film, tuple(nodes["normal"].GetNthControlPointPosition(0)))
    # The center of a pixel of an image of half the size lies between two pixels of the film.
    assert first == pytest.approx(2 * evidence.centers[0] + 0.5)
    color = nodes["viral"].GetDisplayNode().GetSelectedColor()
    assert [round(255 * part) for part in color] == list(CLASS_COLORS[3])
    assert nodes["viral"].GetLocked()
    assert nodes["viral"].GetName() == "Votes: Viral pneumonia"


def test_votes_of_a_second_run_replace_those_of_the_first(film):
    addVotes(patch_evidence((200, 160), (3, 1, 0, 6)), film, LABELS)

    nodes = addVotes(patch_evidence((200, 160), (0, 2, 1, 1)), film, LABELS)

    assert [node.GetNumberOfControlPoints() for node in nodes.values()] == [0, 2, 1, 1]


def test_calipers_lie_where_the_library_measured(film):
    measured = {caliper.name: caliper for caliper in calipers((400, 320))}

    nodes = addCalipers(measured.values(), film)

    for name, node in nodes.items():
        found = readCaliper(node, film)
        assert found.start == pytest.approx(measured[name].start)
        assert found.end == pytest.approx(measured[name].end)
    assert nodes["midline"].GetLocked()
    assert not nodes["heart_diameter"].GetLocked()


def test_length_is_in_millimeters_where_they_are_known_and_absent_elsewhere(scene):
    known = addFilm(chest_film(), "known", scene)
    unknown = addFilm(chest_film(spacing=PixelSpacing()), "unknown", scene)

    texts = [
        addCalipers(calipers((400, 320)), film)["heart_diameter"].GetPropertiesLabelText()
        for film in (known, unknown)
    ]

    assert "38.4 mm" in texts[0]
    assert "mm" not in texts[1]


def test_dragged_end_gives_the_ratio_by_the_formula_of_the_library(film):
    nodes = addCalipers(calipers((400, 320)), film)
    assert measureByHand(nodes, film) is None
    ratios, released = [], []
    watch = CaliperWatch(
        nodes,
        lambda: ratios.append(ratio_by_hand(nodes, film).value),
        lambda: released.append("let go"),
    )

    drag(nodes["heart_diameter"], film, end=1, row=300, column=280)

    thorax = readCaliper(nodes["thoracic_diameter"], film)
    heart = Caliper(name="heart_diameter", start=(256.0, 130.7), end=(300.0, 280.0))
    # Rows are half a millimeter apart and columns 0.4.
    assert ratios[-1] == pytest.approx(cardiothoracic_ratio(heart, thorax, aspect=1.25))
    assert isMovedByHand(nodes["heart_diameter"])
    assert not isMovedByHand(nodes["thoracic_diameter"])
    assert not released
    nodes["heart_diameter"].InvokeEvent(slicer.vtkMRMLMarkupsNode.PointEndInteractionEvent)
    assert released == ["let go"]

    watch.close()
    drag(nodes["heart_diameter"], film, end=1, row=200, column=200)
    assert len(ratios) == 1


def test_lines_of_an_earlier_session_count_as_moved_by_hand(film):
    lines = [Caliper(name="heart_diameter", start=(256.0, 100.0), end=(300.0, 280.0))]

    placeCalipers(lines, film)

    nodes = addCalipers(calipers((400, 320)), film)
    (placed,) = placedCalipers(nodes, film)
    assert placed.name == "heart_diameter"
    assert placed.end == pytest.approx((300.0, 280.0))
    assert not isMovedByHand(nodes["thoracic_diameter"])


def test_line_moved_by_hand_stays_when_the_film_is_measured_again(film):
    nodes, moves = addCalipers(calipers((400, 320)), film), []
    watch = CaliperWatch(nodes, lambda: moves.append("moved"), lambda: None)
    drag(nodes["heart_diameter"], film, end=0, row=250, column=100)
    told = len(moves)

    addCalipers([Caliper(name="heart_diameter", start=(1, 2), end=(1, 9))], film)
    addCalipers([Caliper(name="thoracic_diameter", start=(5, 0), end=(5, 200))], film)

    assert readCaliper(nodes["heart_diameter"], film).start == pytest.approx((250, 100))
    assert readCaliper(nodes["thoracic_diameter"], film).end == pytest.approx((5, 200))
    assert len(moves) == told
    moveCaliper(
        nodes["heart_diameter"], film, Caliper(name="heart_diameter", start=(1, 2), end=(1, 9))
    )
    assert not isMovedByHand(nodes["heart_diameter"])
    watch.close()


def test_ratio_without_a_heart_says_what_is_missing(film):
    lines = [item for item in calipers((400, 320)) if item.name != "heart_diameter"]
    nodes = addCalipers(lines, film)
    CaliperWatch(nodes, lambda: None, lambda: None)
    drag(nodes["thoracic_diameter"], film, end=1, row=188, column=250)

    assert "heart diameter" in ratio_by_hand(nodes, film).reason


def test_ratio_is_undefined_while_the_thorax_has_no_width(film):
    nodes = addCalipers(calipers((400, 320)), film)
    watch = CaliperWatch(nodes, lambda: None, lambda: None)

    start = readCaliper(nodes["thoracic_diameter"], film).start
    moveCaliper(
        nodes["thoracic_diameter"],
        film,
        Caliper(name="thoracic_diameter", start=start, end=start),
    )
    drag(nodes["heart_diameter"], film, end=1, row=256, column=250)

    assert ratio_by_hand(nodes, film).value is None
    watch.close()


def rows_of(node):
    """Return the text of a table node."""
    table = node.GetTable()
    return [
        [table.GetValueByName(row, name).ToString() for name in COLUMNS]
        for row in range(table.GetNumberOfRows())
    ]


def test_biomarkers_stand_in_a_table_with_their_source_and_reasons(film):
    node = showBiomarkers(BIOMARKERS, MaskSource.CORRECTED, film)

    rows = rows_of(node)
    assert rows[0] == ["Cardiothoracic ratio", "0.384615", "1", "corrected", "", BIOMARKERS[0].name]
    assert rows[2][1:5] == ["", "cm2", "corrected", "The pixel spacing is unknown."]
    assert showBiomarkers(BIOMARKERS[:1], MaskSource.NETWORK, film) is node
    assert node.GetTable().GetNumberOfRows() == 1


def test_numbers_by_hand_stand_in_the_table_below_those_of_the_masks(film):
    node = showBiomarkers(BIOMARKERS, MaskSource.NETWORK, film)

    showByHand(BIOMARKERS[:1], film)
    showBiomarkers(BIOMARKERS, MaskSource.CORRECTED, film)

    assert [row[3] for row in rows_of(node)] == ["corrected"] * len(BIOMARKERS) + [BY_HAND]
    showByHand((), film)
    assert [row[3] for row in rows_of(node)] == ["corrected"] * len(BIOMARKERS)
