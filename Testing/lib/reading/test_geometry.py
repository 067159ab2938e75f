"""Spacing is calibrated, at the detector or unknown by the rule, in either direction."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from CXRTriageLib.domain.spacing import SpacingSource
from CXRTriageLib.reading.geometry import SpacingAttributes, choose_spacing, usable_pair

lengths = st.floats(0.01, 5)
pairs = st.tuples(lengths, lengths)


@pytest.mark.parametrize(
    ("attributes", "source", "lengths_mm"),
    [
        pytest.param(
            SpacingAttributes(pixel_spacing=(0.14, 0.14), imager_pixel_spacing=(0.16, 0.16)),
            SpacingSource.CALIBRATED, (0.14, 0.14), id="both, differing",
        ),
        pytest.param(
            SpacingAttributes(pixel_spacing=(0.14, 0.15), imager_pixel_spacing=(0.14, 0.16)),
            SpacingSource.CALIBRATED, (0.14, 0.15), id="both, differing along one axis",
        ),
        pytest.param(
            SpacingAttributes(pixel_spacing=(0.14, 0.14), is_calibrated=True),
            SpacingSource.CALIBRATED, (0.14, 0.14), id="calibration type",
        ),
        pytest.param(
            SpacingAttributes(
                pixel_spacing=(0.14, 0.14), imager_pixel_spacing=(0.14, 0.14), is_calibrated=True
            ),
            SpacingSource.CALIBRATED, (0.14, 0.14), id="calibration type, both equal",
        ),
        pytest.param(
            SpacingAttributes(pixel_spacing=(0.14, 0.14), imager_pixel_spacing=(0.14, 0.14)),
            SpacingSource.DETECTOR, (0.14, 0.14), id="both, equal",
        ),
        pytest.param(
            SpacingAttributes(pixel_spacing=(0.1389, 0.1389), imager_pixel_spacing=(0.13889,) * 2),
            SpacingSource.DETECTOR, (0.13889, 0.13889), id="both, equal but for rounding",
        ),
        pytest.param(
            SpacingAttributes(imager_pixel_spacing=(0.2, 0.1)),
            SpacingSource.DETECTOR, (0.2, 0.1), id="imager alone",
        ),
        pytest.param(
            SpacingAttributes(imager_pixel_spacing=(0.2, 0.1), is_calibrated=True),
            SpacingSource.DETECTOR, (0.2, 0.1), id="calibration type without pixel spacing",
        ),
        pytest.param(
            SpacingAttributes(pixel_spacing=(0.14, 0.14)),
            SpacingSource.UNKNOWN, (None, None), id="pixel spacing alone",
        ),
        pytest.param(
            SpacingAttributes(other_spacing=(0.1, 0.1)),
            SpacingSource.UNKNOWN, (None, None), id="scanned film",
        ),
        pytest.param(
            SpacingAttributes(), SpacingSource.UNKNOWN, (None, None), id="nothing",
        ),
    ],
)  # fmt: skip
def test_source_of_the_spacing(attributes, source, lengths_mm):
    spacing = choose_spacing(attributes)

    assert spacing.source is source
    assert (spacing.row_mm, spacing.column_mm) == lengths_mm


@pytest.mark.parametrize(
    ("attributes", "aspect"),
    [
        (SpacingAttributes(pixel_spacing=(0.2, 0.1)), 2.0),
        (SpacingAttributes(other_spacing=(0.1, 0.2)), 0.5),
        (SpacingAttributes(aspect_ratio=(3, 2)), 1.5),
        (SpacingAttributes(pixel_spacing=(0.1, 0.1), aspect_ratio=(3, 2)), 1.0),
        (SpacingAttributes(), 1.0),
    ],
)
def test_the_shape_of_pixels_may_be_known_without_millimeters(attributes, aspect):
    spacing = choose_spacing(attributes)

    assert not spacing.is_known
    assert spacing.aspect == pytest.approx(aspect)


@given(pixel=st.none() | pairs, imager=st.none() | pairs, is_calibrated=st.booleans())
def test_millimeters_are_given_exactly_where_the_rule_gives_them(pixel, imager, is_calibrated):
    spacing = choose_spacing(
        SpacingAttributes(
            pixel_spacing=pixel, imager_pixel_spacing=imager, is_calibrated=is_calibrated
        )
    )

    assert spacing.is_known == bool(imager or (pixel and is_calibrated))
    if spacing.is_known:
        assert (spacing.row_mm, spacing.column_mm) in (pixel, imager)
        assert spacing.aspect == pytest.approx(spacing.row_mm / spacing.column_mm)


@pytest.mark.parametrize(
    "numbers",
    [(), (0.1,), (0.1, 0.1, 0.1), (0, 0), (0.1, 0), (-0.1, 0.1), (math.inf, 1), (math.nan, 1),
     (1e-300, 1)],
)  # fmt: skip
def test_numbers_that_are_no_size_are_not_used(numbers):
    assert usable_pair(numbers) is None
