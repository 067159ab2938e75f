"""Biomarkers of groups of films: what they are, and which groups differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from CXRTriageLib.site_evaluation.report.document import Column, Kind, Table
from CXRTriageLib.site_evaluation.report.wording import counted, label_of, reading
from CXRTriageLib.site_evaluation.run_facts import RunFacts
from CXRTriageLib.site_evaluation.statistics.group_tests import (
    GroupTable,
    PairTest,
    PatchPair,
    stars,
)

PAPER_TABLES = {
    "mean_lung_intensity": "VI",
    "sd_lung_intensity": "VII",
    "cardiothoracic_ratio": "IX",
}
PAPER_TABLES_WITHOUT_SUPINE = {"sd_lung_intensity": "VIII"}

GROUP_COLUMNS = (
    Column(key="biomarker", heading="Biomarker"),
    Column(key="group", heading="Group"),
    Column(key="films", heading="Films"),
    Column(key="patients", heading="Patients"),
    Column(key="mean", heading="Mean", kind=Kind.NUMBER),
    Column(key="sd", heading="SD", kind=Kind.NUMBER),
    Column(key="median", heading="Median", kind=Kind.NUMBER),
    Column(key="ks_p", heading="KS p", kind=Kind.P_VALUE),
    Column(key="lilliefors_p", heading="Lilliefors p", kind=Kind.P_VALUE),
)

PAIR_COLUMNS = (
    Column(key="biomarker", heading="Biomarker"),
    Column(key="pair", heading="Pair"),
    Column(key="films_of_each", heading="Films of each"),
    Column(key="p", heading="Rank-sum p", kind=Kind.P_VALUE),
    Column(key="stars", heading="Stars"),
    Column(key="holm_p", heading="Holm p", kind=Kind.P_VALUE),
    Column(key="holm_stars", heading="Holm stars"),
    Column(key="cliffs_delta", heading="Cliff's delta", kind=Kind.NUMBER),
)


def group_blocks(
    tables: Sequence[GroupTable],
    facts: RunFacts,
    *,
    suffix: str = "",
    addition: str = "",
    paper_tables: Mapping[str, str] = PAPER_TABLES,
) -> Iterator[Table]:
    """Yield a table of groups and one of pairs.

    Parameters
    ----------
    tables
        One for each biomarker.
    facts
        Names of the classes.
    suffix, addition
        To the keys and the titles of the tables.
    paper_tables
        Number of the paper's table of a biomarker, where it has one.

    Yields
    ------
    Table
        The second one only where pairs were tested.
    """
    names = {
        table.biomarker: _biomarker_label(table.biomarker, paper_tables.get(table.biomarker))
        for table in tables
    }
    yield _groups(tables, facts, names, (suffix, addition))
    yield from _pairs(tables, facts, names, (suffix, addition))


def group_title(group: str, facts: RunFacts) -> str:
    """Return the name of a class or subclass for people."""
    labels = dict(zip(facts.class_names, facts.class_labels, strict=True))
    # The label of a class may say more than its films are: a subclass stands for itself.
    return labels.get(group, group)


def pair_title(pair: PairTest | PatchPair, facts: RunFacts) -> str:
    """Return what is compared, for people."""
    return f"{group_title(pair.first, facts)} against {group_title(pair.second, facts)}"


def _biomarker_label(biomarker: str, paper_table: str | None) -> str:
    return label_of(biomarker) + (f" (Table {paper_table})" if paper_table else "")


def _groups(
    tables: Sequence[GroupTable],
    facts: RunFacts,
    names: Mapping[str, str],
    endings: tuple[str, str],
) -> Table:
    suffix, addition = endings
    return Table(
        key=f"biomarkers{suffix}",
        title=f"Biomarkers by class{addition}",
        columns=GROUP_COLUMNS,
        rows=tuple(
            (
                names[table.biomarker],
                group_title(row.group, facts),
                row.films,
                row.patients,
                row.mean,
                row.sd,
                row.median,
                row.smirnov_p,
                row.lilliefors_p,
            )
            for table in tables
            for row in table.groups
        ),
        reading=reading("smirnov"),
        shown=60,
    )


def _pairs(
    tables: Sequence[GroupTable],
    facts: RunFacts,
    names: Mapping[str, str],
    endings: tuple[str, str],
) -> Iterator[Table]:
    suffix, addition = endings
    rows = tuple(
        (
            names[table.biomarker],
            pair_title(pair, facts),
            f"{pair.first_films} / {pair.second_films}",
            pair.p,
            stars(pair.p),
            pair.holm_p,
            stars(pair.holm_p),
            pair.delta,
        )
        for table in tables
        for pair in table.pairs
    )
    if rows:
        yield Table(
            key=f"biomarker_pairs{suffix}",
            title=f"Pairs of classes{addition}",
            columns=PAIR_COLUMNS,
            rows=rows,
            reading=(
                *reading("stars", "delta"),
                f"{counted(len(rows), 'pair')} were tested; by chance alone about one in twenty "
                "would get a star. The tests take films for independent; the interval of delta "
                "resamples patients.",
            ),
            shown=60,
        )
