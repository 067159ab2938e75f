"""The status bar says what lies under the cursor, layer by layer."""

from __future__ import annotations

import numpy as np
import pytest

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageScene.film_nodes import addFilm
from CXRTriageScene.mask_nodes import addMasks
from CXRTriageScene.node_roles import Role
from CXRTriageScene.saliency_nodes import addSaliency
from CXRTriageViewer.readout import Readout, structureAt
from CXRTriageViewer.slice_geometry import Pixel
from support.film_files import write_chest


@pytest.fixture
def film(application_logic, tmp_path):
    """Return a film node of 320 x 280 pixels."""
    from CXRTriageLib.reading import read_radiograph

    path = tmp_path / "chest.png"
    write_chest(path, shape=(320, 280))
    return addFilm(read_radiograph(path), "chest", application_logic.scene)


def test_every_layer_is_read(slice_view, application_logic, film):
    labels = np.zeros((320, 280), np.uint8)
    labels[100:120, 50:70] = Structure.LEFT_LUNG
    addMasks(labels, film, "masks")
    saliency = np.zeros((80, 70), np.float32)
    saliency[27, 15] = 0.75
    slice_view.showFilm(film)
    node = addSaliency(saliency, film, "viral", label="Viral pneumonia")
    slice_view.compositeNode().SetForegroundVolumeID(node.GetID())
    readout = Readout(application_logic.scene)

    inside = readout.textAt(Pixel(row=110, column=62), film, slice_view.compositeNode())
    outside = readout.textAt(Pixel(row=10, column=5), film, slice_view.compositeNode())

    assert "row 110   column 62" in inside
    assert "left lung" in inside
    assert "saliency 0.75" in inside
    assert "no mask" in outside
    assert "saliency 0.00" in outside


def test_corrected_masks_go_before_those_of_the_network(application_logic, film):
    pixel = Pixel(row=5, column=5)
    heart = np.full((320, 280), Structure.HEART, np.uint8)
    addMasks(heart, film, "network")
    assert structureAt(application_logic.scene, film, pixel) is Structure.HEART

    addMasks(np.zeros_like(heart), film, "corrected", Role.CORRECTED_MASKS)
    assert structureAt(application_logic.scene, film, pixel) is None


@pytest.mark.parametrize("pixel", [None, Pixel(row=-1, column=3), Pixel(row=3, column=280)])
def test_nothing_is_read_outside_the_film(slice_view, application_logic, film, pixel):
    composite = slice_view.compositeNode()

    assert Readout(application_logic.scene).textAt(pixel, film, composite) == ""
