"""Which films take part, and which group they are in."""

from __future__ import annotations

import dataclasses
from collections import Counter

import pytest

from CXRTriageLib.cohort.film_list import Split
from CXRTriageLib.errors import ManifestError
from CXRTriageLib.reproduction.study_films import StudyFilm, read_study_films, spread_sample
from support.film_folders import listed_film, write_manifest, write_phantoms


def film(name: str, subclass: str = "", paper_class: str = "") -> StudyFilm:
    """Return a film whose files are never opened."""
    listed = dataclasses.replace(listed_film(name), subclass=subclass)
    return StudyFilm(listed=listed, paper_class=paper_class)


@pytest.mark.parametrize(
    ("class_name", "subclass", "paper_class", "group", "paper_group"),
    [
        ("normal", "", "normal", "normal", "normal"),
        ("viral", "COVID-19", "viral", "COVID-19", "COVID-19"),
        ("viral", "other viral", "", "other viral", ""),
        # What the manifest does not class, the paper still did.
        ("", "", "viral", "", "other viral"),
        ("", "", "bacterial", "", "bacterial"),
    ],
)
def test_groups_follow_the_manifest_and_the_papers_list(
    class_name, subclass, paper_class, group, paper_group
):
    found = film(class_name, subclass, paper_class)

    assert (found.group, found.paper_group) == (group, paper_group)


def test_films_are_read_with_the_papers_class_where_there_is_one(tmp_path):
    write_phantoms(tmp_path, ["train", "test"])
    rows = [
        {"image": "film0.png", "class": "viral", "paper_class": "viral", "split": "train"},
        {"image": "film1.png", "class": "normal", "paper_class": "", "split": "test"},
    ]
    write_manifest(tmp_path, rows)

    assert [item.paper_class for item in read_study_films(tmp_path)] == ["viral", ""]
    assert [item.listed.row for item in read_study_films(tmp_path, split=Split.TEST)] == [3]


def test_list_without_the_papers_class_has_no_film_of_the_paper(tmp_path):
    write_phantoms(tmp_path, ["train"])

    assert [item.paper_class for item in read_study_films(tmp_path)] == [""]


def test_folder_without_a_list_is_refused(tmp_path):
    with pytest.raises(ManifestError, match="no such file"):
        read_study_films(tmp_path)


def test_sample_holds_every_group_and_keeps_the_order():
    films = [film(name) for name in ["normal"] * 50 + ["viral"] * 3 + ["bacterial"] * 2]

    sample = spread_sample(films, 9)

    counts = Counter(item.group for item in sample)
    assert counts == {"normal": 4, "viral": 3, "bacterial": 2}
    assert sample == [item for item in films if any(item is chosen for chosen in sample)]
    assert spread_sample(films, 100) == films
