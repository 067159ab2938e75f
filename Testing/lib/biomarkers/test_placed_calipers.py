"""Lines that a reader places are measured by the formulas of those from masks."""

from __future__ import annotations

import math

import pytest

from CXRTriageLib.biomarkers.placed_calipers import measure_placed, with_placed
from CXRTriageLib.biomarkers.reasons import NO_SPACING
from CXRTriageLib.domain.biomarker import Caliper
from CXRTriageLib.domain.spacing import PixelSpacing, SpacingSource
from support.results import triage_result

WIDE_ROWS = PixelSpacing.from_mm(0.5, 0.25, SpacingSource.DETECTOR)
HEART = Caliper(name="heart_diameter", start=(100.0, 20.0), end=(100.0, 80.0))
SLANTED = Caliper(name="heart_diameter", start=(100.0, 20.0), end=(120.0, 50.0))
THORAX = Caliper(name="thoracic_diameter", start=(60.0, 0.0), end=(60.0, 120.0))
MIDLINE = Caliper(name="midline", start=(0.0, 50.0), end=(200.0, 50.0))


def values(measurement):
    return {item.name: item.value for item in measurement.biomarkers}


def test_without_a_placed_diameter_there_is_no_measurement():
    assert measure_placed([], [HEART, THORAX], WIDE_ROWS) is None
    assert measure_placed([MIDLINE], [HEART, THORAX], WIDE_ROWS) is None


def test_ratio_of_one_placed_line_takes_the_other_from_the_masks():
    found = measure_placed([HEART], [MIDLINE, SLANTED, THORAX], WIDE_ROWS)

    assert values(found) == {
        "cardiothoracic_ratio": 0.5,
        "heart_diameter_px": 60.0,
        "heart_diameter_mm": 15.0,
    }
    assert found.calipers == (HEART,)


def test_slanted_line_has_the_length_that_a_ruler_would_give():
    found = values(measure_placed([SLANTED, THORAX], [], WIDE_ROWS))

    # 20 rows of 0.5 mm and 30 columns of 0.25 mm.
    assert found["heart_diameter_mm"] == pytest.approx(math.hypot(10.0, 7.5))
    assert found["thoracic_diameter_mm"] == pytest.approx(30.0)
    assert found["cardiothoracic_ratio"] == pytest.approx(math.hypot(10.0, 7.5) / 30.0)


def test_ratio_without_the_other_line_says_what_is_missing():
    ratio = measure_placed([HEART], [], PixelSpacing()).biomarkers[0]

    assert ratio.value is None
    assert "thoracic diameter" in ratio.reason


def test_length_without_spacing_has_pixels_alone():
    found = {item.name: item for item in measure_placed([HEART], [], PixelSpacing()).biomarkers}

    assert found["heart_diameter_px"].value == 60.0
    assert found["heart_diameter_mm"].reason == NO_SPACING


def test_result_keeps_what_is_from_the_masks_beside_what_is_by_hand():
    before = triage_result()
    moved = Caliper(name="heart_diameter", start=(250.0, 100.0), end=(250.0, 260.0))

    after = with_placed(before, [moved])

    assert after.biomarkers == before.biomarkers
    assert after.calipers == before.calipers
    drawn = {item.name: item for item in after.drawn_calipers}
    assert drawn["heart_diameter"] == moved
    assert drawn["thoracic_diameter"] in before.calipers
    assert with_placed(before, []).by_hand is None
