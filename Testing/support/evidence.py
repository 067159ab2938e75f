"""Network output that was made up, for tests of what is computed from it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.domain.patches import PatchEvidence
from support.results import CLASS_NAMES


def made_up_evidence(
    boxes: list[list[int]], working_shape: tuple[int, int], *, map_side: int = 7
) -> PatchEvidence:
    """Return random probabilities and signed class maps for some boxes."""
    rng = np.random.default_rng(len(boxes))
    shape = (len(boxes), len(CLASS_NAMES))
    return PatchEvidence(
        class_names=CLASS_NAMES,
        working_shape=working_shape,
        centers=np.array(boxes).reshape(-1, 4)[:, :2],
        boxes=np.array(boxes).reshape(-1, 4),
        probabilities=rng.dirichlet(np.ones(shape[1]), shape[0]).astype(np.float32),
        class_maps=rng.normal(size=(*shape, map_side, map_side)).astype(np.float32),
    )


def evidence_of(
    probabilities: list[list[float]], class_maps: NDArray[np.float32] | None = None
) -> PatchEvidence:
    """Return given probabilities and class maps, every patch on the whole 224 x 224 image."""
    count = len(probabilities)
    if class_maps is None:
        class_maps = np.zeros((count, len(CLASS_NAMES), 7, 7), np.float32)
    return PatchEvidence(
        class_names=CLASS_NAMES,
        working_shape=(224, 224),
        centers=np.full((count, 2), 112),
        boxes=np.tile(np.array([0, 0, 224, 224]), (count, 1)),
        probabilities=np.array(probabilities, np.float32).reshape(count, len(CLASS_NAMES)),
        class_maps=class_maps,
    )
