"""The work list finds films, names them apart, and remembers how far each has come."""

from __future__ import annotations

from pathlib import Path

import pytest

from CXRTriageViewer.work_list import FilmState, WorkList, filmsAmong


def touch(path):
    """Make an empty file with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_folders_are_searched_in_natural_order(tmp_path):
    for name in ("film10.dcm", "film9.dcm", "deeper/film1.dcm", "notes.txt"):
        touch(tmp_path / name)
    films = WorkList()

    assert films.add(filmsAmong([tmp_path])) == 0
    assert [film.name for film in films] == ["film9", "film10", "film1"]


def test_dicom_directory_stands_for_its_folder(tmp_path):
    directory = touch(tmp_path / "DICOMDIR")
    touch(tmp_path / "IMAGES" / "IM1")
    films = WorkList()

    films.add(filmsAmong([directory]))

    assert [film.path.name for film in films] == ["IM1"]


def test_a_film_is_listed_once_and_keeps_its_state(tmp_path):
    first, second = touch(tmp_path / "a.dcm"), touch(tmp_path / "b.dcm")
    films = WorkList()
    films.add([first])
    films.setState(0, FilmState.CORRECTED)

    assert films.add([second, first]) == 1
    assert [(film.name, film.state) for film in films] == [
        ("a", FilmState.CORRECTED),
        ("b", FilmState.NEW),
    ]


def test_films_of_one_name_are_told_apart(tmp_path):
    paths = [touch(tmp_path / folder / "film.dcm") for folder in ("one", "two")]
    films = WorkList()

    films.add(paths[:1])
    films.add(paths[1:])

    assert len({film.name for film in films}) == 2


def test_neighbors_end_with_the_list(tmp_path):
    films = WorkList()
    assert films.neighbor(1) is None
    films.add([touch(tmp_path / "a.dcm"), touch(tmp_path / "b.dcm")])

    assert films.neighbor(1) == 0
    films.current = 0
    assert (films.neighbor(1), films.neighbor(-1)) == (1, None)


def test_folder_without_films_adds_nothing(tmp_path):
    touch(tmp_path / "notes.txt")

    assert WorkList().add(filmsAmong([tmp_path])) is None


def test_films_are_found_by_any_way_to_them(tmp_path, monkeypatch):
    films = WorkList()
    films.add([touch(tmp_path / "a.dcm")])
    monkeypatch.chdir(tmp_path)

    assert films.indexOf(Path("a.dcm")) == 0
    assert films.indexOf(Path("b.dcm")) is None


@pytest.mark.parametrize("index", [0])
def test_reason_of_a_refusal_is_kept(tmp_path, index):
    films = WorkList()
    films.add([touch(tmp_path / "a.dcm")])

    films.setState(index, FilmState.REFUSED, "It is a CT.")

    assert films[index].reason == "It is a CT."
