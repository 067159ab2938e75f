"""Pairs of two groups, counted against scikit-learn and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import roc_auc_score

from CXRTriageLib.metrics.ranks import probability_of_superiority

GROUP = st.lists(st.integers(0, 8), min_size=1, max_size=25)


@given(GROUP, GROUP)
def test_share_of_pairs_is_the_roc_area_and_the_u_statistic(first, second):
    values = np.array([*first, *second], dtype=np.float64)
    is_first = np.arange(len(values)) < len(first)

    found = probability_of_superiority(values, is_first)

    assert found == pytest.approx(roc_auc_score(is_first, values))
    u = stats.mannwhitneyu(first, second, method="asymptotic").statistic
    assert found == pytest.approx(u / (len(first) * len(second)))


def test_an_empty_group_has_no_pairs():
    assert probability_of_superiority(np.array([1.0, 2.0]), np.array([True, True])) is None
