"""A volume that somebody else has loaded is read from its file, or from one that is written."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import slicer
import vtk

from CXRTriageLib.domain.spacing import PixelSpacing
from CXRTriageLib.errors import MultipleFramesError
from CXRTriageLib.reading import read_radiograph
from CXRTriageScene.film_nodes import addFilm
from CXRTriageScene.volume_file import fileOf
from support.results import chest_film


@pytest.fixture
def volume(scene):
    """Return a volume that tells nothing of where it comes from."""
    node = addFilm(chest_film(spacing=PixelSpacing(aspect=1.25)), "film", scene)
    for name in list(node.GetAttributeNames()):
        node.RemoveAttribute(name)
    node.SetName("chest / 1")
    return node


def test_volume_without_a_file_is_written(volume, tmp_path):
    radiograph = read_radiograph(tmp_path / fileOf(volume, tmp_path))

    assert np.array_equal(
        np.argsort(radiograph.pixels[:, 90]), np.argsort(chest_film().pixels[:, 90])
    )
    assert radiograph.spacing.aspect == pytest.approx(1.25)


def test_volume_that_was_loaded_from_a_file_is_that_file(volume, tmp_path):
    storage = volume.GetScene().AddNewNodeByClass("vtkMRMLVolumeArchetypeStorageNode")
    storage.SetFileName("/films/chest.nrrd")
    volume.SetAndObserveStorageNodeID(storage.GetID())

    assert fileOf(volume, tmp_path) == "/films/chest.nrrd"


def test_volume_from_the_database_of_dicom_is_its_instance(volume, tmp_path, monkeypatch):
    files = {"1.2.3": "/database/1.2.3.dcm"}
    database = SimpleNamespace(fileForInstance=lambda uid: files.get(uid, ""))
    monkeypatch.setattr(slicer, "dicomDatabase", database, raising=False)
    volume.SetAttribute("DICOM.instanceUIDs", "1.2.3 4.5.6")

    assert fileOf(volume, tmp_path) == "/database/1.2.3.dcm"


def test_volumes_of_one_name_do_not_share_a_file(volume, scene, tmp_path):
    other = addFilm(chest_film(), "film", scene)
    other.SetName(volume.GetName())

    assert fileOf(volume, tmp_path) != fileOf(other, tmp_path)


def test_volume_of_several_slices_is_refused_as_a_film(scene, tmp_path):
    node = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "CT")
    image = vtk.vtkImageData()
    image.SetDimensions(200, 200, 3)
    image.AllocateScalars(vtk.VTK_SHORT, 1)
    node.SetAndObserveImageData(image)

    with pytest.raises(MultipleFramesError, match="volume"):
        read_radiograph(tmp_path / fileOf(node, tmp_path))
