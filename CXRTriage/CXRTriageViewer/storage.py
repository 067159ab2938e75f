"""Files to nodes and back by the storage nodes of MRML, as ``slicer.util`` asks for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import slicer

from CXRTriageScene.archive import readArchive, writeArchive

_NODE_OF_FILE_TYPE = {
    "VolumeFile": "vtkMRMLScalarVolumeNode",
    "SegmentationFile": "vtkMRMLSegmentationNode",
    "MarkupsFile": "vtkMRMLMarkupsFiducialNode",
    "ColorTableFile": "vtkMRMLColorTableNode",
}

_SCENE = "SceneFile"

_TYPE_OF_ENDING = (
    (".seg.nrrd", "SegmentationFile"),
    (".mrk.json", "MarkupsFile"),
    (".mrb", _SCENE),
    (".mrml", _SCENE),
    (".ctbl", "ColorTableFile"),
)


class CoreIOManager:
    """Stands for ``qSlicerCoreIOManager``.

    Its methods answer whether they succeeded, as those of 3D Slicer do.
    """

    def fileType(self, fileName: str) -> str:
        """Return the kind of a file by its name.

        Parameters
        ----------
        fileName
            With its ending.
        """
        name = str(fileName).lower()
        return next((kind for end, kind in _TYPE_OF_ENDING if name.endswith(end)), "VolumeFile")

    def fileWriterFileType(self, node: Any) -> str:
        """Return the kind of file that a node is written to.

        Parameters
        ----------
        node
            Any node; None stands for the scene.
        """
        classes = _NODE_OF_FILE_TYPE.items()
        return next((kind for kind, name in classes if node and node.IsA(name)), _SCENE)

    def loadNodes(
        self, fileType: str, properties: dict[str, Any], loaded: Any = None, messages: Any = None
    ) -> bool:
        """Load a file into the scene.

        Parameters
        ----------
        fileType
            From `fileType`.
        properties
            "fileName", and "name" for the node.
        loaded
            ``vtkCollection`` that takes the new node.
        messages
            ``vtkMRMLMessageCollection`` that takes what went wrong.
        """
        path = Path(str(properties["fileName"]))
        if not path.is_file():
            return _failed(messages, f"{path.name}: there is no such file.")
        if fileType == _SCENE:
            return self._loadScene(path, properties)
        return self._loadNode(fileType, path, properties, loaded, messages)

    def saveNodes(self, fileType: str, properties: dict[str, Any], messages: Any = None) -> bool:
        """Write a node, or the scene, to a file.

        Parameters
        ----------
        fileType
            From `fileWriterFileType`.
        properties
            "fileName" and "nodeID".
        messages
            ``vtkMRMLMessageCollection`` that takes what went wrong.
        """
        path = str(properties["fileName"])
        scene = slicer.mrmlScene
        if fileType == _SCENE:
            if path.lower().endswith(".mrb"):
                return writeArchive(scene, Path(path))
            return bool(scene.Commit(path))
        node = scene.GetNodeByID(properties["nodeID"])
        if node is None:
            return _failed(messages, "The node to be saved is in no scene.")
        storage = node.CreateDefaultStorageNode()
        scene.AddNode(storage)
        storage.SetFileName(path)
        try:
            return bool(storage.WriteData(node))
        finally:
            scene.RemoveNode(storage)

    def _loadScene(self, path: Path, properties: dict[str, Any]) -> bool:
        scene = slicer.mrmlScene
        clear = bool(properties.get("clear"))
        if path.suffix.lower() == ".mrb":
            return readArchive(scene, path, clear=clear)
        scene.SetURL(str(path))
        return bool(scene.Connect() if clear else scene.Import())

    def _loadNode(
        self, fileType: str, path: Path, properties: dict[str, Any], loaded: Any, messages: Any
    ) -> bool:
        name = _NODE_OF_FILE_TYPE.get(fileType)
        if name is None:
            return _failed(messages, f"{path.name}: files of type {fileType} are not read here.")
        scene = slicer.mrmlScene
        node = scene.AddNewNodeByClass(name, properties.get("name") or path.name.partition(".")[0])
        storage = node.CreateDefaultStorageNode()
        scene.AddNode(storage)
        storage.SetFileName(str(path))
        if hasattr(storage, "SetSingleFile"):
            storage.SetSingleFile(1)
        read = bool(storage.ReadData(node))
        if not read:
            scene.RemoveNode(node)
            scene.RemoveNode(storage)
            return _failed(messages, f"{path.name} cannot be read.")
        node.SetAndObserveStorageNodeID(storage.GetID())
        if hasattr(node, "CreateDefaultDisplayNodes"):
            node.CreateDefaultDisplayNodes()
        if loaded is not None:
            loaded.AddItem(node)
        return read


def _failed(messages: Any, text: str) -> bool:
    if messages is not None:
        messages.AddMessage(0, text)
    return False
