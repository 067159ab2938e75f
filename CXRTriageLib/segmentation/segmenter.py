"""From a preprocessed film to masks (paper, section II-A)."""

from __future__ import annotations

import numpy as np

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.arrays import FloatImage
from CXRTriageLib.domain.segmentation import ChestSegmentation
from CXRTriageLib.domain.settings import MaskMethod
from CXRTriageLib.networks.engine import Engine
from CXRTriageLib.preprocessing.working_film import PreprocessedFilm
from CXRTriageLib.segmentation.cleanup import clean_labels
from CXRTriageLib.segmentation.heart_opening import open_heart
from CXRTriageLib.segmentation.upsampling import labels_from_probabilities, labels_nearest
from CXRTriageLib.segmentation.whole_lungs import whole_lungs

DOUBT = 0.8
"""A pixel is in doubt where no class has this probability."""


class ChestSegmenter:
    """The segmentation network and what makes masks of its output.

    Parameters
    ----------
    engine
        The loaded network.
    side_px
        Rows and columns of the image that it sees.
    """

    def __init__(self, engine: Engine, *, side_px: int) -> None:
        self._engine = engine
        self._side_px = side_px

    def segment(self, film: PreprocessedFilm, method: MaskMethod) -> ChestSegmentation:
        """Return masks at the film's own size.

        Parameters
        ----------
        film
            The preprocessed film.
        method
            How class probabilities become masks.

        Returns
        -------
        ChestSegmentation
            Lungs and heart.
        """
        shape = film.radiograph.shape
        (logits,) = self._engine.infer(film.network_input(self._side_px)[None, None])
        probabilities = structure_probabilities(logits)[0]
        if method is MaskMethod.LABELS_UPSAMPLED:
            labels = labels_nearest(probabilities.argmax(axis=0).astype(np.uint8), shape)
        else:
            labels = clean_labels(open_heart(labels_from_probabilities(probabilities, shape)))
        whole = whole_lungs(logits[0, len(Structure) :], labels)
        return ChestSegmentation(
            labels=labels, doubtful_share=doubtful_share(probabilities), whole_lungs=whole
        )


def doubtful_share(probabilities: FloatImage) -> float:
    """Return how much of what the network drew it was in doubt about.

    Parameters
    ----------
    probabilities
        (classes, rows, columns), float32; background first.

    Returns
    -------
    float
        Pixels whose highest probability is under `DOUBT`, by those that are no background.
    """
    doubtful = int(np.count_nonzero(probabilities.max(axis=0) < DOUBT))
    drawn = int(np.count_nonzero(probabilities.argmax(axis=0)))
    return doubtful / max(drawn, 1)


def structure_probabilities(logits: FloatImage) -> FloatImage:
    """Return the probabilities of the structures from a network's logits.

    Parameters
    ----------
    logits
        (n, structures or more, rows, columns), float32.

    Returns
    -------
    ndarray of float32
        (n, structures, rows, columns).
    """
    return softmax(logits[:, : len(Structure)])


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
