"""Results by view, sex, age band, manufacturer and source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.site_evaluation.report.document import Block, Column, Kind, Plot, Table, Text
from CXRTriageLib.site_evaluation.report.plots import interval_plot
from CXRTriageLib.site_evaluation.report.wording import count_text, label_of
from CXRTriageLib.site_evaluation.statistics.subgroups import SMALLEST_GROUP, SubgroupRow

COLUMNS = (
    Column(key="property", heading="Property"),
    Column(key="group", heading="Group"),
    Column(key="films", heading="Films"),
    Column(key="patients", heading="Patients"),
    Column(key="accuracy", heading="Accuracy [%]", kind=Kind.PERCENT),
    Column(key="balanced_accuracy", heading="Balanced accuracy [%]", kind=Kind.PERCENT),
    Column(key="lungs_jaccard", heading="Lungs, Jaccard", kind=Kind.NUMBER),
    Column(key="warning", heading="Note"),
)


def subgroup_blocks(rows: Sequence[SubgroupRow]) -> Iterator[Block]:
    """Yield the table of groups, and a plot of their accuracy.

    Parameters
    ----------
    rows
        One for each group.

    Yields
    ------
    Block
        For a section; none without groups.
    """
    if not rows:
        return
    small = [f"{row.factor} {row.group} ({row.films})" for row in rows if row.is_small]
    if small:
        which = "every group" if len(small) == len(rows) else ", ".join(small)
        yield Text(
            text=f"Fewer than {SMALLEST_GROUP} films, so that the numbers say little: {which}.",
            is_warning=True,
        )
    yield _table(rows)
    yield from _accuracy_plot(rows)


def _table(rows: Sequence[SubgroupRow]) -> Table:
    return Table(
        key="subgroups",
        title="By view, sex, age, manufacturer and source",
        columns=COLUMNS,
        rows=tuple(
            (
                label_of(row.factor).capitalize(),
                row.group,
                row.films,
                row.patients,
                row.accuracy,
                row.balanced_accuracy,
                row.lungs_jaccard,
                "few films" if row.is_small else "",
            )
            for row in rows
        ),
        reading=(
            "Groups differ in their classes too, so compare balanced accuracy rather than "
            "accuracy. It is the mean over the classes that have films in the group.",
            f"Few films: under {SMALLEST_GROUP}, so that the numbers say little.",
        ),
        shown=60,
    )


def _accuracy_plot(rows: Sequence[SubgroupRow]) -> Iterator[Plot]:
    drawn: list[tuple[str, Estimate]] = [
        (
            f"{row.factor}: {row.group}, n {count_text(row.accuracy.films, row.accuracy.patients)}",
            row.accuracy,
        )
        for row in rows
        if row.accuracy is not None
    ][:40]
    if drawn:
        yield Plot(
            key="subgroup_accuracy",
            title="Accuracy by group",
            caption="Share of films whose class is right, with exact 95 % intervals; n: films "
            "(patients) with a class.",
            svg=interval_plot(drawn, "Accuracy"),
        )
