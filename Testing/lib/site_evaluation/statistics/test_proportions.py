"""Exact intervals and Bayes' theorem, against published numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from CXRTriageLib.site_evaluation.statistics.proportions import exact_share, predictive_values


def test_interval_is_that_of_newcombe_1998():
    # R. G. Newcombe, Statistics in Medicine 17:857-872, 1998, table I: 81 of 263 by Clopper and
    # Pearson is 0.2527 to 0.3676; 0 of 20 ends at 0.1684.
    found = exact_share([True] * 81 + [False] * 182, range(263))
    none = exact_share([False] * 20, range(20))

    assert (found.low, found.high) == pytest.approx((0.2527, 0.3676), abs=5e-5)
    assert (none.low, none.high) == pytest.approx((0, 0.1684), abs=5e-5)


@given(st.integers(1, 60), st.data())
def test_interval_is_that_of_scipy(films, data):
    hits = data.draw(st.integers(0, films))
    theirs = stats.binomtest(hits, films).proportion_ci(method="exact")

    found = exact_share([True] * hits + [False] * (films - hits), range(films))

    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    assert found.value == hits / films


def test_without_films_there_is_no_share():
    found = exact_share([], [])

    assert (found.value, found.low, found.high, found.films) == (None, None, None, 0)


def test_patients_are_counted_once():
    assert exact_share([True, False, True], ["a", "a", "b"]).patients == 2


def test_predictive_values_are_those_of_altman_and_bland_1994():
    # D. G. Altman, J. M. Bland, BMJ 309:102, 1994: liver scans, sensitivity 231/258 and
    # specificity 54/86; with a prevalence of 0.25 the predictive values are 0.45 and 0.95.
    positive, negative = predictive_values(231 / 258, 54 / 86, 0.25)

    assert positive == pytest.approx(0.45, abs=0.005)
    assert negative == pytest.approx(0.95, abs=0.005)


def test_a_finding_that_nobody_has_is_worth_nothing_that_can_be_told():
    assert predictive_values(0, 1, 0.3) == (None, pytest.approx(0.7))
