"""Biomarkers by class: Tables VI to IX with what the paper leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.diagnostic import lilliefors
from statsmodels.stats.multitest import multipletests

from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.metrics.bootstrap import DRAWS, patient_bootstrap
from CXRTriageLib.metrics.ranks import probability_of_superiority
from CXRTriageLib.site_evaluation.statistics.columns import FilmColumns, Numbers, Words
from CXRTriageLib.site_evaluation.statistics.labeled_films import Codes
from CXRTriageLib.site_evaluation.statistics.record_columns import PatchColumns

SMALLEST_TESTED = 4
"""Groups with fewer films are described and not tested."""

STARS = ((0.001, "***"), (0.01, "**"), (0.05, "*"))
"""As in the paper (section III-B)."""

AP_SUPINE = "AP supine"


@dataclass(frozen=True, kw_only=True)
class GroupSummary:
    """One biomarker in one group of films.

    Attributes
    ----------
    group
        Class or subclass.
    films, patients
        With a value.
    mean, sd, median
        Of the values; the SD is None for a single film.
    smirnov_p
        Kolmogorov-Smirnov test against the normal distribution of the same mean and SD, as in
        the paper; it is too lenient, since both were taken from the same films.
    lilliefors_p
        The same with Lilliefors' correction; None where a group was not tested.
    """

    group: str
    films: int
    patients: int
    mean: float
    sd: float | None
    median: float
    smirnov_p: float | None
    lilliefors_p: float | None


@dataclass(frozen=True, kw_only=True)
class PairTest:
    """Two groups compared.

    Attributes
    ----------
    first, second
        The groups.
    first_films, second_films
        With a value.
    p, holm_p
        Wilcoxon rank-sum test (two-sided), alone and with Holm's correction for all pairs of
        all biomarkers that were tested together.
    delta
        Cliff's delta: how much more often the first group's value is the larger one, -1 to 1.
    """

    first: str
    second: str
    first_films: int
    second_films: int
    p: float
    holm_p: float
    delta: Estimate


@dataclass(frozen=True, kw_only=True)
class PatchPair:
    """Patches of two classes compared; p values of mean and SD of their gray."""

    first: str
    second: str
    patches: int
    mean_p: float
    sd_p: float


@dataclass(frozen=True, kw_only=True)
class GroupTable:
    """One biomarker in all groups."""

    biomarker: str
    groups: tuple[GroupSummary, ...]
    pairs: tuple[PairTest, ...]


def stars(p: float) -> str:
    """Return the paper's stars, "-" where there is none."""
    return next((text for limit, text in STARS if p < limit), "-")


def without_supine(films: FilmColumns) -> FilmColumns:
    """Leave out films taken lying down, from the front."""
    return films.take(films.view != AP_SUPINE)


def ordered_groups(films: FilmColumns, class_names: Sequence[str]) -> tuple[str, ...]:
    """Return the groups in the order of their classes; films of other classes have none."""
    order = {name: index for index, name in enumerate(class_names)}
    pairs = {
        (order[name], group)
        for name, group in zip(films.class_name.tolist(), films.group.tolist(), strict=True)
        if name in order
    }
    return tuple(dict.fromkeys(group for _, group in sorted(pairs)))


def group_tables(
    films: FilmColumns,
    biomarkers: Sequence[str],
    class_names: Sequence[str],
    *,
    draws: int = DRAWS,
) -> tuple[GroupTable, ...]:
    """Describe and compare groups.

    Normality by Kolmogorov-Smirnov and Lilliefors [1]_, pairs by the Wilcoxon rank-sum test
    with Holm's correction [2]_ and Cliff's delta [3]_. The tests take films for independent;
    the interval of delta resamples patients.

    Parameters
    ----------
    films
        Films with and without a class.
    biomarkers
        Names.
    class_names
        The classes whose films are compared.
    draws
        Resampled sets of patients.

    Returns
    -------
    tuple of GroupTable
        One for each biomarker.

    References
    ----------
    .. [1] H. W. Lilliefors, "On the Kolmogorov-Smirnov test for normality with mean and
       variance unknown", JASA, 1967.
    .. [2] S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian
       Journal of Statistics, 1979.
    .. [3] N. Cliff, "Dominance statistics: ordinal analyses to answer ordinal questions",
       Psychological Bulletin, 1993.
    """
    groups = ordered_groups(films, class_names)
    measured = {
        name: films.take(np.isin(films.class_name, class_names) & ~np.isnan(films.biomarker(name)))
        for name in biomarkers
    }
    p_values = {
        (name, first, second): _rank_sum(chosen, name, first, second)
        for name, chosen in measured.items()
        for first, second in _tested_pairs(chosen, groups)
    }
    corrected = multipletests(list(p_values.values()), method="holm")[1] if p_values else []
    holm = dict(zip(p_values, (float(p) for p in corrected), strict=True))
    return tuple(
        GroupTable(
            biomarker=name,
            groups=tuple(_summaries(chosen, name, groups)),
            pairs=tuple(
                _pair(chosen, key, p_values[key], holm[key], draws)
                for key in p_values
                if key[0] == name
            ),
        )
        for name, chosen in measured.items()
    )


