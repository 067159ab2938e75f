"""What the page shows of a table: what is said once, and where intervals and counts stand."""

from __future__ import annotations

from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.site_evaluation.report.document import Cell, Column, Kind, Table
from CXRTriageLib.site_evaluation.report.shown_table import SHORT, ShownCell, shown_table


def estimate(value: float, films: int = 20) -> Estimate:
    return Estimate(value=value, low=value - 0.1, high=value + 0.1, films=films, patients=films)


def table(*rows: tuple[Cell, ...]) -> Table:
    headings = [f"Column {number}" for number in range(len(rows[0]))]
    return Table(
        key="table",
        title="Table",
        columns=tuple(Column(key=name, heading=name, kind=Kind.NUMBER) for name in headings),
        rows=rows,
    )


def test_words_that_neighbors_share_become_the_title_of_their_group():
    shown = shown_table(table(("heart", "Dice", 0.5), ("heart", "HD95", 3.0), ("lungs", "Dice", 1)))

    assert [cell.text for cell in shown.headings] == ["Column 1", "Column 2"]
    assert [(group.title, len(group.rows)) for group in shown.groups] == [
        ("Heart", 2),
        ("Lungs", 1),
    ]
    assert [[cell.text for cell in row] for row in shown.groups[0].rows] == [
        ["Dice", "0.500"], ["HD95", "3.000"],
    ]  # fmt: skip


def test_rows_that_share_nothing_are_one_group_without_a_title():
    shown = shown_table(table(("Dice", 0.5), ("HD95", 3.0)))

    assert [(group.title, len(group.rows)) for group in shown.groups] == [("", 2)]
    assert len(shown.headings) == 2


def test_numbers_that_rows_share_make_no_group():
    assert [group.title for group in shown_table(table((2, "a"), (2, "b"))).groups] == [""]


def test_only_short_groups_must_stay_on_one_page():
    rows = [("long", str(number)) for number in range(SHORT + 1)]

    shown = shown_table(table(*rows, ("short", "only")))

    assert [group.is_short for group in shown.groups] == [False, True]


def test_one_interval_stands_beside_its_number_and_several_below():
    one = shown_table(table(("a", estimate(0.5)), ("b", estimate(0.4))))
    two = shown_table(table(("a", estimate(0.5), estimate(0.6)), ("b", estimate(0.4), None)))

    assert one.is_one_line
    assert not two.is_one_line
    assert one.groups[0].rows[0][1] == ShownCell("0.500", ("(0.400 to 0.600)",), is_number=True)


def test_what_is_missing_stands_below_the_numbers_of_its_column():
    shown = shown_table(table(("a", 1.5, "word"), ("b", None, None)))

    assert [cell.is_number for cell in shown.groups[0].rows[1]] == [False, True, False]


def test_counts_stand_where_they_are_true():
    same = shown_table(table(("a", estimate(0.5)), ("b", estimate(0.4))))
    of_rows = shown_table(table(("a", estimate(0.5)), ("b", estimate(0.4, 30))))
    of_cells = shown_table(table(("a", estimate(0.5), estimate(0.4, 30))))

    assert same.count == "20 films of 20 patients"
    assert [row[-1].text for row in of_rows.groups[0].rows] == ["20 (20)", "30 (30)"]
    assert of_cells.groups[0].rows[0][1].smaller[-1] == "n 20 (20)"
    assert (of_rows.count, of_cells.count) == ("", "")
