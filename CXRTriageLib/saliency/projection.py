"""Maps of patches become the map of a film (paper, section III-D)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.domain.arrays import Mask, read_only
from CXRTriageLib.domain.patches import PatchEvidence
from CXRTriageLib.domain.saliency import SaliencyMap
from CXRTriageLib.domain.settings import SaliencyMethod
from CXRTriageLib.errors import InvalidValueError
from CXRTriageLib.saliency.class_activation import grad_cam, gradient_weighted_sum

_ROUNDING = 1e-6
"""A spread below this share of the maximum is the rounding of float32, not a difference."""


def project_class_maps(
    evidence: PatchEvidence, lung_fields: Mask, method: SaliencyMethod
) -> SaliencyMap:
    """Join the maps of all patches to one map of the film for each class.

    Every map is brought to the size of its box, bilinear with pixel areas aligned, and added
    in its place; the sum is divided by the number of boxes that hold the pixel.

    Parameters
    ----------
    evidence
        The network's output for all patches.
    lung_fields
        Mask of both lungs on the working image, (rows, columns).
    method
        How maps are scaled and weighted before they are added.

    Returns
    -------
    SaliencyMap
        Never negative; zero outside the lungs and where no patch lies. With scaling to minimum
        and maximum 0 to 1, else in logits per position of the class map.

    Raises
    ------
    InvalidValueError
        If the mask is not of the size that the patches were cut from.

    Notes
    -----
    ``PROBABILITY_WEIGHTED`` adds signed maps and keeps the positive part of the result. Grad-CAM
    rectifies once, after everything linear: the logits of all patches, weighted by their
    probabilities and added, are one score of the film, upsampling and addition are linear, so
    this is Grad-CAM of that score. Rectified patch by patch, what one patch says against a
    class could not weigh against what its neighbor says for it. No map is scaled: a patch with
    little evidence stays faint.

    ``PLAIN_AVERAGE`` rectifies and scales every patch to its own minimum and maximum, as the
    authors' code does where the text is silent, and averages, as the text says. The code also
    stretches the final image to 0 to 1. The text does not, and the maps of two classes or two
    films could no longer be compared, so that is left to whoever draws the picture.
    ``SCALED_PROBABILITY_WEIGHTED`` multiplies each scaled map by the class probability of its
    patch (journal version, section II-C).
    """
    if lung_fields.shape != evidence.working_shape:
        raise InvalidValueError(
            f"The lung mask has shape {lung_fields.shape}, "
            f"the patches were cut from {evidence.working_shape}."
        )
    totals = np.zeros((len(evidence.class_names), *lung_fields.shape), dtype=np.float32)
    coverage = np.zeros(lung_fields.shape, dtype=np.uint16)
    for index, (top, left, bottom, right) in enumerate(evidence.boxes.tolist()):
        totals[:, top:bottom, left:right] += _patch_saliency(evidence, index, method)
        coverage[top:bottom, left:right] += 1
    share = np.zeros(lung_fields.shape, dtype=np.float32)
    np.divide(1, coverage, out=share, where=lung_fields & (coverage > 0))
    totals *= share
    np.maximum(totals, 0, out=totals)
    return SaliencyMap(class_names=evidence.class_names, values=totals)


def _patch_saliency(
    evidence: PatchEvidence, index: int, method: SaliencyMethod
) -> NDArray[np.float32]:
    """Return the maps of one patch at the size of its box, (classes, rows, columns)."""
    top, left, bottom, right = evidence.boxes[index].tolist()
    size = (bottom - top, right - left)
    class_maps = evidence.class_maps[index]
    probabilities = evidence.probabilities[index, :, np.newaxis, np.newaxis]
    if method is SaliencyMethod.PROBABILITY_WEIGHTED:
        return _upsampled(gradient_weighted_sum(class_maps) * probabilities, size)
    scaled = _scaled_to_unit(_upsampled(grad_cam(class_maps), size))
    if method is SaliencyMethod.SCALED_PROBABILITY_WEIGHTED:
        scaled *= probabilities
    return scaled


def _upsampled(maps: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    along_rows = _upsampling_weights(size[0], maps.shape[-2])
    along_columns = _upsampling_weights(size[1], maps.shape[-1])
    upsampled: NDArray[np.float32] = np.matmul(along_rows @ maps, along_columns.T)
    return upsampled


@lru_cache(maxsize=512)
def _upsampling_weights(target: int, source: int) -> NDArray[np.float32]:
    """Return the share of each source pixel in each target pixel, (target, source).

    Bilinear, the borders of the first and last pixels aligned, repeated beyond the outermost
    pixel centers.
    """
    positions = (np.arange(target) + 0.5) * source / target - 0.5
    distances = np.abs(np.clip(positions, 0, source - 1)[:, np.newaxis] - np.arange(source))
    return read_only(np.maximum(1 - distances, 0).astype(np.float32))


def _scaled_to_unit(maps: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale each map to 0 to 1; a map without differences says nothing and becomes 0."""
    lowest = maps.min(axis=(-2, -1), keepdims=True)
    highest = maps.max(axis=(-2, -1), keepdims=True)
    spread = highest - lowest
    gain = np.zeros_like(spread)
    np.divide(1, spread, out=gain, where=spread > _ROUNDING * highest)
    scaled: NDArray[np.float32] = maps - lowest
    scaled *= gain
    return scaled
