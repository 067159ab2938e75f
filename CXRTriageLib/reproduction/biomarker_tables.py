"""Tables VI to IX and Fig. 4: biomarkers of the five groups."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from CXRTriageLib.reproduction.differences import (
    LIST_IS_INCOMPLETE,
    largest_difference,
    stars_sentence,
)
from CXRTriageLib.reproduction.known_reasons import choice_of_films
from CXRTriageLib.reproduction.paper_numbers import GROUPS, PaperBiomarker, paper_numbers
from CXRTriageLib.reproduction.study import PAPER_BIOMARKERS, Cohort, Study
from CXRTriageLib.site_evaluation.report.document import (
    Block,
    Cell,
    Column,
    Kind,
    Plot,
    Section,
    Table,
    Text,
)
from CXRTriageLib.site_evaluation.report.plots import group_plot
from CXRTriageLib.site_evaluation.report.wording import counted, label_of, reading
from CXRTriageLib.site_evaluation.statistics.group_tests import GroupTable, PairTest, stars

COHORTS = {
    Cohort.ALL: "all films with a class",
    Cohort.PAPER: "films of the paper's list, classes of its authors",
}

GROUP_COLUMNS = (
    Column(key="group", heading="Group"),
    Column(key="films", heading="Films"),
    Column(key="patients", heading="Patients"),
    Column(key="mean", heading="Mean", kind=Kind.NUMBER),
    Column(key="sd", heading="SD", kind=Kind.NUMBER),
    Column(key="paper_mean", heading="Paper: mean", kind=Kind.NUMBER),
    Column(key="paper_sd", heading="Paper: SD", kind=Kind.NUMBER),
    Column(key="difference", heading="Difference of means", kind=Kind.NUMBER),
    Column(key="ks_p", heading="KS p", kind=Kind.P_VALUE),
    Column(key="lilliefors_p", heading="Lilliefors p", kind=Kind.P_VALUE),
)
PAIR_COLUMNS = (
    Column(key="pair", heading="Pair"),
    Column(key="p", heading="Rank-sum p", kind=Kind.P_VALUE),
    Column(key="stars", heading="Stars"),
    Column(key="paper_stars", heading="Paper: stars"),
    Column(key="holm_p", heading="Holm p", kind=Kind.P_VALUE),
    Column(key="holm_stars", heading="Holm stars"),
    Column(key="cliffs_delta", heading="Cliff's delta", kind=Kind.NUMBER),
)

NUMBERS = {"VI": 6, "VII": 7, "VIII": 8, "IX": 9}

HOLM = (
    "More films give smaller differences a star. Holm's correction is for the pairs of all three "
    "biomarkers together; the paper corrected for none."
)
WHY = {
    "mean_lung_intensity": "Why it may differ: masks of another network decide which pixels count; "
    "borders and letters of a film enter its equalization, and sources differ in them.",
    "sd_lung_intensity": "Why it may differ: as for the mean intensity; masks that leave out "
    "consolidated lung lower the SD of the films that are meant to have a high one.",
    "cardiothoracic_ratio": "Why it may differ: the paper does not define its diameters row by "
    "row; a heart border that is lost in an opacity widens or narrows the heart's mask.",
}


def biomarker_table(study: Study, number: str) -> Section:
    """Return one of Tables VI to IX, for both cohorts, with and without AP supine.

    Parameters
    ----------
    study
        Its films.
    number
        Roman number of the table; VIII is VII without AP supine.

    Returns
    -------
    Section
        For each cohort the groups and the pairs.
    """
    printed = paper_numbers().biomarkers[number]
    is_without = number == "VIII"
    title = f"Table {number}: {label_of(printed.measure)}"
    blocks: list[Block] = []
    for cohort in Cohort:
        blocks += _cohort(study, printed, cohort, is_without=is_without, is_paper=True)
        if not is_without and number != "VII":
            blocks += _cohort(study, printed, cohort, is_without=True, is_paper=False)
    if not blocks:
        blocks.append(Text(text="No film of these groups was measured."))
    suffix = ", without AP supine" if is_without else ""
    return Section(key=f"table{NUMBERS[number]}", title=title + suffix, blocks=tuple(blocks))


def _cohort(
    study: Study, printed: PaperBiomarker, cohort: Cohort, *, is_without: bool, is_paper: bool
) -> Iterator[Block]:
    table = study.biomarker_tables[cohort, is_without][printed.measure]
    if not table.groups:
        return
    key = f"table{NUMBERS[printed.table]}{cohort.value}" + (
        "" if is_paper else "_without_ap_supine"
    )
    title = COHORTS[cohort].capitalize() + (", without AP supine" if is_without else "")
    paper = printed if is_paper else None
    of_all = study.biomarker_tables[Cohort.ALL, is_without][printed.measure]
    yield _groups(table, paper, key, title, (cohort, _differences(of_all, printed)))
    yield from _pairs(table, paper, f"{key}_pairs", title, cohort)


def _differences(table: GroupTable, paper: PaperBiomarker) -> dict[str, float]:
    """Return our means minus the paper's, by group."""
    return {row.group: row.mean - paper.groups[row.group].mean for row in table.groups}


