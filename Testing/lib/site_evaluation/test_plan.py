"""What is wrong with rows, what is left out, and what work is left."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from CXRTriageLib.cohort.film_list import ListedFilm
from CXRTriageLib.domain.segmentation import MaskSource
from CXRTriageLib.domain.settings import Mode, TriageSettings
from CXRTriageLib.site_evaluation.film_measurement import Setup
from CXRTriageLib.site_evaluation.film_record import FilmState
from CXRTriageLib.site_evaluation.inspection import Inspection, SiteFilm
from CXRTriageLib.site_evaluation.plan import (
    Choices,
    InspectedFilm,
    Weight,
    row_problems,
    work_of,
)
from support.evaluations import CLASSES, PSEUDONYMS

CHOICES = Choices(
    class_names=CLASSES,
    setup=Setup(
        models=None, model_hashes=("a", "b"), settings=TriageSettings.for_mode(Mode.DEFAULT)
    ),
)


def film(
    row: int, *, key: str = "", seen: dict[str, object] | None = None, mask: bool = False, **listed
) -> InspectedFilm:
    listed.setdefault("patient", f"row {row}")
    inspection = Inspection(key=key or f"film {row}", **(seen or {}))
    path = Path(f"Jane{row}.png")
    return InspectedFilm(
        film=SiteFilm(
            listed=ListedFilm(image=path, row=row, **listed), mask=path if mask else None
        ),
        inspection=inspection,
    )


def only_problem(item: InspectedFilm):
    (problem,) = row_problems([item], CLASSES)
    return problem


def records(*items: InspectedFilm, choices: Choices = CHOICES):
    return [task.described for task in work_of(items, choices, PSEUDONYMS)]


def test_unknown_class_stops_and_names_the_known_ones():
    problem = only_problem(film(7, class_name="flu"))

    assert (problem.row, problem.weight) == (7, Weight.STOPS)
    assert "'normal', 'bacterial'" in problem.text
    assert "'flu'" in problem.text


@pytest.mark.parametrize(
    ("item", "said"),
    [
        pytest.param(film(2, age_years=17.0), "under 18", id="age in the list"),
        pytest.param(film(2, seen={"age_years": 3.0}), "under 18", id="age in the header"),
        pytest.param(film(2, flags=frozenset({"child"})), "under 18", id="flag child"),
        pytest.param(film(2, view="LL"), "lateral", id="view in the list"),
        pytest.param(film(2, seen={"view": "lateral"}), "lateral", id="view in the header"),
        pytest.param(film(2, flags=frozenset({"exclude"})), "left out", id="flag exclude"),
    ],
)
def test_films_that_cannot_count_are_left_out_with_the_reason(item, said):
    assert only_problem(item).weight is Weight.EXCLUDES
    (record,) = records(item)
    assert record.state is FilmState.EXCLUDED
    assert said in record.reason


def test_list_overrules_the_header():
    (record,) = records(film(2, age_years=40.0, view="AP", seen={"age_years": 3.0, "view": "PA"}))

    assert (record.age_years, record.view, record.state) == (40.0, "AP", FilmState.FAILED)


def test_second_copy_of_a_film_is_left_out_with_both_rows():
    items = [film(2, key="same", class_name="viral"), film(3), film(4, key="same")]

    (problem,) = row_problems(items, CLASSES)

    assert (problem.row, problem.weight) == (4, Weight.EXCLUDES)
    assert "row 2, with another class" in problem.text


def test_copy_of_a_film_that_is_left_out_itself_counts():
    items = [film(2, key="same", view="lateral"), film(3, key="same", view="PA")]

    assert [record.state for record in records(*items)] == [FilmState.EXCLUDED, FilmState.FAILED]


def test_refused_film_keeps_the_readers_sentence():
    (record,) = records(film(2, seen={"refusal": "The file is empty."}))

    assert (record.state, record.reason) == (FilmState.REFUSED, "The file is empty.")


def test_row_with_a_problem_is_left_out_where_the_run_goes_on():
    (record,) = records(film(2, class_name="flu"))

    assert record.state is FilmState.EXCLUDED
    assert "class must be one of" in record.reason


def test_unknown_view_is_only_noted():
    item = film(2, view="oblique")

    assert only_problem(item).weight is Weight.NOTE
    assert records(item)[0].view == "unknown"


def test_corrected_mask_is_measured_beside_or_instead_of_the_networks():
    item = film(2, mask=True)
    instead = dataclasses.replace(CHOICES, corrected_only=True)

    assert [item.mask_source for item in records(item)] == list(MaskSource)
    assert [item.mask_source for item in records(item, choices=instead)] == [MaskSource.CORRECTED]


def test_films_of_a_patient_share_a_key_and_others_do_not():
    keys = [
        record.patient_key
        for record in records(
            film(2, patient="Jane"), film(3, patient="Jane"), film(4), film(5), film(6)
        )
    ]

    assert keys[0] == keys[1]
    assert len(set(keys)) == 4


def test_identifiers_are_kept_only_where_the_site_wants_it():
    keeping = dataclasses.replace(CHOICES, keep_identifiers=True)

    (without,), (kept,) = (records(film(2, patient="Doe"), choices=c) for c in (CHOICES, keeping))

    assert without.identifiers == ()
    assert "Jane" not in without.to_json()
    assert kept.identifiers == (("file", "Jane2.png"), ("patient", "Doe"))


def test_very_old_patients_cannot_be_told_apart():
    assert records(film(2, age_years=104.0))[0].age_years == 90


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"model_hashes": ("a", "c")}, id="networks"),
        pytest.param({"controls": False}, id="controls"),
        pytest.param({"settings": TriageSettings.for_mode(Mode.PAPER)}, id="settings"),
    ],
)
def test_work_has_another_key_where_its_result_could_differ(other):
    changed = dataclasses.replace(CHOICES, setup=dataclasses.replace(CHOICES.setup, **other))
    item = film(2)

    (before,), (after,) = (list(work_of([item], c, PSEUDONYMS)) for c in (CHOICES, changed))

    assert before.work_key != after.work_key


def test_class_of_a_film_is_no_part_of_its_key():
    one, other = (
        next(work_of([film(2, key="k", class_name=name)], CHOICES, PSEUDONYMS))
        for name in ("viral", "normal")
    )

    assert one.work_key == other.work_key
