"""Records become columns, films are picked, grouped, counted and selected."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from CXRTriageLib.domain.segmentation import MaskSource
from CXRTriageLib.site_evaluation.film_record import FilmState
from CXRTriageLib.site_evaluation.statistics.columns import PATCH_MEAN
from CXRTriageLib.site_evaluation.statistics.overlap import lungs_jaccard, overlap_rows
from CXRTriageLib.site_evaluation.statistics.record_columns import read_films
from CXRTriageLib.site_evaluation.statistics.selection import (
    confident_errors,
    least_certain,
    off_range,
    worst_masks,
)
from CXRTriageLib.site_evaluation.statistics.subgroups import age_bands, subgroup_rows
from support.results import CLASS_NAMES
from support.site_records import agreement, film_record, made_up_site, vote_for


def columns_of(*records):
    return read_films(iter(records), CLASS_NAMES).network


def test_columns_hold_what_the_records_hold():
    site = made_up_site(30)
    films = read_films(site.records(), CLASS_NAMES)
    records = [item for item in site.records() if item.state is FilmState.DONE]
    network = [item for item in records if item.mask_source is MaskSource.NETWORK]

    assert films.main is films.network
    assert len(films.corrected) == len(records) - len(network) == 12
    patients = list(dict.fromkeys(record.patient_key for record in network))
    for index, record in enumerate(network):
        film = films.network.take(np.array([index]))
        assert film.row[0] == record.row
        assert int(film.patient[0]) == patients.index(record.patient_key)
        assert (film.class_name[0], film.found[0]) == (record.class_name, record.found_class)
        assert film.probabilities[0].tolist() == list(record.mean_probabilities)
        assert film.biomarker("cardiothoracic_ratio")[0] == record.biomarker("cardiothoracic_ratio")
        heart = record.agreement_of("heart")
        found = film.agreement["heart", "jaccard"][0]
        assert np.isnan(found) if heart is None else found == heart.jaccard
        right = [m for voted, m, _ in record.patch_intensities if voted == record.class_name]
        assert film.biomarker(PATCH_MEAN)[0] == pytest.approx(
            np.mean(right) if right else np.nan, nan_ok=True
        )
    assert [item.state for item in films.left_out] == [
        FilmState.EXCLUDED, FilmState.REFUSED, FilmState.FAILED,
    ]  # fmt: skip


def test_patients_do_not_depend_on_the_secret_of_their_keys():
    one = columns_of(*(film_record(row, patient_key=key) for row, key in enumerate("abac")))
    other = columns_of(*(film_record(row, patient_key=key) for row, key in enumerate("zyzx")))

    assert one.patient.tolist() == other.patient.tolist()
    assert one.patient_count == 3


def test_what_is_unknown_is_nan_or_empty():
    films = columns_of(film_record())

    assert np.isnan(films.probabilities).all()
    assert np.isnan([films.age[0], films.margin[0], films.biomarker("any")[0]]).all()
    assert films.site.tolist() == films.found.tolist() == [""]


def test_without_records_there_are_empty_columns():
    films = read_films(iter(()), CLASS_NAMES)

    assert (len(films.main), len(films.patches.film)) == (0, 0)
    assert subgroup_rows(films.main, CLASS_NAMES) == ()
    assert overlap_rows(films.main) == ()


def test_a_film_takes_little_memory_and_no_record_is_kept():
    tracemalloc.start()
    try:
        films = read_films(
            (record for copy in range(10) for record in made_up_site(60, seed=copy).records()),
            CLASS_NAMES,
        )
        kept = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()

    assert len(films.main) == 600
    assert kept / 600 < 8000


def test_masks_are_summed_up_with_their_worst_film():
    films = columns_of(
        film_record(2, agreement=agreement(0.9, mm=False)),
        film_record(3, agreement=agreement(0.7, mm=False)),
        film_record(4),
    )

    rows = {(row.organ, row.measure): row for row in overlap_rows(films, draws=50)}

    lungs, distance = rows["lungs", "jaccard"], rows["lungs", "hd95_px"]
    assert (lungs.mean.value, lungs.worst, lungs.mean.films) == (pytest.approx(0.8), 0.7, 2)
    assert distance.worst == pytest.approx(18)
    assert ("lungs", "hd95_mm") not in rows
    assert lungs_jaccard(films)[:2] == pytest.approx([0.895, 0.695])


def test_groups_with_few_films_carry_a_warning():
    records = [film_record(row, view="PA", **vote_for("viral")) for row in range(30)]
    records += [film_record(30, view="AP", class_name="viral", **vote_for("viral"))]

    rows = {
        (row.factor, row.group): row for row in subgroup_rows(columns_of(*records), CLASS_NAMES)
    }

    assert not rows["view", "PA"].is_small
    assert rows["view", "PA"].accuracy is None
    assert rows["view", "AP"].is_small
    assert rows["view", "AP"].accuracy.value == 1
    assert rows["sex", "unknown"].films == 31


def test_age_bands_hold_every_age():
    ages = (None, 0, 17.9, 18, 39.9, 59, 60, 75, 90)
    films = columns_of(*(film_record(row, age_years=age) for row, age in enumerate(ages)))

    assert age_bands(films).tolist() == [
        "unknown", "under 18", "under 18", "18 to 39", "18 to 39", "40 to 59", "60 to 74",
        "75 and over", "75 and over",
    ]  # fmt: skip


def test_the_worst_films_come_first():
    films = columns_of(
        film_record(2, class_name="normal", **vote_for("viral", 0.6), agreement=agreement(0.9)),
        film_record(3, class_name="normal", **vote_for("viral", 0.95), agreement=agreement(0.6)),
        film_record(4, class_name="normal", **vote_for("normal", 0.5), agreement=agreement(0.8)),
        film_record(5, **vote_for("normal", 0.4)),
        film_record(6, class_name="viral"),
    )

    assert films.row[worst_masks(films, 2)].tolist() == [3, 4]
    assert films.row[confident_errors(films, CLASS_NAMES, 5)].tolist() == [3, 2]
    assert films.row[least_certain(films, 2)].tolist() == [5, 4]


def test_ratios_off_the_normal_range_are_listed_the_farthest_first():
    ratios = (0.45, 0.55, 0.30, 0.42, 0.50, None)
    films = columns_of(
        *(
            film_record(row, biomarkers=(("cardiothoracic_ratio", ratio),))
            for row, ratio in enumerate(ratios)
        )
    )

    assert off_range(films, (0.42, 0.50)).tolist() == [2, 1]
