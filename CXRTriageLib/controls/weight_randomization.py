"""Whether saliency depends on what the network has learned (cascading randomization)."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from CXRTriageLib.classification.classifier import PatchClassifier
from CXRTriageLib.classification.voting import count_votes
from CXRTriageLib.controls.map_agreement import MapAgreement, map_agreement
from CXRTriageLib.domain.arrays import FloatImage, Mask
from CXRTriageLib.domain.settings import TriageSettings
from CXRTriageLib.networks.torch_engine import load_network
from CXRTriageLib.networks.weights import ModelManifest
from CXRTriageLib.saliency.projection import project_class_maps

STAGES: Mapping[str, tuple[str, ...]] = {
    "last layer": ("fc",),
    "and stage 4": ("layer4",),
    "and stage 3": ("layer3",),
    "and stage 2": ("layer2",),
    "and stage 1": ("layer1",),
    "and first layer": ("conv1", "bn1"),
}
"""Parts of ResNet-18 from the output to the input; each stage also randomizes those before."""


class ModuleEngine:
    """A network that is already loaded, as an engine.

    Parameters
    ----------
    network
        In evaluation mode, on the CPU.
    """

    description = "PyTorch CPU f32"

    def __init__(self, network: nn.Module) -> None:
        self._network = network

    @torch.inference_mode()
    def infer(self, images: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
        """Return the network's outputs; see `CXRTriageLib.networks.engine.Engine`."""
        found = self._network(torch.from_numpy(np.ascontiguousarray(images)))
        return tuple(item.numpy() for item in found)


def randomized_networks(network: nn.Module, *, seed: int = 0) -> Iterator[tuple[str, nn.Module]]:
    """Yield copies of a network with more and more layers as before training.

    Parameters
    ----------
    network
        `PatchResNet18`; it is left as it is.
    seed
        Of the random weights.

    Yields
    ------
    stage
        A key of `STAGES`.
    network
        In evaluation mode.
    """
    randomized = copy.deepcopy(network)
    for stage, parts in STAGES.items():
        # A generator cannot be handed to the layers, so the state outside is put back.
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            for part in parts:
                for layer in randomized.get_submodule(f"backbone.{part}").modules():
                    if isinstance(layer, nn.Conv2d | nn.Linear | nn.BatchNorm2d):
                        layer.reset_parameters()
        yield stage, copy.deepcopy(randomized).eval()


class RandomizationCheck:
    """The classification network beside its randomized copies.

    Parameters
    ----------
    manifest
        The network.
    """

    def __init__(self, manifest: ModelManifest) -> None:
        network = load_network(manifest)
        self._trained = PatchClassifier(ModuleEngine(network), manifest)
        self._randomized = {
            stage: PatchClassifier(ModuleEngine(copied), manifest)
            for stage, copied in randomized_networks(network)
        }

    def of_film(
        self, masked_film: FloatImage, lung_fields: Mask, settings: TriageSettings
    ) -> dict[str, MapAgreement]:
        """Compare the map of the class found with the maps of the randomized copies.

        Parameters
        ----------
        masked_film
            Gray values 0 to 255, zero outside the lungs, at the working size.
        lung_fields
            Both lungs, not empty.
        settings
            Choices of the method.

        Returns
        -------
        dict
            One agreement for each of `STAGES`.
        """
        evidence = self._trained.examine(masked_film, lung_fields, settings, seed=0)
        found = count_votes(evidence, settings.tie_rule).winner

        def map_of(evidence: Any) -> NDArray[np.float32]:
            saliency = project_class_maps(evidence, lung_fields, settings.saliency_method)
            return saliency.values[found]

        trained = map_of(evidence)
        return {
            stage: map_agreement(
                trained,
                map_of(classifier.examine(masked_film, lung_fields, settings, seed=0)),
                lung_fields,
            )
            for stage, classifier in self._randomized.items()
        }
