"""Two measurements of the same films."""

from __future__ import annotations

import numpy as np
import pytest

from CXRTriageLib.site_evaluation.statistics.comparison import compare, mcnemar_test, paired
from CXRTriageLib.site_evaluation.statistics.labeled_films import LabeledFilms
from CXRTriageLib.site_evaluation.statistics.record_columns import read_films
from support.results import CLASS_NAMES
from support.site_records import film_record, made_up_site, vote_for


def answers(right):
    """Return films of one class, of which some are right."""
    records = [
        film_record(row, class_name="viral", **vote_for("viral" if is_right else "normal"))
        for row, is_right in enumerate(right)
    ]
    return read_films(records, CLASS_NAMES).network


def test_mcnemar_is_that_of_fagerland_2013():
    # M. W. Fagerland, S. Lydersen, P. Laake, BMC Medical Research Methodology 13:91, 2013: airway
    # hyper-responsiveness of 21 children, 1, 1, 7 and 12; exact conditional p = 0.0703.
    first = answers([True] + [True] + 7 * [False] + 12 * [False])
    second = answers([True] + [False] + 7 * [True] + 12 * [False])

    found = mcnemar_test(*(LabeledFilms.of(films, CLASS_NAMES) for films in (first, second)))

    assert (found.both, found.first_only, found.second_only, found.neither) == (1, 1, 7, 12)
    assert found.p == pytest.approx(0.0703, abs=5e-5)


def test_differences_are_those_of_films_that_both_hold():
    first, second = answers(10 * [False] + 10 * [True]), answers(20 * [True] + 5 * [False])

    found = compare(first, second, CLASS_NAMES, draws=200)

    accuracy = found.differences[0]
    assert (accuracy.name, accuracy.first, accuracy.second) == ("accuracy", 0.5, 1.0)
    assert accuracy.difference.value == 0.5
    assert 0 < accuracy.difference.low < 0.5 < accuracy.difference.high
    assert (found.films, found.changed_class, found.mcnemar.second_only) == (20, 10, 10)


def test_correction_is_compared_film_by_film():
    site = read_films(made_up_site(40, corrected=9).records(), CLASS_NAMES)

    found = compare(site.network, site.corrected, CLASS_NAMES, draws=50)

    by_name = {item.name: item for item in found.differences}
    ratio, heart = by_name["cardiothoracic_ratio"], by_name["heart jaccard"]
    assert found.films == 9
    assert ratio.difference.value == pytest.approx(0.004)
    assert ratio.absolute == pytest.approx(0.004)
    assert heart.second == pytest.approx(0.985 - 0.06)
    assert heart.difference.value == pytest.approx(heart.second - heart.first)


def test_films_are_paired_by_key_in_the_order_of_the_first():
    films = answers(6 * [True])
    first, second = paired(films, films.take(np.array([4, 1, 3])))

    assert first.key.tolist() == second.key.tolist() == ["k00001", "k00003", "k00004"]


def test_without_common_films_there_is_nothing_to_compare():
    films = answers(4 * [True])

    assert compare(films.take([0]), films.take([1]), CLASS_NAMES) is None
