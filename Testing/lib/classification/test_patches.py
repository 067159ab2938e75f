"""Patches hold the pixels they should, at the edge of the image too."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from CXRTriageLib.classification.patches import (
    BorderRule,
    boxes_that_touch,
    cut_patches,
    patch_boxes,
)

shapes = st.tuples(st.integers(1, 90), st.integers(1, 90))


def gray_noise(shape, dtype):
    return np.random.default_rng(3).integers(0, 256, shape).astype(dtype)


@pytest.mark.parametrize("border", BorderRule)
def test_box_inside_the_image_is_centered(border):
    boxes = patch_boxes(np.array([[500, 300]]), (1024, 900), border=border)

    assert boxes.tolist() == [[388, 188, 612, 412]]
    assert boxes.dtype == np.int64


@pytest.mark.parametrize(
    ("border", "expected"),
    [
        pytest.param(BorderRule.CLIPPED, [0, 778, 122, 900], id="clipped"),
        pytest.param(BorderRule.SHIFTED, [0, 676, 224, 900], id="shifted"),
    ],
)
def test_box_at_the_edge_follows_the_border_rule(border, expected):
    boxes = patch_boxes(np.array([[10, 890]]), (1024, 900), border=border)

    assert boxes.tolist() == [expected]


@given(shape=shapes, side=st.integers(1, 60), data=st.data())
def test_boxes_hold_their_center_and_fit_the_image(shape, side, data):
    center = np.array([[data.draw(st.integers(0, extent - 1)) for extent in shape]])

    clipped = patch_boxes(center, shape, border=BorderRule.CLIPPED, side=side)
    shifted = patch_boxes(center, shape, border=BorderRule.SHIFTED, side=side)

    assert (clipped[:, :2] <= center).all()
    assert (center < clipped[:, 2:]).all()
    assert (shifted[:, :2] <= clipped[:, :2]).all()
    assert (clipped[:, 2:] <= shifted[:, 2:]).all()
    assert (shifted[:, :2] >= 0).all()
    assert (shifted[:, 2:] <= shape).all()
    assert (shifted[:, 2:] - shifted[:, :2] == np.minimum(side, shape)).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_patch_inside_the_image_is_cut_unchanged(dtype):
    image = gray_noise((300, 280), dtype)

    patches = cut_patches(image, np.array([[10, 20, 234, 244], [76, 56, 300, 280]]))

    assert patches.shape == (2, 1, 224, 224)
    assert patches.dtype == dtype
    assert np.array_equal(patches[0, 0], image[10:234, 20:244])
    assert np.array_equal(patches[1, 0], image[76:, 56:])


@pytest.mark.parametrize(
    ("dtype", "tolerance"),
    [
        pytest.param(np.float32, 0.01, id="float"),
        pytest.param(np.uint8, 1.0, id="rounded"),
    ],
)
def test_smaller_box_is_stretched_as_torch_does_it(dtype, tolerance):
    image = gray_noise((150, 400), dtype)
    expected = torch.nn.functional.interpolate(
        torch.from_numpy(image[None, None, :130, 10:234].astype(np.float32)),
        size=(224, 224),
        mode="bilinear",
        align_corners=False,
    )

    patches = cut_patches(image, np.array([[0, 10, 130, 234]]))

    assert patches.dtype == dtype
    np.testing.assert_allclose(patches, expected, atol=tolerance, rtol=0)


def test_boxes_that_touch_a_correction_are_found():
    correction = np.zeros((60, 60), bool)
    correction[20, 30] = True
    boxes = np.array([[0, 0, 21, 31], [0, 0, 20, 60], [20, 30, 21, 31], [21, 0, 60, 60]])

    assert boxes_that_touch(correction, boxes).tolist() == [True, False, True, False]
