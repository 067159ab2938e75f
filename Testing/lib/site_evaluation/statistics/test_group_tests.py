"""Comparisons of groups against published examples and other implementations."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from CXRTriageLib.site_evaluation.statistics.group_tests import (
    group_tables,
    ordered_groups,
    patch_p_values,
    stars,
    without_supine,
)
from CXRTriageLib.site_evaluation.statistics.record_columns import read_films
from support.results import CLASS_NAMES
from support.site_records import film_record, made_up_site

# M. Hollander, D. A. Wolfe, Nonparametric Statistical Methods, 1973, p. 69: permeability of the
# human chorioamnion at term and at 12 to 26 weeks. It is the example of wilcox.test in R, which
# prints W = 35 and an exact p of 0.1272 for one side (R sources, tests/Examples/
# stats-Ex.Rout.save); without ties the p of both sides is twice that.
AT_TERM = (0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46)
EARLY = (1.15, 0.88, 0.90, 0.74, 1.21)


def films_of(**groups):
    """Return films of classes with values of one biomarker."""
    pairs = [(name, value) for name, values in groups.items() for value in values]
    records = [
        film_record(row, class_name=name, biomarkers=(("flow", float(value)),))
        for row, (name, value) in enumerate(pairs, start=2)
    ]
    return read_films(records, CLASS_NAMES).network


def test_rank_sum_and_delta_are_those_of_hollander_and_wolfe():
    films = films_of(normal=EARLY, viral=AT_TERM)

    (table,) = group_tables(films, ["flow"], CLASS_NAMES, draws=200)

    (pair,) = table.pairs
    assert (pair.first, pair.second, pair.first_films, pair.second_films) == (
        "viral", "normal", 10, 5,
    )  # fmt: skip
    assert pair.p == pytest.approx(2 * 0.1272, abs=1e-4)
    assert pair.delta.value == pytest.approx(2 * 35 / 50 - 1)
    assert pair.delta.low < pair.delta.value < pair.delta.high


def test_delta_is_the_balance_of_all_pairs():
    films = films_of(normal=(1, 2, 2, 5), viral=(2, 3, 4, 4, 6))

    (table,) = group_tables(films, ["flow"], CLASS_NAMES, draws=20)

    signs = np.sign(np.subtract.outer([2, 3, 4, 4, 6], [1, 2, 2, 5]))
    assert table.pairs[0].delta.value == pytest.approx(signs.mean())


def test_holm_correction_follows_its_steps():
    generator = np.random.default_rng(1)
    films = films_of(
        normal=generator.normal(0, 1, 20),
        tuberculosis=generator.normal(0.9, 1, 20),
        viral=generator.normal(1.5, 1, 20),
    )

    (table,) = group_tables(films, ["flow"], CLASS_NAMES, draws=20)

    pairs = sorted(table.pairs, key=lambda pair: pair.p)
    stepped = np.maximum.accumulate([pair.p * (3 - step) for step, pair in enumerate(pairs)])
    assert [pair.holm_p for pair in pairs] == pytest.approx(np.minimum(stepped, 1).tolist())


def test_lilliefors_is_stricter_than_smirnov_and_near_its_simulation():
    values = np.random.default_rng(5).exponential(1, 25)
    films = films_of(normal=values)

    (summary,) = group_tables(films, ["flow"], CLASS_NAMES, draws=20)[0].groups

    simulated = stats.goodness_of_fit(
        stats.norm, values, statistic="ks", n_mc_samples=2000, rng=np.random.default_rng(0)
    )
    assert summary.smirnov_p == pytest.approx(
        stats.ks_1samp(values, stats.norm(values.mean(), values.std(ddof=1)).cdf).pvalue
    )
    assert summary.lilliefors_p < summary.smirnov_p
    assert summary.lilliefors_p == pytest.approx(simulated.pvalue, abs=0.02)
    assert (summary.mean, summary.sd) == pytest.approx((values.mean(), values.std(ddof=1)))


def test_stars_are_those_of_the_paper():
    assert [stars(p) for p in (0.0009, 0.001, 0.0099, 0.01, 0.049, 0.05)] == [
        "***", "**", "**", "*", "*", "-",
    ]  # fmt: skip


def test_groups_with_under_four_films_are_described_and_not_tested():
    films = films_of(normal=(1, 2, 3, 4, 5), viral=(1, 2, 3))

    (table,) = group_tables(films, ["flow"], CLASS_NAMES, draws=20)

    assert [group.films for group in table.groups] == [5, 3]
    assert table.groups[1].lilliefors_p is None
    assert table.pairs == ()


def test_subclasses_are_groups_in_the_order_of_their_classes():
    films = read_films(made_up_site(60).records(), CLASS_NAMES).network

    assert ordered_groups(films, CLASS_NAMES) == (
        "normal", "bacterial", "tuberculosis", "COVID-19", "other viral",
    )  # fmt: skip
    assert "AP supine" in films.view
    assert "AP supine" not in without_supine(films).view


def test_patches_are_those_that_voted_for_the_class_of_their_film():
    site = read_films(made_up_site(80).records(), CLASS_NAMES)
    records = {item.row: item for item in made_up_site(80).records()}
    rows = site.main.row[site.patches.film]

    pairs = patch_p_values(site.main, site.patches, CLASS_NAMES)

    expected = sum(
        voted == records[row].class_name
        for row in range(2, 82)
        for voted, _, _ in records[row].patch_intensities
    )
    assert len(rows) == expected
    normal, viral = (site.patches.mean[site.main.class_name[site.patches.film] == name]
                     for name in ("normal", "viral"))  # fmt: skip
    found = next(item for item in pairs if (item.first, item.second) == ("viral", "normal"))
    assert found.mean_p == pytest.approx(stats.ranksums(viral, normal).pvalue, rel=0.02)
    assert found.patches == len(normal) + len(viral)
