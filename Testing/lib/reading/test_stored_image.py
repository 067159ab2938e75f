"""Stored bits and numbers become codes without losing any that differ."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from CXRTriageLib.reading.stored_image import (
    QUANTIZED_LEVELS,
    SampleBits,
    from_bits,
    from_numbers,
    present_levels,
    replace_codes,
)


def values_of(stored):
    """Return the stored value of every pixel."""
    return stored.values[stored.position_of_code[stored.codes]]


@given(
    npst.arrays(
        st.sampled_from([np.uint8, np.int8, np.uint16, np.int16, np.dtype(">u2"), np.bool_]),
        (3, 5),
    )
)
def test_up_to_16_bits_are_kept(numbers):
    assert np.array_equal(values_of(from_numbers(numbers)), numbers)


def test_codes_of_unsigned_pixels_are_not_copied():
    numbers = np.arange(12, dtype=np.uint16).reshape(3, 4)

    assert np.shares_memory(from_numbers(numbers).codes, numbers)


@given(
    lowest=st.integers(-(2**40), 2**40),
    numbers=npst.arrays(np.int64, (4, 4), elements=st.integers(0, QUANTIZED_LEVELS - 1)),
)
def test_whole_numbers_of_a_small_range_are_kept(lowest, numbers):
    assert np.array_equal(values_of(from_numbers(numbers + lowest)), numbers + lowest)


@given(npst.arrays(np.float64, (6, 7), elements=st.floats(-1e6, 1e6)))
def test_real_numbers_are_rounded_to_a_65536th_of_their_range(numbers):
    error = np.abs(values_of(from_numbers(numbers)) - numbers)

    assert error.max() <= 0.51 * np.ptp(numbers) / (QUANTIZED_LEVELS - 1) + 1e-9


@given(
    npst.arrays(
        st.sampled_from([np.float32, np.float64, np.int64, np.uint64]), (3, 4), fill=st.nothing()
    )
)
def test_any_numbers_get_values_that_rise(numbers):
    stored = from_numbers(numbers)

    assert np.all(np.diff(stored.values) > 0)
    assert np.isfinite(stored.values).all()
    assert int(stored.codes.max()) < len(stored.position_of_code)


def test_pixels_without_a_number_get_a_value_below_all_others():
    numbers = np.array([[1.0, np.nan], [np.inf, 3.0]])

    stored = from_numbers(numbers)

    values = values_of(stored)
    assert np.array_equal(values == stored.gap_value, ~np.isfinite(numbers))
    assert values[0, 0] == pytest.approx(1)
    assert values[1, 1] == pytest.approx(3)
    assert stored.gap_value < 1


@pytest.mark.parametrize(
    ("bits", "pattern", "value"),
    [
        pytest.param(
            SampleBits(allocated=16, stored=12, high=11, is_signed=False), 0xF123, 0x123,
            id="overlay above is cut off",
        ),
        pytest.param(
            SampleBits(allocated=16, stored=12, high=15, is_signed=False), 0x123F, 0x123,
            id="samples lie at the upper end",
        ),
        pytest.param(
            SampleBits(allocated=16, stored=12, high=11, is_signed=True), 0x0FFF, -1,
            id="sign of 12 bits",
        ),
        pytest.param(
            SampleBits(allocated=16, stored=12, high=11, is_signed=True), 0xF7FF, 2047,
            id="sign does not come from above",
        ),
        pytest.param(
            SampleBits(allocated=16, stored=16, high=15, is_signed=True), 0x8000, -32768,
            id="lowest of 16 bits",
        ),
    ],
)  # fmt: skip
def test_a_sample_is_what_lies_between_its_bits(bits, pattern, value):
    for dtype in (np.uint16, np.int16):
        patterns = np.array([[pattern, 0]], np.uint16).view(dtype)

        assert values_of(from_bits(patterns, bits)).tolist() == [[value, 0]]


def test_samples_of_32_bits_become_16():
    bits = SampleBits(allocated=32, stored=20, high=19, is_signed=True)
    patterns = np.array([[0xFFFFF, 0x00005, 0xABC00007]], np.uint32)

    stored = from_bits(patterns, bits)

    assert stored.codes.dtype == np.uint16
    assert values_of(stored)[0, :2].tolist() == pytest.approx([-1, 5], abs=8)


@given(
    st.one_of(
        st.integers(0, 300).map(lambda shift: np.arange(65_536) + shift),
        st.integers(0, 65_535).map(lambda start: start - np.arange(65_536)),
        st.integers(0, 100).map(lambda seed: np.random.default_rng(seed).permutation(65_536)),
    )
)
def test_replacing_codes_is_looking_them_up(table):
    codes = np.random.default_rng(0).integers(0, 65_536, (300, 40), dtype=np.uint16)
    wrapped = (table % 65_536).astype(np.uint16)

    assert np.array_equal(replace_codes(codes, wrapped), wrapped[codes])


def test_replacing_codes_by_themselves_copies_nothing():
    codes = np.array([[3, 1], [2, 0]], np.uint16)
    table = np.array([0, 1, 2, 3, 9, 9], np.uint16)

    assert replace_codes(codes, table) is codes


def test_replacing_codes_takes_the_type_of_the_table():
    codes = np.array([[3, 1], [2, 0]], np.uint16)

    assert replace_codes(codes, np.arange(4, dtype=np.uint8)).dtype == np.uint8


@given(
    levels=npst.arrays(np.uint16, (40, 33), elements=st.integers(0, 50)),
    padding=st.none() | st.tuples(st.integers(0, 20), st.integers(20, 50)),
)
def test_present_levels_are_those_that_are_there(levels, padding):
    present = present_levels(levels, 60, padding, enough=64)

    expected = np.unique(levels)
    if padding:
        expected = expected[(expected < padding[0]) | (expected > padding[1])]
    assert np.array_equal(present, expected)


def test_enough_levels_are_given_with_both_ends():
    levels = np.arange(64 * 64, dtype=np.uint16).reshape(64, 64)

    present = present_levels(levels, 4096, None, enough=5)

    assert len(present) >= 5
    assert present[0] == 0
    assert present[-1] == 4095
