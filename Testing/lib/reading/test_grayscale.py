"""Gray agrees with the formulas of DICOM, worked by hand, and with pydicom."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.pixels.processing import apply_modality_lut, apply_voi_lut, apply_windowing

from CXRTriageLib.errors import InvalidValueError
from CXRTriageLib.reading.grayscale import (
    LookupTable,
    Rescale,
    Window,
    WindowFunction,
    compose_display,
    compose_levels,
)
from support.dicom_files import film_dataset, lookup_item

STORED = np.arange(4096.0)


def pydicom_film(**attributes):
    """Return a data set of 12 bits for pydicom's functions."""
    return film_dataset(np.zeros((1, 1), np.uint16), BitsStored=12, **attributes)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        # PS3.3 C.11.2.1.2.1, note 4: center 2048, width 4096 is the identity of 12 bits.
        pytest.param(0, 0.0, id="lowest"),
        pytest.param(2048, 2048 / 4095, id="center"),
        pytest.param(4095, 1.0, id="highest"),
        pytest.param(-100, 0.0, id="below"),
        pytest.param(5000, 1.0, id="above"),
    ],
)
def test_linear_window_of_the_whole_range_is_the_identity(value, expected):
    window = Window(center=2048, width=4096)

    assert window.apply(np.array([float(value)]))[0] == pytest.approx(expected)


def test_linear_window_follows_the_pseudocode_of_the_standard():
    center, width = 2000.0, 500.0

    bright = Window(center=center, width=width).apply(STORED)

    for value in range(1700, 2300):
        if value <= center - 0.5 - (width - 1) / 2:
            expected = 0.0
        elif value > center - 0.5 + (width - 1) / 2:
            expected = 1.0
        else:
            expected = (value - (center - 0.5)) / (width - 1) + 0.5
        assert bright[value] == pytest.approx(expected)


def test_linear_window_of_width_one_is_a_threshold():
    bright = Window(center=100, width=1).apply(np.array([98.0, 99.0, 100.0, 101.0]))

    assert bright.tolist() == [0, 0, 1, 1]


def test_exact_window_has_its_ends_half_a_width_from_the_center():
    window = Window(center=10, width=4, function=WindowFunction.LINEAR_EXACT)

    assert window.apply(np.array([7.0, 8.0, 9.0, 10.0, 12.0, 13.0])).tolist() == [
        0, 0, 0.25, 0.5, 1, 1,
    ]  # fmt: skip


def test_sigmoid_window_is_steepest_at_its_center():
    bright = Window(center=50, width=20, function=WindowFunction.SIGMOID).apply(STORED)

    assert bright[50] == pytest.approx(0.5)
    assert bright[55] == pytest.approx(1 / (1 + np.exp(-1)))
    assert np.argmax(np.diff(bright)) in (49, 50)


@pytest.mark.parametrize("function", list(WindowFunction))
@given(center=st.integers(-500, 5000), width=st.integers(2, 6000))
def test_windows_agree_with_pydicom(function, center, width):
    dataset = pydicom_film(WindowCenter=center, WindowWidth=width, VOILUTFunction=function.value)

    bright = Window(center=center, width=width, function=function).apply(STORED)

    with np.errstate(over="ignore"):
        expected = apply_windowing(STORED, dataset) / 4095
    assert bright == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("width", "function"),
    [(0.5, WindowFunction.LINEAR), (0, WindowFunction.LINEAR_EXACT), (-3, WindowFunction.SIGMOID)],
)
def test_windows_that_the_standard_forbids_are_refused(width, function):
    with pytest.raises(InvalidValueError, match=r"too narrow for"):
        Window(center=100, width=width, function=function)


def test_a_window_as_narrow_as_numbers_get_is_a_threshold():
    window = Window(center=7, width=1e-320, function=WindowFunction.LINEAR_EXACT)

    assert window.apply(np.array([6.0, 8.0])).tolist() == [0, 1]


