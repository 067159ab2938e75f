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


def add(films, *paths):
    """Look for films and add them."""
    return films.add(filmsAmong(paths, films.paths()))


def test_folders_are_searched_in_natural_order(tmp_path):
    for name in ("film10.dcm", "film9.dcm", "deeper/film1.dcm", "notes.txt"):
        touch(tmp_path / name)
    films = WorkList()

    assert add(films, tmp_path) == 0
    assert [film.name for film in films] == ["film9", "film10", "film1"]


def test_dicom_directory_stands_for_its_folder(tmp_path):
    directory = touch(tmp_path / "DICOMDIR")
    touch(tmp_path / "IMAGES" / "IM1")
    films = WorkList()

    add(films, directory)

    assert [film.path.name for film in films] == ["IM1"]


def test_a_film_is_listed_once_and_keeps_its_state(tmp_path):
    first, second = touch(tmp_path / "a.dcm"), touch(tmp_path / "b.dcm")
    films = WorkList()
    add(films, first)
    films.setState(0, FilmState.CORRECTED)

    assert add(films, second, first) == 1
    assert [(film.name, film.state) for film in films] == [
        ("a", FilmState.CORRECTED),
        ("b", FilmState.NEW),
    ]


def test_films_of_one_name_are_told_apart(tmp_path):
    paths = [touch(tmp_path / folder / "film.dcm") for folder in ("one", "two")]
    films = WorkList()

    add(films, paths[0])
    add(films, paths[1])

    assert len({film.name for film in films}) == 2


def test_neighbors_end_with_the_list(tmp_path):
    films = WorkList()
    assert films.neighbor(1) is None
    add(films, touch(tmp_path / "a.dcm"), touch(tmp_path / "b.dcm"))

    assert films.neighbor(1) == 0
    films.current = 0
    assert (films.neighbor(1), films.neighbor(-1)) == (1, None)


def test_folder_without_films_adds_nothing(tmp_path):
    touch(tmp_path / "notes.txt")

    assert add(WorkList(), tmp_path) is None


def test_films_are_found_by_any_way_to_them(tmp_path, monkeypatch):
    films = WorkList()
    add(films, touch(tmp_path / "a.dcm"))
    monkeypatch.chdir(tmp_path)

    assert films.indexOf(Path("a.dcm")) == 0
    assert films.indexOf(Path("b.dcm")) is None


@pytest.mark.parametrize("index", [0])
def test_reason_of_a_refusal_is_kept(tmp_path, index):
    films = WorkList()
    add(films, touch(tmp_path / "a.dcm"))

    films.setState(index, FilmState.REFUSED, "It is a CT.")

    assert films[index].reason == "It is a CT."


def test_film_that_came_during_a_search_stays_in_the_list(tmp_path):
    (tmp_path / "folder").mkdir()
    first, second = touch(tmp_path / "a.dcm"), touch(tmp_path / "folder" / "a.dcm")
    films = WorkList()
    found = filmsAmong([second], films.paths())
    add(films, first)

    assert films.add(found) == 1
    assert films.paths() == [first, second]
    assert len({film.name for film in films}) == 2
