"""What the classification network sees in a film, as one row of numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.classification.classifier import PATCHES_AT_ONCE
from CXRTriageLib.classification.patches import cut_patches
from CXRTriageLib.domain.arrays import FloatImage
from CXRTriageLib.networks.openvino_engine import shared_core
from CXRTriageLib.networks.quiet_openvino import openvino
from CXRTriageLib.networks.weights import ModelManifest


class PooledFeatures:
    """A classification network without its last layer.

    Parameters
    ----------
    manifest
        The network.
    """

    def __init__(self, manifest: ModelManifest) -> None:
        core = shared_core()
        model = core.read_model(str(manifest.weights))
        # The head is a convolution of 1 x 1, the last one, so that it gives class maps.
        head = [item for item in model.get_ordered_ops() if item.get_type_name() == "Convolution"][
            -1
        ]
        body = openvino.Model([head.input_value(0)], model.get_parameters())
        self._request = core.compile_model(body, "CPU").create_infer_request()

    def of_film(self, masked_film: FloatImage, boxes: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the last residual stage, averaged over each patch and over all patches.

        Parameters
        ----------
        masked_film
            Gray values 0 to 255, zero outside the lungs, at the working size.
        boxes
            Borders of the patches, (n, 4).

        Returns
        -------
        ndarray
            (channels,).
        """
        pooled: list[NDArray[np.float32]] = []
        for start in range(0, len(boxes), PATCHES_AT_ONCE):
            patches = cut_patches(masked_film, boxes[start : start + PATCHES_AT_ONCE])
            found = self._request.infer([np.ascontiguousarray(patches, np.float32)])
            pooled.append(np.asarray(found[0], np.float32).mean(axis=(2, 3)))
        return np.asarray(np.concatenate(pooled).mean(axis=0), np.float32)