def _groups(
    table: GroupTable,
    paper: PaperBiomarker | None,
    key: str,
    title: str,
    beside_all: tuple[Cohort, dict[str, float]],
) -> Table:
    cohort, everywhere = beside_all
    found = {row.group: row for row in table.groups}
    rows: list[tuple[Cell, ...]] = []
    differences = _differences(table, paper) if paper is not None else {}
    for group in (name for name in GROUPS if name in found):
        row = found[group]
        beside: tuple[Cell, ...] = (None, None, None)
        if paper is not None:
            printed = paper.groups[group]
            beside = (printed.mean, printed.sd, differences[group])
        ours = (group, row.films, row.patients, row.mean, row.sd)
        rows.append((*ours, *beside, row.smirnov_p, row.lilliefors_p))
    notes = [largest_difference(differences, "mean")] if differences else []
    if cohort is Cohort.ALL and paper is not None:
        notes += [WHY[table.biomarker], *reading("smirnov")]
    if cohort is Cohort.PAPER and paper is not None:
        notes += [choice_of_films(everywhere, differences), LIST_IS_INCOMPLETE]
    return Table(
        key=key,
        title=title,
        columns=GROUP_COLUMNS,
        rows=tuple(rows),
        reading=tuple(filter(None, notes)),
    )


def _pairs(
    table: GroupTable, paper: PaperBiomarker | None, key: str, title: str, cohort: Cohort
) -> Iterator[Table]:
    if not table.pairs:
        return
    rows: list[tuple[Cell, ...]] = []
    other: list[str] = []
    compared = 0
    for pair in sorted(table.pairs, key=_place):
        name = f"{pair.first} against {pair.second}"
        printed = paper.stars.get(frozenset((pair.first, pair.second))) if paper else None
        compared += printed is not None
        if printed is not None and printed != stars(pair.p):
            other.append(name)
        tests = (pair.p, stars(pair.p), printed, pair.holm_p, stars(pair.holm_p), pair.delta)
        rows.append((name, *tests))
    notes = [stars_sentence(other, compared)] if paper else []
    if cohort is Cohort.ALL and paper is not None:
        notes += [HOLM, *reading("delta")]
    yield Table(
        key=key,
        title=f"{title}: pairs of groups",
        columns=PAIR_COLUMNS,
        rows=tuple(rows),
        reading=tuple(notes),
    )


def _place(pair: PairTest) -> tuple[int, int]:
    places = sorted((GROUPS.index(pair.first), GROUPS.index(pair.second)))
    return places[1], places[0]


def biomarker_figure(study: Study) -> Section:
    """Return Fig. 4: every film as a dot, and means with one standard deviation."""
    blocks: list[Block] = []
    for cohort in Cohort:
        films = study.columns(cohort)
        present = [group for group in GROUPS if (films.group == group).any()]
        if not present:
            continue
        values = {}
        for group in present:
            chosen = films.group == group
            columns = [films.biomarker(name)[chosen] for name in PAPER_BIOMARKERS]
            name = f"{group} (n {np.count_nonzero(chosen)})"
            values[name] = [column[~np.isnan(column)] for column in columns]
        blocks.append(
            Plot(
                key=f"fig4{cohort.value}",
                title=f"Fig. 4: {COHORTS[cohort]}",
                caption=f"{counted(len(films), 'film')}. Each dot is a film; the bar beside is the "
                "mean with one standard deviation. Intensities are those of the equalized film, 0 "
                "to 1. Where dots of two groups overlap, the marker cannot tell them apart.",
                svg=group_plot(values, [label_of(name) for name in PAPER_BIOMARKERS]),
            )
        )
    if not blocks:
        blocks.append(Text(text="No film of these groups was measured."))
    return Section(key="fig4", title="Fig. 4: biomarkers, film by film", blocks=tuple(blocks))
