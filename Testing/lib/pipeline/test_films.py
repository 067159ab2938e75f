"""Films are found, sorted and named so that no result overwrites another."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from CXRTriageLib.pipeline.films import find_films, stem_of


def make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def names_of(inputs, output, own_files=()):
    return [film.name for film in find_films(inputs, output=output, own_files=own_files)]


def test_folders_are_searched_in_natural_order(tmp_path):
    make(tmp_path, "film10.png", "film2.png", "b/film1.dcm", "a/IM0001")

    assert names_of([tmp_path], tmp_path / "out") == ["film2", "film10", "IM0001", "film1"]


def test_inputs_keep_their_order(tmp_path):
    make(tmp_path, "b.png", "a.png")

    assert names_of([tmp_path / "b.png", tmp_path / "a.png"], tmp_path / "out") == ["b", "a"]


def test_hidden_files_sidecars_and_the_output_are_passed_over(tmp_path):
    make(tmp_path, "film.png", ".film.png", ".cache/film.png", "notes.txt", "list.CSV", "DICOMDIR")
    make(tmp_path, "meta.json", "README.md", "out/film/overlay.png", "strange.xyz")

    assert names_of([tmp_path], tmp_path / "out") == ["film", "strange"]


def test_results_of_an_earlier_run_are_passed_over(tmp_path):
    make(tmp_path, "earlier/film/labels.png", "earlier/film/result.json", "earlier/film/new.png")
    make(tmp_path, "films/labels.png")

    found = names_of([tmp_path], tmp_path / "out", own_files=("labels.png", "result.json"))

    assert found == ["new", "labels"]


def test_a_file_that_is_named_is_taken_whatever_it_is(tmp_path):
    make(tmp_path, "notes.txt")

    assert names_of([tmp_path / "notes.txt"], tmp_path / "out") == ["notes"]


def test_a_file_given_twice_is_one_film(tmp_path):
    make(tmp_path, "film.png")

    assert names_of([tmp_path / "film.png", tmp_path], tmp_path / "out") == ["film"]


def test_films_with_one_stem_get_the_name_of_their_folder_in_front(tmp_path):
    make(tmp_path, "before/film.png", "after/film.png", "after/other.png")

    found = names_of([tmp_path / "before", tmp_path / "after"], tmp_path / "out")

    assert found == ["before_film", "after_film", "other"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param(["a/film.png", "a/film.dcm"], ["a_film.dcm", "a_film.png"], id="one_folder"),
        pytest.param(
            ["x/a/film.png", "y/a/film.png"], ["x_a_film.png", "y_a_film.png"], id="deeper"
        ),
        pytest.param(["a/film.png", "b/FILM.png"], ["a_film", "b_FILM"], id="case"),
        pytest.param(
            ["a/film.png", "b/film.png", "b_film.png"],
            ["in_b_film", "a_film", "b_film.png"],
            id="a_plain_stem_that_looks_like_a_longer_name",
        ),
    ],
)
def test_names_grow_until_they_differ(tmp_path, names, expected):
    make(tmp_path / "in", *names)

    assert names_of([tmp_path / "in"], tmp_path / "out") == expected


def test_a_name_that_is_a_file_in_the_output_is_not_used(tmp_path):
    make(tmp_path, "scans/IM0001")

    assert names_of([tmp_path / "scans" / "IM0001"], tmp_path / "scans") == ["scans_IM0001"]


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("film.dcm", "film"),
        ("film.v2.png", "film.v2"),
        ("film.nii.gz", "film"),
        ("1.2.840.10008.5.1", "1.2.840.10008.5.1"),
        ("IM0001", "IM0001"),
        (".hidden", ".hidden"),
    ],
)
def test_stem_is_the_name_without_its_ending(name, stem):
    assert stem_of(Path(name)) == stem


@given(
    paths=st.lists(
        st.lists(st.sampled_from(["a", "b", "A", "a_b", "a.png", "b.1"]), min_size=1, max_size=4),
        min_size=1,
        max_size=8,
        unique_by="/".join,
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_no_two_films_ever_share_a_name(tmp_path, paths):
    inputs = [tmp_path.joinpath(*parts) for parts in paths]

    found = names_of(inputs, tmp_path / "out")

    assert len({name.casefold() for name in found}) == len(paths)
