"""A radiograph as a volume node, looking as the file asks for."""

from __future__ import annotations

import uuid
from typing import Any

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
    # Before there are pixels, from which a window would be guessed in a slow way for nothing.
    film.CreateDefaultDisplayNodes()
    film.GetDisplayNode().AutoWindowLevelOff()
    film.SetAndObserveImageData(imageOf(radiograph.pixels))
    spacing = radiograph.spacing
    steps = (spacing.row_mm or spacing.aspect, spacing.column_mm or 1.0)
    placeLikeFilm(film, steps, shape=radiograph.shape, imageShape=radiograph.shape)
    writeFacts(film, radiograph)
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