def patch_p_values(
    films: FilmColumns, patches: PatchColumns, class_names: Sequence[str]
) -> tuple[PatchPair, ...]:
    """Compare patches of classes as Fig. 5 does, each patch counted as independent.

    Parameters
    ----------
    films
        The films that the patches were cut from.
    patches
        Those that voted for the class of their film.
    class_names
        Order of the classes.

    Returns
    -------
    tuple of PatchPair
        The p values are far too small, since patches of one film resemble each other; the
        tables with one value a film say what holds.
    """
    of_class = films.class_name[patches.film]
    tested = [name for name in class_names if (of_class == name).sum() >= SMALLEST_TESTED]
    return tuple(
        PatchPair(
            first=later,
            second=earlier,
            patches=int(np.isin(of_class, (later, earlier)).sum()),
            mean_p=_patch_p(patches.mean, of_class, later, earlier),
            sd_p=_patch_p(patches.sd, of_class, later, earlier),
        )
        for earlier, later in combinations(tested, 2)
    )


def _patch_p(values: NDArray[np.float32], of_class: Words, first: str, second: str) -> float:
    tested = stats.mannwhitneyu(values[of_class == first], values[of_class == second])
    return float(tested.pvalue)


def _tested_pairs(films: FilmColumns, groups: Sequence[str]) -> list[tuple[str, str]]:
    tested = [name for name in groups if (films.group == name).sum() >= SMALLEST_TESTED]
    # As in the paper's tables: the later group is the row, the earlier one the column.
    return [(later, earlier) for earlier, later in combinations(tested, 2)]


def _rank_sum(films: FilmColumns, name: str, first: str, second: str) -> float:
    values = films.biomarker(name)
    tested = stats.mannwhitneyu(values[films.group == first], values[films.group == second])
    return float(tested.pvalue)


def _pair(
    films: FilmColumns, key: tuple[str, str, str], p: float, holm_p: float, draws: int
) -> PairTest:
    name, first, second = key
    pair = films.take(np.isin(films.group, (first, second)))
    values, is_first = pair.biomarker(name), pair.group == first

    def delta(chosen: Codes) -> float | None:
        share = probability_of_superiority(values[chosen], is_first[chosen])
        return None if share is None else 2 * share - 1

    return PairTest(
        first=first,
        second=second,
        first_films=int(is_first.sum()),
        second_films=int((~is_first).sum()),
        p=p,
        holm_p=holm_p,
        delta=patient_bootstrap(delta, list(pair.patient), draws=draws),
    )


def _summaries(films: FilmColumns, name: str, groups: Sequence[str]) -> list[GroupSummary]:
    chosen = {group: films.take(films.group == group) for group in groups}
    return [
        _summary(group, part.biomarker(name), part.patient_count)
        for group, part in chosen.items()
        if len(part)
    ]


def _summary(group: str, values: Numbers, patients: int) -> GroupSummary:
    sd = float(values.std(ddof=1)) if len(values) > 1 else None
    is_tested = len(values) >= SMALLEST_TESTED and bool(sd)
    return GroupSummary(
        group=group,
        films=len(values),
        patients=patients,
        mean=float(values.mean()),
        sd=sd,
        median=float(np.median(values)),
        smirnov_p=(
            float(stats.kstest(values, stats.norm(values.mean(), sd).cdf).pvalue)
            if is_tested
            else None
        ),
        lilliefors_p=float(lilliefors(values)[1]) if is_tested else None,
    )
