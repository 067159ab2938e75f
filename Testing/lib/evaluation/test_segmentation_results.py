"""Tables of masks hold what a pencil says of the same films."""

from __future__ import annotations

import numpy as np
import pytest

from CXRTriageLib.evaluation.measured_films import MeasuredFilms
from CXRTriageLib.evaluation.segmentation_results import ratio_agreement, segmentation_rows
from support.film_folders import listed_film
from support.outcomes import outcome


def test_overlap_is_averaged_for_each_dataset_over_the_films_that_have_it():
    films = [
        listed_film(dataset=name, patient=str(number))
        for number, name in enumerate(["b", "a", "a", "a"])
    ]
    outcomes = [
        outcome(lung_jaccard=0.9, lung_union_jaccard=0.95),
        outcome(lung_jaccard=0.8, lung_union_jaccard=0.9, heart_jaccard=0.5),
        outcome(lung_jaccard=0.6, lung_union_jaccard=0.7),
        outcome(),
    ]

    rows = segmentation_rows(MeasuredFilms(films, outcomes))

    found = {(row.dataset, row.measure): (row.mean.value, row.sd, row.mean.films) for row in rows}
    assert found == {
        ("a", "lungs"): (pytest.approx(0.7), pytest.approx(0.2 / np.sqrt(2)), 2),
        ("a", "lungs_union"): (pytest.approx(0.8), pytest.approx(0.2 / np.sqrt(2)), 2),
        ("a", "heart"): (0.5, None, 1),
        ("b", "lungs"): (0.9, None, 1),
        ("b", "lungs_union"): (0.95, None, 1),
    }


def test_distances_and_lungs_as_drawn_have_rows_of_their_own():
    outcomes = [outcome(lung_hausdorff_95_px=7.5), outcome(lungs_as_drawn_dice=0.875)]

    rows = segmentation_rows(MeasuredFilms([listed_film()] * 2, outcomes))

    assert [(row.measure, row.mean.value) for row in rows] == [
        ("lungs_hausdorff_95_px", 7.5),
        ("lungs_as_drawn_dice", 0.875),
    ]


def test_ratios_are_compared_where_both_are_known():
    found, drawn = np.array([0.50, 0.44, 0.61]), np.array([0.48, 0.45, 0.58])
    outcomes = [
        outcome(
            biomarkers=(("cardiothoracic_ratio", one),), label_cardiothoracic_ratio=float(other)
        )
        for one, other in zip(found.tolist(), drawn, strict=True)
    ]
    outcomes += [
        outcome(biomarkers=(("cardiothoracic_ratio", 0.9),)),
        outcome(label_cardiothoracic_ratio=0.1),
    ]
    films = [listed_film(patient=str(number)) for number in range(len(outcomes))]

    agreement = ratio_agreement(MeasuredFilms(films, outcomes))

    difference = found - drawn
    reach = 1.96 * difference.std(ddof=1)
    assert agreement.bias.value == pytest.approx(difference.mean())
    assert agreement.bias.films == 3
    assert agreement.lower_limit.value == pytest.approx(difference.mean() - reach, abs=1e-4)
    assert agreement.upper_limit.value == pytest.approx(difference.mean() + reach, abs=1e-4)
    assert ratio_agreement(MeasuredFilms(films[3:], outcomes[3:])) is None
