"""Maps of patches land where the patches were, and only in the lungs."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from CXRTriageLib.domain.settings import SaliencyMethod
from CXRTriageLib.errors import InvalidValueError
from CXRTriageLib.saliency.projection import project_class_maps
from support.evidence import evidence_of, made_up_evidence

SHAPE = (50, 43)
ALL_METHODS = pytest.mark.parametrize("method", SaliencyMethod)


def spans(extent):
    """Draw the first index and the one after the last; never smaller than a class map."""
    return st.integers(0, extent - 9).flatmap(
        lambda first: st.tuples(st.just(first), st.integers(first + 8, extent))
    )


boxes = st.builds(lambda r, c: [r[0], c[0], r[1], c[1]], spans(SHAPE[0]), spans(SHAPE[1]))


def upsampled(class_map, box):
    """Bring one map to the size of its box with torch."""
    size = (int(box[2] - box[0]), int(box[3] - box[1]))
    tensor = torch.from_numpy(class_map.astype(np.float64))[None, None]
    return torch.nn.functional.interpolate(
        tensor, size=size, mode="bilinear", align_corners=False
    ).numpy()[0, 0]


def patch_value(class_map, box, probability, method):
    rectified = upsampled(np.maximum(class_map, 0) / class_map.size, box)
    if method is SaliencyMethod.PROBABILITY_WEIGHTED:
        return probability * upsampled(class_map / class_map.size, box)
    scaled = (rectified - rectified.min()) / (rectified.max() - rectified.min())
    return scaled * (1 if method is SaliencyMethod.PLAIN_AVERAGE else probability)


def pixel_by_pixel(evidence, lung_fields, method):
    """Do what the projection does, without any of its shortcuts."""
    result = np.zeros((len(evidence.class_names), *lung_fields.shape))
    for c in range(len(evidence.class_names)):
        pasted = [
            patch_value(evidence.class_maps[i, c], box, evidence.probabilities[i, c], method)
            for i, box in enumerate(evidence.boxes)
        ]
        for row, column in np.argwhere(lung_fields):
            here = [
                values[row - top, column - left]
                for values, (top, left, bottom, right) in zip(pasted, evidence.boxes, strict=True)
                if top <= row < bottom and left <= column < right
            ]
            result[c, row, column] = max(np.mean(here), 0) if here else 0
    return result


@ALL_METHODS
@given(chosen=st.lists(boxes, max_size=6), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=8)
def test_projection_is_what_a_loop_over_pixels_gives(method, chosen, seed):
    evidence = made_up_evidence(chosen, SHAPE)
    lung_fields = np.random.default_rng(seed).random(SHAPE) < 0.4

    saliency = project_class_maps(evidence, lung_fields, method)

    expected = pixel_by_pixel(evidence, lung_fields, method)
    assert saliency.values.dtype == np.float32
    np.testing.assert_allclose(saliency.values, expected, atol=2e-6)


@ALL_METHODS
def test_saliency_is_zero_outside_lungs_and_patches_and_positive_somewhere(method):
    lung_fields = np.zeros(SHAPE, bool)
    lung_fields[5:40, 8:30] = True

    values = project_class_maps(
        made_up_evidence([[0, 0, 20, 43], [10, 5, 30, 25]], SHAPE), lung_fields, method
    ).values

    assert not values[:, ~lung_fields].any()
    assert not values[:, 30:].any()
    assert (values >= 0).all()
    assert (values.max(axis=(1, 2)) > 0).all()


@ALL_METHODS
def test_patch_that_is_met_twice_changes_nothing(method):
    lungs = np.ones((224, 224), bool)
    maps = np.random.default_rng(4).normal(size=(1, 4, 7, 7)).astype(np.float32)
    shares = [[0.4, 0.3, 0.2, 0.1]]

    once = project_class_maps(evidence_of(shares, maps), lungs, method)
    twice = project_class_maps(evidence_of(shares * 2, np.repeat(maps, 2, 0)), lungs, method)

    np.testing.assert_allclose(twice.values, once.values, rtol=1e-5)


def test_evidence_against_a_class_outweighs_weaker_evidence_for_it():
    maps = np.zeros((2, 4, 7, 7), np.float32)
    maps[:, 0] = np.array([3.0, -5.0])[:, None, None]
    maps[:, 1] = np.array([5.0, -3.0])[:, None, None]

    saliency = project_class_maps(
        evidence_of([[0.5, 0.5, 0, 0]] * 2, maps),
        np.ones((224, 224), bool),
        SaliencyMethod.PROBABILITY_WEIGHTED,
    )

    assert not saliency.values[0].any()
    np.testing.assert_allclose(saliency.values[1], 0.5 * (5 - 3) / 2 / 49, rtol=1e-5)


@pytest.mark.parametrize(
    "method", [SaliencyMethod.PLAIN_AVERAGE, SaliencyMethod.SCALED_PROBABILITY_WEIGHTED]
)
def test_map_without_differences_has_nothing_to_scale(method):
    maps = np.full((1, 4, 7, 7), 0.3, np.float32)
    maps[0, 1] = -1

    saliency = project_class_maps(
        evidence_of([[0.25] * 4], maps), np.ones((224, 224), bool), method
    )

    assert not saliency.values.any()


def test_lung_mask_of_another_size_is_refused():
    with pytest.raises(InvalidValueError, match=r"\(10, 10\).*\(50, 43\)"):
        project_class_maps(
            made_up_evidence([[0, 0, 20, 20]], SHAPE),
            np.ones((10, 10), bool),
            SaliencyMethod.PLAIN_AVERAGE,
        )
