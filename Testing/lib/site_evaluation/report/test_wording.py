"""Numbers as people read them."""

from __future__ import annotations

import pytest

from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.site_evaluation.report.wording import (
    estimate_text,
    label_of,
    number_text,
    p_text,
    percent_text,
)


@pytest.mark.parametrize(
    ("value", "text"), [(0.93214, "0.932"), (-0.5, "\N{MINUS SIGN}0.500"), (27.34, "27.3")]
)
def test_numbers_have_the_digits_that_people_can_use(value, text):
    assert number_text(value) == text


def test_shares_are_percentages():
    assert percent_text(0.8888) == "88.9"


def test_small_p_values_are_not_told_apart():
    assert (p_text(1e-9), p_text(0.0412)) == ("< 0.001", "0.041")


def test_an_estimate_carries_its_interval():
    known = Estimate(value=0.9, low=0.8, high=0.95, films=9, patients=9)
    alone = Estimate(value=0.9, low=None, high=None, films=1, patients=1)
    undefined = Estimate(value=None, low=None, high=None, films=0, patients=0)

    assert estimate_text(known, is_percent=True) == "90.0 % (80.0 to 95.0)"
    assert estimate_text(alone) == "0.900 (no interval)"
    assert estimate_text(undefined) == "undefined"


def test_names_of_two_parts_are_put_together():
    assert label_of("heart hd95_px") == "Heart, HD95 [px]"
