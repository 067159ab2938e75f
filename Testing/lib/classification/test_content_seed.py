"""The fingerprint follows the pixels and nothing else."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from CXRTriageLib.classification.content_seed import pixel_sha256, seed_from_pixels

PIXELS = np.arange(12, dtype=np.uint16).reshape(3, 4) * 300


def test_hash_is_sha256_of_the_header_and_little_endian_rows():
    expected = hashlib.sha256(b"16 3 4\n" + PIXELS.astype("<u2").tobytes()).hexdigest()

    assert pixel_sha256(PIXELS) == expected


@pytest.mark.parametrize(
    "same",
    [
        pytest.param(PIXELS.astype(">u2"), id="other byte order"),
        pytest.param(np.asfortranarray(PIXELS), id="column by column"),
        pytest.param(np.repeat(PIXELS, 2, axis=1)[:, ::2], id="strided"),
    ],
)
def test_memory_layout_does_not_matter(same):
    assert pixel_sha256(same) == pixel_sha256(PIXELS)
    assert seed_from_pixels(same) == seed_from_pixels(PIXELS)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(PIXELS.reshape(4, 3), id="shape"),
        pytest.param(PIXELS + np.uint16(1), id="gray levels"),
        pytest.param(PIXELS.view(np.uint8), id="bits"),
    ],
)
def test_content_and_shape_matter(other):
    assert pixel_sha256(other) != pixel_sha256(PIXELS)
    assert seed_from_pixels(other) != seed_from_pixels(PIXELS)


def test_seed_is_exact_in_json_and_feeds_a_generator():
    seed = seed_from_pixels(PIXELS)

    assert 0 <= seed < 2**32
    assert np.random.default_rng(seed).integers(10) >= 0
