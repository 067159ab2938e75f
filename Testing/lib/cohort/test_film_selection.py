"""The films that take part are those that were asked for, split as they were asked to be."""

from __future__ import annotations

from collections import Counter

import pytest

from CXRTriageLib.cohort.film_list import Split
from CXRTriageLib.cohort.film_selection import (
    FilmSelection,
    check_classes_are_known,
    split_by_image,
)
from CXRTriageLib.errors import ManifestError
from support.film_folders import listed_film, write_manifest

SPLITS = (Split.TRAIN, Split.VALIDATION, Split.TEST)
PAPER_TABLE_3 = {
    "normal": (134, 19, 38),
    "bacterial": (39, 5, 10),
    "tuberculosis": (41, 5, 11),
    "viral": (14, 2, 4),
    "COVID-19": (126, 18, 36),
}


@pytest.fixture
def manifest(tmp_path):
    """Return a list of films of three datasets, one of them flagged."""
    rows = [
        {"image": f"{dataset}{number}.png", "dataset": dataset, "class": "normal", "split": "test"}
        for dataset in ("near", "far", "farther")
        for number in range(10)
    ]
    rows[0]["flags"] = "exclude"
    for row in rows:
        (tmp_path / row["image"]).write_bytes(b"")
    return write_manifest(tmp_path, rows)


def test_split_by_image_has_the_counts_of_the_paper():
    films = [listed_film(name) for name, parts in PAPER_TABLE_3.items() for _ in range(sum(parts))]

    counts = Counter((film.class_name, film.split) for film in split_by_image(films, 0))

    for name, parts in PAPER_TABLE_3.items():
        assert tuple(counts[name, split] for split in SPLITS) == parts


def test_split_by_image_depends_on_the_seed_only():
    films = [listed_film("normal") for _ in range(50)]

    first, again, other = (
        [film.split for film in split_by_image(films, seed)] for seed in (1, 1, 2)
    )

    assert first == again
    assert first != other


def test_datasets_are_left_out(manifest):
    films = FilmSelection(without=("far", "farther")).films_of(manifest)

    assert {film.dataset for film in films} == {"near"}
    assert len(films) == 10
    assert {film.split for film in films} == {Split.TEST}


def test_film_that_is_excluded_from_classes_keeps_its_masks(manifest):
    (excluded,) = (film for film in FilmSelection().films_of(manifest) if film.flags)

    assert not excluded.may_be_classified
    assert not any(film.flags for film in FilmSelection(split_seed=0).films_of(manifest))


def test_random_split_takes_the_place_of_the_listed_one(manifest):
    films = FilmSelection(split_seed=0).films_of(manifest)

    assert Counter(film.split for film in films) == {
        Split.TRAIN: 22,
        Split.VALIDATION: 2,
        Split.TEST: 5,
    }


def test_dataset_that_nobody_knows_cannot_be_left_out(manifest):
    with pytest.raises(ManifestError, match=r"no dataset fra, .* It has far, farther, near\."):
        FilmSelection(without=("fra",)).films_of(manifest)


def test_class_that_nobody_named_is_refused_with_all_rows():
    films = [listed_film(name) for name in ("normal", "virla", "", "other", "virla")]

    with pytest.raises(ManifestError) as refused:
        check_classes_are_known(films, ("normal", "viral"), ("other",))

    assert str(refused.value).count("the class 'virla' is none of normal, viral") == 2
    assert "'other'" not in str(refused.value)


def test_class_that_is_named_is_not_refused():
    check_classes_are_known([listed_film("normal"), listed_film("other")], ("normal",), ("other",))
