"""The lungs with what of them lies behind heart, mediastinum and diaphragm."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import binary_fill_holes, label

from CXRTriageLib.domain.anatomy import LUNGS
from CXRTriageLib.domain.arrays import FloatImage, Labels, Mask
from CXRTriageLib.preprocessing.resampling import resize_nearest
from CXRTriageLib.segmentation.upsampling import labels_from_probabilities

EVEN = 0.5
LARGEST_HOLE = 0.03
"""Share of the whole lungs. What lies between two lungs that touch is larger, and no hole."""


def whole_lungs(logits: FloatImage, labels: Labels) -> Mask | None:
    """Return the whole lungs at the film's own size.

    Some of the lungs lies where a film shows heart, vessels or abdomen in front of it.
    The masks leave that part out, as their convention asks; other people draw it, and disease
    hides there.

    Parameters
    ----------
    logits
        (1, h, w), float32, or without any plane where the network does not tell.
    labels
        Masks of the same film, values of `Structure`, (rows, columns).

    Returns
    -------
    ndarray of bool or None
        (rows, columns): every pixel of the lungs' masks, and what the network adds to them in
        one piece, without holes. None where the network does not tell.
    """
    if not len(logits):
        return None
    inside = 1 / (1 + np.exp(-logits[0]))
    # Pieces are told apart on the network's grid, where it takes no time.
    seen = resize_nearest(labels, inside.shape) >= min(LUNGS)
    pieces, count = label((inside > EVEN) | seen)
    is_touched = np.zeros(count + 1, np.bool_)
    is_touched[pieces[seen]] = True
    inside = np.where(is_touched[pieces], inside, 0).astype(np.float32)
    solid = (inside > EVEN) | seen
    holes, _ = label(binary_fill_holes(solid) & ~solid)
    is_small = np.bincount(holes.ravel()) <= LARGEST_HOLE * solid.sum()
    inside[(holes > 0) & is_small[holes]] = 1
    found = labels_from_probabilities(np.stack([1 - inside, inside]), labels.shape) > 0
    whole: Mask = found | (labels >= min(LUNGS))
    return whole