@given(slope=st.sampled_from([1.0, -1.0, 0.684, -2.5]), intercept=st.integers(-2000, 2000))
def test_rescale_agrees_with_pydicom(slope, intercept):
    dataset = pydicom_film(RescaleSlope=slope, RescaleIntercept=intercept)

    values = Rescale(slope=slope, intercept=intercept).apply(STORED)

    assert values == pytest.approx(apply_modality_lut(STORED.astype(np.uint16), dataset))


@given(first_value=st.integers(-300, 3000), seed=st.integers(0, 100))
def test_lookup_tables_agree_with_pydicom(first_value, seed):
    entries = np.random.default_rng(seed).integers(0, 4096, 700)
    stored = STORED.astype(np.int16)
    dataset = pydicom_film(VOILUTSequence=lookup_item(first_value, entries, bits=12))

    table = LookupTable(first_value=first_value, entries=entries.astype(np.float64), highest=4095.0)

    assert np.array_equal(table.apply(STORED), apply_voi_lut(stored, dataset))


@pytest.mark.parametrize(
    ("slope", "inverted", "rises"),
    [
        pytest.param(1, False, True, id="MONOCHROME2"),
        pytest.param(-1, False, False, id="negative slope"),
        pytest.param(1, True, False, id="MONOCHROME1"),
        pytest.param(-1, True, True, id="both cancel"),
    ],
)
def test_slope_and_polarity_each_reverse_the_levels(slope, inverted, rises):
    tables = compose_levels(STORED, Rescale(slope=slope, intercept=7), inverted=inverted)

    expected = np.arange(4096) if rises else np.arange(4095, -1, -1)
    assert np.array_equal(tables.level_of_value, expected)
    # A level stands for the modality value of the stored value that it came from.
    assert np.array_equal(tables.level_values[tables.level_of_value], STORED * slope + 7)
    assert np.all(np.diff(tables.level_values) * (-1 if inverted else 1) > 0)


@given(
    slope=st.floats(-1e3, 1e3).filter(lambda slope: abs(slope) > 1e-6),
    intercept=st.floats(-1e4, 1e4),
    inverted=st.booleans(),
)
def test_a_rescale_keeps_all_stored_values_apart(slope, intercept, inverted):
    tables = compose_levels(STORED, Rescale(slope=slope, intercept=intercept), inverted=inverted)

    assert sorted(tables.level_of_value) == list(range(4096))


def test_a_lookup_table_may_say_that_values_are_the_same():
    entries = np.array([5.0, 5.0, 9.0, 7.0])
    modality = LookupTable(first_value=0, entries=entries, highest=15)

    tables = compose_levels(np.arange(6.0), modality, inverted=False)

    assert tables.level_values.tolist() == [5, 7, 9]
    assert tables.level_of_value.tolist() == [0, 0, 2, 1, 1, 1]


@pytest.mark.parametrize(
    "rescale",
    [
        Rescale(slope=1e-30, intercept=1.0),
        Rescale(slope=0.0),
        Rescale(slope=1e308),
        Rescale(slope=float("nan")),
    ],
)
def test_a_rescale_that_loses_values_is_refused(rescale):
    with pytest.raises(InvalidValueError, match=r"Rescale Slope"):
        compose_levels(STORED, rescale, inverted=False)


@pytest.mark.parametrize(("count", "dtype"), [(256, np.uint8), (257, np.uint16)])
def test_levels_take_as_few_bits_as_they_need(count, dtype):
    tables = compose_levels(np.arange(float(count)), Rescale(), inverted=True)

    assert tables.level_of_value.dtype == dtype


def test_inversion_comes_after_the_window():
    # Of -100 to 100 the window shows 0 to 100. Inverted first, it would show -100 to 0.
    values = np.array([-100.0, 0.0, 50.0, 100.0])
    window = Window.spanning(0, 100)

    shown = compose_display(values, window, inverted=True)

    assert shown.tolist() == [255, 255, 128, 0]


def test_a_voi_lookup_table_spans_the_bits_of_its_descriptor():
    table = LookupTable(first_value=0, entries=np.array([0.0, 512.0, 1023.0]), highest=1023)

    shown = compose_display(np.arange(3.0), table, inverted=False)

    assert shown.tolist() == [0, 128, 255]
