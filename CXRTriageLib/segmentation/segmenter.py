"""From a preprocessed film to masks (paper, section II-A)."""

from __future__ import annotations

import numpy as np

from CXRTriageLib.domain.arrays import FloatImage
from CXRTriageLib.domain.segmentation import ChestSegmentation
from CXRTriageLib.domain.settings import MaskMethod
from CXRTriageLib.networks.engine import Engine
from CXRTriageLib.segmentation.cleanup import clean_labels
from CXRTriageLib.segmentation.upsampling import labels_from_probabilities, labels_nearest


class ChestSegmenter:
    """The segmentation network and what makes masks of its output.

    Parameters
    ----------
    engine
        The loaded network.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def segment(
        self, network_input: FloatImage, shape: tuple[int, int], method: MaskMethod
    ) -> ChestSegmentation:
        """Return masks at the film's own size.

        Parameters
        ----------
        network_input
            The preprocessed film at the network's size, 0 to 255.
        shape
            Rows and columns of the film.
        method
            How class probabilities become masks.

        Returns
        -------
        ChestSegmentation
            Lungs and heart.
        """
        (logits,) = self._engine.infer(network_input[None, None])
        if method is MaskMethod.LABELS_UPSAMPLED:
            small = logits[0].argmax(axis=0).astype(np.uint8)
            return ChestSegmentation(labels=labels_nearest(small, shape))
        labels = labels_from_probabilities(softmax(logits)[0], shape)
        return ChestSegmentation(labels=clean_labels(labels))


def softmax(logits: FloatImage) -> FloatImage:
    """Return the softmax over the second axis.

    Parameters
    ----------
    logits
        (n, classes, ...), float32.

    Returns
    -------
    ndarray of float32
        Same shape, each between 0 and 1.
    """
    exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities: FloatImage = exponents / exponents.sum(axis=1, keepdims=True)
    return probabilities
