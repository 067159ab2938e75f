"""Every class of every source has its place in a sample."""

from __future__ import annotations

from collections import Counter

from CXRTriageLib.controls.film_sample import few_of_each
from support.film_folders import listed_film

FILMS = [
    listed_film(name, dataset=source, patient=f"{source} {name} {number}")
    for source, name, count in (("a", "normal", 9), ("a", "viral", 2), ("b", "normal", 5))
    for number in range(count)
]


def test_no_more_than_asked_for_of_each_source_and_class():
    chosen = few_of_each(FILMS, 4)

    assert Counter((film.dataset, film.class_name) for film in chosen) == {
        ("a", "normal"): 4,
        ("a", "viral"): 2,
        ("b", "normal"): 4,
    }


def test_a_larger_sample_holds_the_smaller_one():
    patients = [{film.patient for film in few_of_each(FILMS, count)} for count in (2, 4)]

    assert patients[0] < patients[1]
