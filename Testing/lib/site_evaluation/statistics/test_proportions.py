"""Exact intervals and Bayes' theorem, against published numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from CXRTriageLib.site_evaluation.statistics.proportions import exact_share, predictive_values


def test_interval_is_that_of_conover_1971():
    # W. J. Conover, Practical Nonparametric Statistics, 1971, p. 97: 682 giant plants of 925. The
    # interval of Clopper and Pearson is what R prints for this example of binom.test (R sources,
    # tests/Examples/stats-Ex.Rout.save).
    found = exact_share([True] * 682 + [False] * 243, range(925))

    assert found.value == pytest.approx(0.7372973, abs=5e-8)
    assert (found.low, found.high) == pytest.approx((0.7076683, 0.7654066), abs=5e-8)


def test_interval_of_none_ends_where_none_becomes_unlikely():
    # C. J. Clopper, E. S. Pearson, Biometrika 26:404-413, 1934: the upper end is the share at
    # which nobody of 20 is found in 2.5 of 100 samples.
    none = exact_share([False] * 20, range(20))

    assert none.low == 0
    assert (1 - none.high) ** 20 == pytest.approx(0.025)


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
    # D. G. Altman, J. M. Bland, BMJ 309:102, 1994 (doi 10.1136/bmj.309.6947.102): liver scans,
    # sensitivity 231/258 and specificity 54/86; "where the prevalence of abnormality was 0.25 we
    # would have a positive predictive value of 0.45 and a negative predictive value of 0.95".
    positive, negative = predictive_values(231 / 258, 54 / 86, 0.25)

    assert positive == pytest.approx(0.45, abs=0.005)
    assert negative == pytest.approx(0.95, abs=0.005)


def test_a_finding_that_nobody_has_is_worth_nothing_that_can_be_told():
    assert predictive_values(0, 1, 0.3) == (None, pytest.approx(0.7))
