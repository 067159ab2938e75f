"""Words of sources become the words of records."""

from __future__ import annotations

import pytest

from CXRTriageLib.site_evaluation.stated_words import known_sex, known_view, told_age


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("PA", "PA"),
        ("AP  Supine", "AP supine"),
        ("lat", "lateral"),
        ("", "unknown"),
        ("?", "unknown"),
    ],
)
def test_a_view_is_known_however_it_is_written(text, view):
    assert known_view(text) == view


@pytest.mark.parametrize(("text", "sex"), [("Female", "F"), (" m", "M"), ("", None), ("?", None)])
def test_a_sex_is_known_however_it_is_written(text, sex):
    assert known_sex(text) == sex


@pytest.mark.parametrize(("years", "told"), [(40.5, 40.5), (97, 90), (None, None)])
def test_a_very_high_age_is_not_told(years, told):
    assert told_age(years) == told
