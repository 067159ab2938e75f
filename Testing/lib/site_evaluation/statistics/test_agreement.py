"""Agreement of two measurements, on the data that the method was published with."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from CXRTriageLib.site_evaluation.statistics.agreement import bland_altman, other_side

# J. M. Bland, D. G. Altman, Lancet 327:307-310, 1986, PEFR table: peak expiratory flow [l/min]
# of 17 people, first readings of the large and of the mini Wright meter. The same readings are
# the data sets bland.altman.PEFR.1986 of the R package blandr and PEFR of MethComp.
WRIGHT = np.array(
    [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427.0]
)
MINI = np.array(
    [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451.0]
)


def test_limits_are_those_of_bland_and_altman_1986():
    found = bland_altman(WRIGHT, MINI, range(17))

    # They print a mean of -2.1 and a standard deviation of 38.8, and from these rounded numbers
    # limits with a factor of 2 of -79.7 and 75.5; with 1.96 they lie 1.55 closer to the mean.
    assert found.bias.value == pytest.approx(-2.1, abs=0.05)
    assert found.lower_limit.value == pytest.approx(-79.7 + 0.04 * 38.8, abs=0.1)
    assert found.upper_limit.value == pytest.approx(75.5 - 0.04 * 38.8, abs=0.1)
    assert found.absolute_error.value == pytest.approx(np.abs(WRIGHT - MINI).mean())


def test_interval_of_the_bias_is_near_the_one_of_the_t_distribution():
    # What they recommend; SciPy gives -22.0 to 17.8. A bootstrap of 17 people is narrower.
    theirs = stats.ttest_rel(WRIGHT, MINI).confidence_interval()

    found = bland_altman(WRIGHT, MINI, range(17)).bias

    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=3)


def test_films_on_the_other_side_of_the_threshold_are_counted_by_direction():
    measured = np.array([0.52, 0.48, 0.51, 0.40, 0.50])
    reference = np.array([0.49, 0.53, 0.56, 0.41, 0.50])

    found = other_side(measured, reference, range(5))

    assert (found.missed, found.added) == (1, 1)
    assert found.share.value == pytest.approx(2 / 5)


def test_a_single_film_has_no_limits():
    found = bland_altman(np.array([0.5]), np.array([0.4]), ["a"], draws=20)

    assert found.bias.value == pytest.approx(0.1)
    assert found.upper_limit.value is None


def test_intervals_of_the_limits_are_those_of_scipy():
    def upper(differences, axis=-1):
        return differences.mean(axis=axis) + 1.96 * differences.std(axis=axis, ddof=1)

    theirs = stats.bootstrap(
        (WRIGHT - MINI,), upper, method="percentile", n_resamples=20_000, rng=2
    ).confidence_interval

    found = bland_altman(WRIGHT, MINI, range(17), draws=20_000).upper_limit

    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=2)
