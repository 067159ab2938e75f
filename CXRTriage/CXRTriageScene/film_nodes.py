"""A radiograph as a volume node, looking as the file asks for."""

from __future__ import annotations

import uuid
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import slicer
from vtk.util.numpy_support import vtk_to_numpy

from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageScene.display_windows import fileWindow
from CXRTriageScene.film_facts import readFacts, writeFacts
from CXRTriageScene.film_geometry import filmShape, placeLikeFilm
from CXRTriageScene.film_look import showWindow
from CXRTriageScene.node_roles import Role, assignRole
from CXRTriageScene.volume_image import imageOf


def addFilm(radiograph: Radiograph, name: str, scene: Any) -> Any:
    """Add a film to a scene, as the first node of a new case.

    Parameters
    ----------
    radiograph
        The film. The voxels of the node are its gray levels: air is dark whatever the file's
        polarity, which an attribute tells.
    name
        Of the node.
    scene
        The MRML scene.

    Returns
    -------
    vtkMRMLScalarVolumeNode
        One slice. Where the pixel spacing is unknown columns are 1 apart and rows as the
        aspect says; an attribute says what the spacing is worth.
    """
    film = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", scene.GenerateUniqueName(name))
    film.SetName(name)
    assignRole(film, Role.FILM, uuid.uuid4().hex)
    film.SetAndObserveImageData(imageOf(radiograph.pixels))
    spacing = radiograph.spacing
    steps = (spacing.row_mm or spacing.aspect, spacing.column_mm or 1.0)
    placeLikeFilm(film, steps, shape=radiograph.shape, imageShape=radiograph.shape)
    writeFacts(film, radiograph)
    film.CreateDefaultDisplayNodes()
    showWindow(film, fileWindow(radiograph))
    return film


def radiographOf(film: Any) -> Radiograph:
    """Return the radiograph that a film node was made from.

    Parameters
    ----------
    film
        From `addFilm`, in this or an earlier session.
    """
    scalars = vtk_to_numpy(film.GetImageData().GetPointData().GetScalars())
    return readFacts(film, scalars.reshape(filmShape(film)))


def radiographOfVolume(volume: Any) -> Radiograph:
    """Return the radiograph in a volume node that somebody else loaded.

    Parameters
    ----------
    volume
        A vtkMRMLScalarVolumeNode of one slice. Polarity and the source of the spacing are
        only in the file: where that can be found, read it instead.

    Raises
    ------
    RefusedInputError
        If it is a volume or no film.
    """
    from CXRTriageLib.reading import read_radiograph

    storage = slicer.vtkMRMLNRRDStorageNode()
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{_fileNameOf(volume)}.nrrd"
        storage.SetFileName(str(path))
        storage.WriteData(volume)
        return read_radiograph(path)


def _fileNameOf(volume: Any) -> str:
    letters = (
        letter if letter.isalnum() or letter in "-_. " else "_" for letter in volume.GetName()
    )
    return "".join(letters) or "film"
