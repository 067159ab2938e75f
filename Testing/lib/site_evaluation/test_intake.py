"""Lists of films: any table and any folder is taken or refused in words."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from CXRTriageLib.cohort.film_list import Split
from CXRTriageLib.errors import ManifestError
from CXRTriageLib.site_evaluation.film_record import FilmState
from CXRTriageLib.site_evaluation.intake import COLUMNS, list_films, with_masks, write_manifest
from CXRTriageLib.site_evaluation.plan import Weight, row_problems, work_of
from CXRTriageLib.site_evaluation.store import STORE_FILE
from support.dicom_files import film_values, write_film
from support.evaluations import CLASSES, PSEUDONYMS, ThisProcess, choices_of, films_of, inspected
from support.film_folders import write_manifest as write_rows
from support.film_folders import write_phantoms


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with two films, two label images, a damaged file and a lateral view."""
    folder = tmp_path_factory.mktemp("films")
    write_phantoms(folder, ["test", "train"])
    (folder / "damaged.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    values = film_values().astype(np.uint16)
    write_film(folder / "lateral.dcm", values, ViewPosition="LL")
    return folder


@pytest.fixture(scope="module")
def choices(small_models):
    return choices_of(small_models / "small")


def row(**columns: str) -> dict[str, str]:
    return {"image": "film0.png"} | {name.rstrip("_"): text for name, text in columns.items()}


names = st.sampled_from(
    ["film0.png", "film1.png", "labels0.png", "damaged.png", "lateral.dcm", "gone.png", "", "/",
     "../x", "a\0b", "x" * 300]
)  # fmt: skip
words = st.one_of(
    st.sampled_from(["", "viral", "normal", "flu", "lungs", "lungs+heart", "12", "-3", "nan", "PA",
                     "lateral", "F", "child", "exclude", "train"]),
    st.text(max_size=6),
)  # fmt: skip
rows = st.lists(
    st.fixed_dictionaries(
        {"image": names},
        optional={name: names if name == "label" else words for name in COLUMNS[1:]},
    ),
    max_size=5,
)


@settings(max_examples=60)
@given(rows=rows)
def test_every_row_of_any_table_ends_in_a_film_a_reason_or_a_problem(
    folder, choices, tmp_path_factory, rows
):
    output = tmp_path_factory.mktemp("out")
    manifest = write_rows(folder, rows) if rows else folder / "none.csv"
    try:
        listed, unusable = list_films(manifest, output=output)
    except ManifestError as error:
        assert len(str(error)) > 20  # noqa: PT017 - both ways are right
        return
    films = inspected(with_masks(listed, None, output=output), output)
    problems = list(row_problems(films, CLASSES))
    work = list(work_of(films, choices, PSEUDONYMS))

    assert len(listed) + len({text.split(":")[0] for text in unusable}) >= 1
    assert [task.described.row for task in work] == [film.row for film in listed]
    assert all(problem.row >= 2 for problem in problems)
    stopped = {problem.row for problem in problems if problem.weight is Weight.STOPS}
    for task in work:
        to_do = task.described.state is FilmState.FAILED
        assert not (to_do and task.described.row in stopped)
    assert (output / STORE_FILE).is_file()


def test_only_the_image_is_needed(folder, tmp_path):
    manifest = write_rows(folder, [{"image": "film0.png"}])

    (film,) = films_of(manifest, tmp_path)

    assert film.listed.image == folder / "film0.png"


def test_only_films_of_the_split_are_taken(folder, tmp_path):
    manifest = write_rows(folder, [row(split="test"), row(image="film1.png", split="train")])

    films, _ = list_films(manifest, output=tmp_path, split=Split.TRAIN)

    assert [film.row for film in films] == [3]


def test_folder_lists_its_films_in_natural_order(folder, tmp_path):
    films, problems = list_films(folder, output=tmp_path)

    names = [film.image.name for film in films]
    assert not problems
    assert names[:4] == ["damaged.png", "film0.png", "film1.png", "labels0.png"]
    assert [film.row for film in films] == list(range(2, 2 + len(films)))


def test_folder_without_films_is_refused(tmp_path):
    with pytest.raises(ManifestError, match="no film"):
        list_films(tmp_path, output=tmp_path / "out")


def test_masks_go_to_the_films_of_their_name(folder, tmp_path):
    manifest = write_rows(folder, [row(), row(image="film1.png")])
    mask = folder / "labels1.png"

    first, second = films_of(manifest, tmp_path, {"film1": mask})

    assert (first.mask, second.mask) == (None, mask)


def test_manifest_of_a_folder_is_written_from_headers(tmp_path):
    films = tmp_path / "films"
    films.mkdir()
    values = film_values().astype(np.uint16)
    write_film(films / "b.dcm", values, PatientSex="M", Manufacturer="Maker, Inc.")
    (films / "c.dcm").write_bytes(b"")
    manifest = tmp_path / "lists" / "site.csv"

    counts = write_manifest(films, manifest, PSEUDONYMS)

    with manifest.open(newline="", encoding="utf-8") as file:
        (found,) = csv.DictReader(file)
    assert counts == (1, 1)
    assert tuple(found) == COLUMNS
    assert (manifest.parent / found["image"]).resolve() == films / "b.dcm"
    assert [found[name] for name in ("view", "age", "sex")] == ["PA", "47", "M"]
    assert found["manufacturer"] == "Maker, Inc."
    assert "Secret" not in manifest.read_text(encoding="utf-8")
    assert len(films_of(manifest, tmp_path / "out")) == 1


def test_manifest_that_exists_is_not_overwritten(folder, tmp_path):
    manifest = tmp_path / "site.csv"
    manifest.write_text("mine")

    with pytest.raises(ManifestError, match="not overwritten"):
        write_manifest(folder, manifest, PSEUDONYMS)
    assert manifest.read_text() == "mine"


def test_first_look_is_not_taken_twice_at_files_that_did_not_change(folder, tmp_path):
    class Idle(ThisProcess):
        def answers(self, function, items):
            pytest.fail(f"{function} was called") if list(items) else None
            return iter(())

    films = films_of(write_rows(folder, [row(), row(image="lateral.dcm")]), tmp_path)

    first = inspected(films, tmp_path)

    assert inspected(films, tmp_path, Idle()) == first
