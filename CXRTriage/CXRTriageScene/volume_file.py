"""Volumes that somebody else has loaded into the scene, and their files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import slicer

from CXRTriageScene.node_roles import roleOf


def loadedVolumes(scene: Any) -> tuple[Any, ...]:
    """Return the scalar volumes of a scene that are none of ours, in its order.

    Parameters
    ----------
    scene
        The MRML scene.
    """
    count = scene.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode")
    nodes = [scene.GetNthNodeByClass(each, "vtkMRMLScalarVolumeNode") for each in range(count)]
    return tuple(
        node for node in nodes if roleOf(node) is None and not node.IsA("vtkMRMLLabelMapVolumeNode")
    )


def fileOf(volume: Any, folder: Path) -> str:
    """Return the file of a volume; one is written where there is none.

    What 3D Slicer loads from DICOM knows neither polarity nor where the pixel spacing was
    measured; the file does.

    Parameters
    ----------
    volume
        A vtkMRMLScalarVolumeNode.
    folder
        Where a file is written.
    """
    instances = (volume.GetAttribute("DICOM.instanceUIDs") or "").split()
    database = getattr(slicer, "dicomDatabase", None)
    if instances and database is not None:
        found = str(database.fileForInstance(instances[0]))
        if found:
            return found
    storage = volume.GetStorageNode()
    if storage is not None and storage.GetFileName():
        return str(storage.GetFileName())
    return _written(volume, folder)


def _written(volume: Any, folder: Path) -> str:
    letters = (each if each.isalnum() or each in "-_. " else "_" for each in volume.GetName())
    # Of its own, since volumes may share a name.
    place = folder / f"CXRTriage-{volume.GetID()}"
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"{''.join(letters) or 'film'}.nrrd"
    writer = slicer.vtkMRMLNRRDStorageNode()
    writer.SetFileName(str(path))
    writer.WriteData(volume)
    return str(path)
