"""A network that draws what people left out, for another one to learn from.

Most label images draw the lungs only, and most films have none. A teacher, which learned from
the few complete ones, says where it is certain of the rest; the student sees these films
changed at random, learns more of them than the teacher knew, and holds better on films of
other patients [1]_.

References
----------
.. [1] Q. Xie, M.-T. Luong, E. Hovy, Q. V. Le, "Self-training with Noisy Student improves
   ImageNet classification", CVPR 2020.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.networks.engine import Engine, load_engine
from CXRTriageLib.networks.weights import Task, read_manifest
from CXRTriageLib.preprocessing.resampling import resize_gray
from CXRTriageLib.segmentation.segmenter import doubtful_share, structure_probabilities
from CXRTriageLib.training.initial_weights import SHIPPED
from CXRTriageLib.training.possible_labels import ANYTHING, bits_of

CERTAIN = 0.9
"""Probability from which on a teacher is taken at its word."""
MOST_DOUBT = 0.3
"""Doubtful share of its masks up to which a teacher is asked at all."""


class Teacher:
    """Completes what is known of a film's masks.

    Parameters
    ----------
    engine
        The loaded network.
    side_px
        Rows and columns of the image that it sees.
    """

    def __init__(self, engine: Engine, *, side_px: int) -> None:
        self._engine, self._side_px = engine, side_px

    @classmethod
    def load(cls, models: Path) -> Teacher:
        """Load a teacher.

        Parameters
        ----------
        models
            Folder of networks, or "shipped".

        Raises
        ------
        ModelError
            If there is no such network.
        """
        folder = None if models == SHIPPED and not models.exists() else models
        manifest = read_manifest(Task.SEGMENTATION, folder)
        return cls(load_engine(manifest), side_px=manifest.side_px)

    def complete(
        self, image: NDArray[np.uint8], possible: NDArray[np.uint8]
    ) -> NDArray[np.uint8] | None:
        """Narrow what the pixels of a film may be.

        Parameters
        ----------
        image
            Preprocessed film, (side, side).
        possible
            From `possible_labels`, (side, side).

        Returns
        -------
        ndarray of uint8 or None
            The same but where the teacher is certain, and what it says is possible. Where it
            doubts its masks, what was given; None where nothing is known of the film then.
        """
        seen = resize_gray(image.astype(np.float32), (self._side_px, self._side_px))
        (logits, *_) = self._engine.infer(seen[None, None])
        probabilities = structure_probabilities(logits)[0]
        if doubtful_share(probabilities) > MOST_DOUBT:
            return None if (possible == ANYTHING).all() else possible
        at_size = np.stack([resize_gray(plane * 255, image.shape) / 255 for plane in probabilities])
        said = (1 << at_size.argmax(axis=0)).astype(np.uint8)
        is_taken = (at_size.max(axis=0) >= CERTAIN) & ((said & possible) > 0)
        of_structures = np.uint8(bits_of(Structure))
        narrowed: NDArray[np.uint8] = np.where(
            is_taken, (possible & ~of_structures) | said, possible
        )
        return narrowed
