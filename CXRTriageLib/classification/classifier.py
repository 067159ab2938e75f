"""From a lung-masked film to the evidence of its patches (paper, section II-B)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.classification.patches import BorderRule, cut_patches, patch_boxes
from CXRTriageLib.classification.sampling import lattice_centers, random_centers
from CXRTriageLib.domain.arrays import Centers, FloatImage, Mask
from CXRTriageLib.domain.patches import PatchEvidence
from CXRTriageLib.domain.settings import PatchPlacement, TriageSettings
from CXRTriageLib.networks.engine import Engine
from CXRTriageLib.networks.weights import Approach, ModelManifest

PATCHES_AT_ONCE = 16


class PatchClassifier:
    """The classification network and the patches that it is shown.

    Parameters
    ----------
    engine
        The loaded network.
    manifest
        Its classes, and whether it looks at patches or at the whole film.
    """

    def __init__(self, engine: Engine, manifest: ModelManifest) -> None:
        self._engine = engine
        self._manifest = manifest

    def examine(
        self, masked_film: FloatImage, lung_fields: Mask, settings: TriageSettings, *, seed: int
    ) -> PatchEvidence:
        """Return the network's output for all patches of a film.

        Parameters
        ----------
        masked_film
            Gray values 0 to 255, zero outside the lungs, at the working size.
        lung_fields
            Both lungs, at the working size; not empty.
        settings
            Where patches are cut.
        seed
            Of random patches.

        Returns
        -------
        PatchEvidence
            One entry for each patch; a global network has one patch, the whole film.
        """
        centers, boxes = self._places(lung_fields, settings, seed)
        logits, class_maps = self._infer(masked_film, boxes)
        exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
        return PatchEvidence(
            class_names=self._manifest.class_names,
            working_shape=(masked_film.shape[0], masked_film.shape[1]),
            centers=centers,
            boxes=boxes,
            probabilities=exponents / exponents.sum(axis=1, keepdims=True),
            class_maps=class_maps,
        )

    def _places(
        self, lung_fields: Mask, settings: TriageSettings, seed: int
    ) -> tuple[Centers, NDArray[np.int64]]:
        rows, columns = lung_fields.shape
        if self._manifest.approach is Approach.GLOBAL:
            return np.array([[rows // 2, columns // 2]]), np.array([[0, 0, rows, columns]])
        if settings.patch_placement is PatchPlacement.LATTICE:
            centers = lattice_centers(lung_fields)
            return centers, patch_boxes(centers, (rows, columns), border=BorderRule.SHIFTED)
        generator = np.random.default_rng(seed)
        centers = random_centers(lung_fields, settings.patch_count, rng=generator)
        return centers, patch_boxes(centers, (rows, columns), border=BorderRule.CLIPPED)

    def _infer(
        self, masked_film: FloatImage, boxes: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        logits: list[NDArray[np.float32]] = []
        class_maps: list[NDArray[np.float32]] = []
        for start in range(0, len(boxes), PATCHES_AT_ONCE):
            patches = cut_patches(masked_film, boxes[start : start + PATCHES_AT_ONCE])
            found = self._engine.infer(patches)
            logits.append(found[0])
            class_maps.append(found[1])
        return np.concatenate(logits), np.concatenate(class_maps)
