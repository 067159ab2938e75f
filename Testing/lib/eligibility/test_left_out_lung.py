"""Masks that leave out much of the whole lungs are pointed at."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.film_warning import WarningCode
from CXRTriageLib.domain.segmentation import ChestSegmentation
from CXRTriageLib.eligibility.assessment import assess_eligibility
from CXRTriageLib.eligibility.left_out_lung import (
    MUCH_LEFT_OUT,
    check_left_out_lung,
    left_out_shares,
)
from support.phantoms import box_labels, chest_phantom

LUNG_BOXES = {
    Structure.RIGHT_LUNG: (20, 100, 10, 60),
    Structure.LEFT_LUNG: (20, 100, 80, 130),
}
"""80 rows of 50 columns each."""


def two_lungs(
    *, left_rows_more: int = 0, right_rows_more: int = 0, times: int = 1
) -> ChestSegmentation:
    """Return two lungs of 80 rows, the whole ones of some rows more below."""
    labels = box_labels(LUNG_BOXES, (220, 140))
    whole = labels > 0
    whole[100 : 100 + right_rows_more, 10:60] = True
    whole[100 : 100 + left_rows_more, 80:130] = True
    labels, whole = (np.kron(part, np.ones((times, times), part.dtype)) for part in (labels, whole))
    return ChestSegmentation(labels=labels, whole_lungs=whole > 0)


@given(left=st.integers(0, 110), right=st.integers(0, 110), times=st.integers(1, 9))
def test_share_is_that_of_areas_at_any_size(left, right, times):
    shares = dict(
        left_out_shares(two_lungs(left_rows_more=left, right_rows_more=right, times=times))
    )

    assert shares[Structure.LEFT_LUNG] == pytest.approx(left / (80 + left), abs=0.01)
    assert shares[Structure.RIGHT_LUNG] == pytest.approx(right / (80 + right), abs=0.01)


def test_only_the_lung_that_lacks_much_is_named_and_the_film_keeps_its_class():
    (warning,) = check_left_out_lung(two_lungs(left_rows_more=80, right_rows_more=10))

    assert warning.code is WarningCode.LUNG_LEFT_OUT
    assert "50 % of the whole left lung" in warning.message
    assert not warning.blocks_classification


def test_what_the_limit_allows_is_not_mentioned():
    rows = int(80 * MUCH_LEFT_OUT / (1 - MUCH_LEFT_OUT))

    assert not list(check_left_out_lung(two_lungs(left_rows_more=rows, right_rows_more=rows)))


def test_lung_behind_the_heart_is_not_left_out():
    segmentation = two_lungs(left_rows_more=80)
    labels = segmentation.labels.copy()
    labels[100:180, 80:130] = Structure.HEART

    shares = left_out_shares(ChestSegmentation(labels=labels, whole_lungs=segmentation.whole_lungs))

    assert dict(shares)[Structure.LEFT_LUNG] == 0


def test_nothing_is_said_without_whole_lungs_or_with_one_lung_only():
    one = two_lungs(left_rows_more=80)
    right_only = np.where(one.labels == Structure.LEFT_LUNG, 0, one.labels).astype(np.uint8)

    assert not left_out_shares(ChestSegmentation(labels=one.labels))
    assert not left_out_shares(ChestSegmentation(labels=right_only, whole_lungs=one.whole_lungs))


def test_it_is_one_of_all_checks():
    film, segmentation = chest_phantom()
    whole = segmentation.lung_fields.copy()
    whole[: len(whole) // 2] = True
    found = assess_eligibility(
        film, ChestSegmentation(labels=segmentation.labels, whole_lungs=whole)
    )

    assert {item.code for item in found} == {WarningCode.LUNG_LEFT_OUT}
