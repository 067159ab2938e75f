"""Patients are drawn, each with all of their films."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from CXRTriageLib.metrics.bootstrap import joint_patient_bootstrap, patient_bootstrap

VALUES = np.random.default_rng(4).gamma(2, 1, 60)


def mean_of(values):
    return lambda chosen: float(values[chosen].mean())


@pytest.mark.parametrize("statistic", [np.mean, np.std])
def test_interval_is_the_percentile_interval_where_each_patient_has_one_film(statistic):
    theirs = stats.bootstrap(
        (VALUES,), statistic, method="percentile", n_resamples=20_000, random_state=1
    ).confidence_interval

    ours = patient_bootstrap(
        lambda chosen: float(statistic(VALUES[chosen])), range(len(VALUES)), draws=20_000
    )

    width = theirs.high - theirs.low
    assert ours.value == pytest.approx(statistic(VALUES))
    assert ours.low == pytest.approx(theirs.low, abs=0.04 * width)
    assert ours.high == pytest.approx(theirs.high, abs=0.04 * width)
    assert (ours.films, ours.patients, ours.level) == (60, 60, 0.95)


def test_copies_of_a_film_make_the_interval_no_narrower():
    copies = np.repeat(VALUES, 4)
    patients = np.repeat(np.arange(len(VALUES)), 4)

    once = patient_bootstrap(mean_of(VALUES), range(len(VALUES)))
    copied = patient_bootstrap(mean_of(copies), patients)
    as_if_independent = patient_bootstrap(mean_of(copies), range(len(copies)))

    assert copied.high - copied.low == pytest.approx(once.high - once.low, rel=1e-6)
    assert copied.high - copied.low > 1.7 * (as_if_independent.high - as_if_independent.low)
    assert (copied.films, copied.patients) == (240, 60)


def test_every_draw_holds_all_films_of_a_patient():
    patients = ["b", "a", "b", "c", "b"]

    def is_whole(chosen):
        counts = np.bincount(chosen, minlength=5)
        assert counts[0] == counts[2] == counts[4]
        assert counts[0] + counts[1] + counts[3] == 3
        return 1.0

    assert patient_bootstrap(is_whole, patients, draws=100).patients == 3


def test_same_seed_gives_the_same_interval():
    first, again, other = (
        patient_bootstrap(mean_of(VALUES), range(60), draws=200, seed=seed) for seed in (3, 3, 4)
    )

    assert first == again
    assert first.low != other.low


def test_draws_without_a_value_are_left_out():
    def share_of_second_half(chosen):
        return None if len(set(chosen.tolist())) < 3 else float(np.mean(chosen >= 2))

    estimate = patient_bootstrap(share_of_second_half, range(4))

    # Of four, at least three different ones: one to three films of four lie in each half.
    assert (estimate.low, estimate.high) == (0.25, 0.75)


def test_statistic_without_a_value_has_no_interval():
    estimate = patient_bootstrap(lambda _: None, ["a", "b"])

    assert (estimate.value, estimate.low, estimate.high) == (None, None, None)


def test_interval_is_missing_where_no_draw_has_a_value():
    estimate = patient_bootstrap(
        lambda chosen: 1.0 if np.array_equal(chosen, np.arange(30)) else None, range(30), draws=50
    )

    assert (estimate.value, estimate.low, estimate.high) == (1.0, None, None)


def test_one_patient_has_no_interval_and_nobody_has_nothing():
    one = patient_bootstrap(mean_of(VALUES), ["same"] * 60)
    nobody = patient_bootstrap(mean_of(VALUES), [])

    assert one.value == pytest.approx(VALUES.mean())
    assert (one.low, one.high, one.patients) == (None, None, 1)
    assert (nobody.value, nobody.films, nobody.patients) == (None, 0, 0)


def test_statistics_drawn_together_are_those_drawn_alone():
    patients = [f"p{index // 2}" for index in range(len(VALUES))]

    def both(chosen):
        return np.array([VALUES[chosen].mean(), VALUES[chosen].max()])

    mean, largest = joint_patient_bootstrap(both, patients, draws=300, seed=5)

    assert mean == patient_bootstrap(mean_of(VALUES), patients, draws=300, seed=5)
    assert largest.high == VALUES.max()


def test_draws_without_a_value_are_left_out_of_one_statistic_alone():
    def sometimes(chosen):
        return np.array([np.nan if 0 in chosen else 1.0, float(len(chosen))])

    never, always = joint_patient_bootstrap(sometimes, range(4), draws=50)

    assert (never.value, never.low) == (None, None)
    assert (always.low, always.high) == (4, 4)


def test_without_films_there_are_no_statistics():
    assert joint_patient_bootstrap(lambda _: np.array([1.0]), []) == ()


def test_interval_of_a_mean_is_near_its_closed_form():
    # With 400 values the percentile interval is that of the normal distribution.
    values = np.random.default_rng(8).normal(5, 2, 400)
    half = stats.norm.ppf(0.975) * values.std(ddof=1) / 20

    found = patient_bootstrap(mean_of(values), range(400), draws=20_000)

    assert found.low == pytest.approx(values.mean() - half, abs=0.05 * half)
    assert found.high == pytest.approx(values.mean() + half, abs=0.05 * half)


def test_interval_of_patients_with_several_films_is_that_of_scipy():
    # Drawing patients is drawing pairs of their sum and their number of films.
    generator = np.random.default_rng(3)
    counts = generator.integers(1, 6, 40)
    patients = np.repeat(np.arange(40), counts)
    values = generator.normal(size=40)[patients] + generator.normal(0, 0.3, len(patients))
    theirs = stats.bootstrap(
        (np.bincount(patients, values), counts),
        lambda sums, films, axis: sums.sum(axis=axis) / films.sum(axis=axis),
        paired=True,
        method="percentile",
        n_resamples=20_000,
        rng=1,
    ).confidence_interval

    found = patient_bootstrap(mean_of(values), patients.tolist(), draws=20_000)

    width = theirs.high - theirs.low
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=0.04 * width)
