"""The mean of the weights of several trainings: what an ensemble gains, at the cost of one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import nn

from CXRTriageLib.errors import ModelError
from CXRTriageLib.networks.torch_engine import ARCHITECTURES
from CXRTriageLib.networks.weights import (
    MANIFEST_NAME,
    ModelManifest,
    Task,
    file_sha256,
    read_manifest,
)
from CXRTriageLib.training.checkpoints import load_checkpoint
from CXRTriageLib.training.lightning_setup import BEST_CHECKPOINT, LAST_CHECKPOINT
from CXRTriageLib.training.model_facts import WEIGHTS_LICENCE
from CXRTriageLib.training.packaging import NetworkDescription, package_network
from CXRTriageLib.training.sessions import MODELS_FOLDER
from CXRTriageLib.version import __version__


def mean_of_networks(networks: Sequence[nn.Module]) -> nn.Module:
    """Return a network with the mean of the weights of several [1]_.

    Parameters
    ----------
    networks
        Of the same architecture, that went on from the same weights or from one another: only
        then does the loss stay low on the way from one to the other. Running statistics of
        batch normalization are averaged as weights are.

    Returns
    -------
    Module
        The first of them, changed in place.

    References
    ----------
    .. [1] M. Wortsman et al., "Model soups: averaging weights of multiple fine-tuned models
       improves accuracy without increasing inference time", ICML 2022 (the uniform soup).
    """
    mean = networks[0]
    states = [network.state_dict() for network in networks]
    mean.load_state_dict(
        {
            name: torch.stack([state[name] for state in states]).mean(dim=0)
            if value.is_floating_point()
            else value
            for name, value in states[0].items()
        }
    )
    return mean


def average_trainings(task: Task, trainings: Sequence[Path], output: Path) -> Path:
    """Write the network whose weights are the mean of those of several finished trainings.

    Parameters
    ----------
    task
        Which of the networks in ``models`` of each training is meant.
    trainings
        Two or more output folders of ``cxrtriage train``, of the same network.
    output
        The network is written to a folder of the task's name in ``models`` below it.

    Returns
    -------
    Path
        Its manifest, which tells of each of the trainings.

    Raises
    ------
    ModelError
        If a training has no finished network or its checkpoint is gone, or if they are of
        different networks.
    """
    manifests = [_finished(task, training) for training in trainings]
    first = manifests[0]
    for training, manifest in zip(trainings, manifests, strict=True):
        if _kind(manifest) != _kind(first):
            raise ModelError(
                f"{training}: this network differs from that of {trainings[0]} in architecture, "
                "classes, approach or size. Give trainings that went on from the same weights or "
                "from one another."
            )
    networks = [
        load_checkpoint(ARCHITECTURES[first.architecture](len(first.classes)), checkpoint)
        for checkpoint in map(_checkpoint, trainings, manifests)
    ]
    description = NetworkDescription(
        name=first.identity.name,
        task=task,
        architecture=first.architecture,
        classes=first.classes,
        approach=first.approach,
        side_px=first.side_px,
    )
    facts = {
        "version": __version__,
        "training": {
            "mean_of": [
                {"weights_sha256": manifest.identity.sha256, **manifest.training}
                for manifest in manifests
            ]
        },
        "licence": WEIGHTS_LICENCE,
    }
    folder = output / MODELS_FOLDER / task.value
    return package_network(mean_of_networks(networks), folder, description, facts=facts)


def _finished(task: Task, training: Path) -> ModelManifest:
    models = training / MODELS_FOLDER
    if not (models / task.value / MANIFEST_NAME).is_file():
        raise ModelError(
            f"{training}: there is no finished {task.value} training in this folder. Give output "
            "folders of 'cxrtriage train' that have come to their end."
        )
    return read_manifest(task, models)


def _kind(manifest: ModelManifest) -> tuple[object, ...]:
    return (manifest.architecture, manifest.classes, manifest.approach, manifest.side_px)


def _checkpoint(training: Path, manifest: ModelManifest) -> Path:
    """Return the checkpoint that the training's network was written from."""
    wanted = manifest.training.get("checkpoint_sha256")
    for name in (BEST_CHECKPOINT, LAST_CHECKPOINT):
        checkpoint = training / name
        if checkpoint.is_file() and file_sha256(checkpoint) == wanted:
            return checkpoint
    raise ModelError(
        f"{training}: the checkpoint that this network was written from is no longer here. Run "
        "the training again, or leave it out."
    )
