"""Diameters and their ratio follow from boxes whose borders are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from CXRTriageLib.biomarkers.cardiothoracic import (
    PatientSide,
    cardiothoracic_ratio,
    heart_diameter,
    heart_half,
    length_px,
    midline,
    thoracic_diameter,
)
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.biomarker import Caliper
from CXRTriageLib.domain.label_runs import LabelRuns
from CXRTriageLib.errors import UndefinedBiomarkerError
from support.phantoms import BOXES, box_labels, ellipse_labels
from support.synthetic_chest import synthetic_chest

SWAPPED = np.array([0, 1, 3, 2], np.uint8)


def runs_of_boxes(**boxes):
    changed = {Structure[name.upper()]: box for name, box in boxes.items()}
    return LabelRuns.from_labels(box_labels(BOXES | changed))


def ratio_of(runs):
    return cardiothoracic_ratio(heart_diameter(runs), thoracic_diameter(runs))


@pytest.mark.parametrize(
    ("heart_columns", "expected"),
    [
        pytest.param((44, 84), 40 / 92, id="normal"),
        pytest.param((38, 84), 46 / 92, id="borderline"),
        pytest.param((20, 100), 80 / 92, id="enlarged"),
    ],
)
def test_ratio_is_heart_columns_over_widest_lung_row(heart_columns, expected):
    runs = runs_of_boxes(heart=(50, 75, *heart_columns))

    assert ratio_of(runs) == pytest.approx(expected)


def test_a_mask_from_column_10_to_19_runs_from_9_and_a_half_to_19_and_a_half():
    labels = np.zeros((9, 40), np.uint8)
    labels[4, 10:20] = Structure.HEART

    line = heart_diameter(LabelRuns.from_labels(labels))

    assert line == Caliper(name="heart_diameter", start=(4.0, 9.5), end=(4.0, 19.5))
    assert length_px(line) == 10


def test_heart_spans_columns_of_different_rows_and_is_drawn_where_it_is_widest():
    labels = box_labels()
    labels[60:70, 38:44] = Structure.HEART
    labels[52:55, 84:88] = Structure.HEART

    line = heart_diameter(LabelRuns.from_labels(labels))

    assert line == Caliper(name="heart_diameter", start=(65.0, 37.5), end=(65.0, 87.5))


def test_thorax_is_as_wide_as_its_widest_row_and_not_as_its_box():
    labels = np.zeros((60, 100), np.uint8)
    labels[10:20, 5:40] = Structure.RIGHT_LUNG
    labels[20:50, 20:40] = Structure.RIGHT_LUNG
    labels[10:20, 60:70] = Structure.LEFT_LUNG
    labels[20:50, 60:95] = Structure.LEFT_LUNG

    line = thoracic_diameter(LabelRuns.from_labels(labels))

    # Rows 20 to 49 span 20 to 95, rows 10 to 19 span 5 to 70; the box would span 5 to 95.
    assert line == Caliper(name="thoracic_diameter", start=(35.0, 19.5), end=(35.0, 94.5))


def test_midline_is_the_median_middle_over_rows_with_both_lungs():
    line = midline(runs_of_boxes(heart=(50, 55, 44, 84)))

    # Between the borders 49.5 and 69.5, but for the five rows of the heart.
    assert line == Caliper(name="midline", start=(15.5, 59.5), end=(79.5, 59.5))


def test_halves_reach_from_the_midline_to_the_heart_border_on_the_patients_side():
    runs = runs_of_boxes(heart=(50, 55, 44, 84))

    right = heart_half(runs, PatientSide.RIGHT)
    left = heart_half(runs, PatientSide.LEFT)

    assert right == Caliper(name="heart_right_half", start=(52.0, 59.5), end=(52.0, 43.5))
    assert left == Caliper(name="heart_left_half", start=(52.0, 59.5), end=(52.0, 83.5))


@given(st.integers(0, 30), st.integers(0, 30))
def test_halves_add_up_to_the_diameter_where_the_midline_crosses_the_heart(right, left):
    runs = runs_of_boxes(heart=(50, 55, 58 - right, 62 + left))

    halves = [length_px(heart_half(runs, side)) for side in PatientSide]

    assert sum(halves) == length_px(heart_diameter(runs))


def test_a_mirrored_film_keeps_the_patients_sides():
    labels = ellipse_labels()
    runs = LabelRuns.from_labels(labels)
    mirrored = LabelRuns.from_labels(np.ascontiguousarray(labels[:, ::-1]))

    for side in PatientSide:
        assert length_px(heart_half(runs, side)) == length_px(heart_half(mirrored, side))
    assert ratio_of(mirrored) == ratio_of(runs)


def test_swapped_labels_swap_the_halves_and_nothing_else():
    labels = ellipse_labels()
    runs, swapped = LabelRuns.from_labels(labels), LabelRuns.from_labels(SWAPPED[labels])

    assert length_px(heart_half(swapped, PatientSide.LEFT)) == length_px(
        heart_half(runs, PatientSide.RIGHT)
    )
    assert ratio_of(swapped) == ratio_of(runs)


@given(st.integers(0, 40), st.integers(0, 50))
@settings(max_examples=25)
def test_a_shifted_chest_has_shifted_lines(down, right):
    labels = ellipse_labels((120, 100))
    shifted = np.pad(labels, ((down, 0), (right, 0)))

    for line in (heart_diameter, thoracic_diameter, midline):
        here, there = (line(LabelRuns.from_labels(one)) for one in (labels, shifted))
        assert there.start == (here.start[0] + down, here.start[1] + right)
        assert there.end == (here.end[0] + down, here.end[1] + right)


@given(st.integers(2, 5), st.integers(2, 5))
@settings(max_examples=10)
def test_an_enlarged_film_has_the_same_ratio_and_longer_lines(down, right):
    labels = ellipse_labels((120, 100))
    enlarged = LabelRuns.from_labels(np.kron(labels, np.ones((down, right), np.uint8)))
    runs = LabelRuns.from_labels(labels)

    assert ratio_of(enlarged) == pytest.approx(ratio_of(runs))
    assert length_px(heart_diameter(enlarged)) == right * length_px(heart_diameter(runs))


def test_ratio_follows_a_caliper_that_was_moved_aslant():
    heart = Caliper(name="heart_diameter", start=(10.0, 20.0), end=(20.0, 20.0))
    thorax = Caliper(name="thoracic_diameter", start=(10.0, 0.0), end=(10.0, 40.0))

    assert cardiothoracic_ratio(heart, thorax, aspect=2.0) == 0.5


def test_synthetic_hearts_lie_on_their_sides_of_one_half():
    normal, enlarged = (
        ratio_of(LabelRuns.from_labels(synthetic_chest((256, 225), enlarged_heart=large).labels))
        for large in (False, True)
    )

    assert 0.35 < normal < 0.5 < enlarged < 0.65


@pytest.mark.parametrize("structure", ["right_lung", "left_lung", "heart"])
def test_a_missing_organ_makes_the_ratio_undefined(structure):
    runs = runs_of_boxes(**{structure: (0, 0, 0, 0)})

    with pytest.raises(UndefinedBiomarkerError, match=structure.replace("_", " ")):
        ratio_of(runs)


def test_lungs_without_a_common_row_have_no_thoracic_diameter():
    runs = runs_of_boxes(right_lung=(0, 40, 10, 50), left_lung=(40, 90, 60, 90))

    with pytest.raises(UndefinedBiomarkerError, match="No row of the film crosses both lungs"):
        thoracic_diameter(runs)


def test_a_heart_on_one_side_has_no_half_on_the_other():
    runs = runs_of_boxes(heart=(50, 55, 64, 84))

    with pytest.raises(UndefinedBiomarkerError, match="right side of the midline"):
        heart_half(runs, PatientSide.RIGHT)
    assert length_px(heart_half(runs, PatientSide.LEFT)) == 24


def test_calipers_on_one_point_have_no_ratio():
    point = Caliper(name="thoracic_diameter", start=(1.0, 1.0), end=(1.0, 1.0))

    with pytest.raises(UndefinedBiomarkerError, match="zero"):
        cardiothoracic_ratio(point, point)
