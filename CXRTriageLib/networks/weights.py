"""Weight files and their manifests: read, checked, never downloaded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Any

from CXRTriageLib.domain.provenance import ModelIdentity
from CXRTriageLib.errors import ModelError, WeightsHashError
from CXRTriageLib.resources import resource_path

MANIFEST_NAME = "manifest.json"
MANIFEST_SCHEMA_VERSION = 1


class Task(Enum):
    """What a network is for; also the name of its folder."""

    SEGMENTATION = "segmentation"
    CLASSIFICATION = "classification"


PAPER_SIDE_PX: Mapping[Task, int] = MappingProxyType(
    {Task.SEGMENTATION: 256, Task.CLASSIFICATION: 224}
)
"""Side of the images that the paper's networks see (sections II-A and II-B)."""


class Approach(Enum):
    """What a classification network looks at (paper, section II-B)."""

    LOCAL = "local"
    """Patches that vote."""
    GLOBAL = "global"
    """The whole masked film at 224 x 224."""


@dataclass(frozen=True, kw_only=True)
class ModelClass:
    """One class that a network tells apart.

    Attributes
    ----------
    name
        Key in files.
    label
        Name for people.
    confirm
        Whether the workflow asks for RT-PCR or CT when this class leads (paper, Fig. 9).
    """

    name: str
    label: str
    confirm: bool = False


@dataclass(frozen=True, kw_only=True)
class ModelManifest:
    """What a weight file is.

    Attributes
    ----------
    identity
        Name, version and hash.
    task
        What the network is for.
    architecture
        "fc_densenet103" or "resnet18_unet" for segmentation, "resnet18" for classification.
    classes
        In the order of the network's outputs.
    approach
        For classification; segmentation networks have None.
    weights
        Path of the weight file.
    results
        Measured results, as the training wrote them.
    side_px
        Rows and columns of the image that the network sees; 256 where a segmentation network
        does not say (paper, section II-A), 224 for classification.
    training
        What is noted of the training; empty where nothing is.
    """

    identity: ModelIdentity
    task: Task
    architecture: str
    classes: tuple[ModelClass, ...]
    approach: Approach | None
    weights: Path
    results: Mapping[str, Any]
    side_px: int
    training: Mapping[str, Any] = field(default_factory=dict)

    @property
    def class_names(self) -> tuple[str, ...]:
        """Keys of the classes."""
        return tuple(item.name for item in self.classes)


def default_models_folder() -> Path:
    """Return the folder of the networks that are shipped."""
    return resource_path("Models")


def read_manifest(task: Task, models: Path | None = None) -> ModelManifest:
    """Read the manifest of a network and check its weight file.

    Parameters
    ----------
    task
        Which network.
    models
        Folder with one folder for each task; the shipped networks by default. A network that
        the folder lacks is taken from the shipped ones.

    Returns
    -------
    ModelManifest
        With the path of a weight file whose hash is right.

    Raises
    ------
    ModelError
        If there is no such network, or the manifest cannot be read.
    WeightsHashError
        If the weight file is not the one that the manifest names.
    """
    folder = _model_folder(task, models)
    path = folder / MANIFEST_NAME
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        manifest = _manifest_from(document, folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{path}: the manifest cannot be read ({error}). Restore the folder from the "
            "installation, or train the network again."
        ) from error
    if manifest.task is not task:
        raise ModelError(
            f"{path}: this is a network for {manifest.task.value}, {task.value} was wanted. "
            "Give the folder that holds both folders, 'segmentation' and 'classification'."
        )
    _check_hash(manifest)
    return manifest


def _model_folder(task: Task, models: Path | None) -> Path:
    if models and not any((models / each.value / MANIFEST_NAME).is_file() for each in Task):
        # Without this a misspelt folder would be answered by the shipped networks.
        raise ModelError(
            f"{models}: this folder holds no network. Give the folder that holds "
            "'segmentation', 'classification' or both."
        )
    candidates = [folder / task.value for folder in (models, default_models_folder()) if folder]
    for folder in candidates:
        if (folder / MANIFEST_NAME).is_file():
            return folder
    raise ModelError(
        f"There is no {task.value} network in {' or '.join(str(item) for item in candidates)}. "
        "Reinstall CXRTriage, or name a folder of networks with --models."
    )


def _manifest_from(document: Mapping[str, Any], folder: Path) -> ModelManifest:
    if document["schema_version"] != MANIFEST_SCHEMA_VERSION:
        raise ValueError(f"its schema version is {document['schema_version']}")
    approach = document.get("approach")
    task = Task(document["task"])
    return ModelManifest(
        identity=ModelIdentity(
            name=document["name"],
            version=document["version"],
            sha256=document["weights"]["sha256"],
        ),
        task=task,
        architecture=document["architecture"],
        classes=tuple(ModelClass(**item) for item in document["classes"]),
        approach=Approach(approach) if approach else None,
        weights=folder / document["weights"]["file"],
        results=document.get("results", {}),
        side_px=int(document.get("side_px", PAPER_SIDE_PX[task])),
        training=document.get("training", {}),
    )


def _check_hash(manifest: ModelManifest) -> None:
    try:
        found = file_sha256(manifest.weights)
    except OSError as error:
        raise ModelError(
            f"{manifest.weights}: the weight file cannot be read ({error.strerror}). Restore it "
            "from the installation."
        ) from error
    if found != manifest.identity.sha256:
        raise WeightsHashError(
            f"{manifest.weights}: the weight file has changed (SHA-256 {found[:12]}..., the "
            f"manifest says {manifest.identity.sha256[:12]}...). Restore it from the "
            "installation; it is not used as it is."
        )


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
