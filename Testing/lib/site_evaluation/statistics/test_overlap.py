"""Means over films of how far masks agree with drawn ones."""

from __future__ import annotations

import statistics

import numpy as np
import pytest
from scipy import stats

from CXRTriageLib.site_evaluation.film_record import ORGAN_NAMES
from CXRTriageLib.site_evaluation.statistics.columns import AGREEMENT_MEASURES
from CXRTriageLib.site_evaluation.statistics.overlap import overlap_rows
from CXRTriageLib.site_evaluation.statistics.record_columns import read_films
from support.results import CLASS_NAMES
from support.site_records import agreement, film_record, made_up_site


def test_every_row_sums_up_what_its_films_say():
    records = [item for item in made_up_site(60, corrected=0).records() if item.agreement]
    films = read_films(records, CLASS_NAMES).network

    rows = {(row.organ, row.measure): row for row in overlap_rows(films, draws=20)}

    assert set(rows) == {(organ, name) for organ in ORGAN_NAMES for name in AGREEMENT_MEASURES}
    for (organ, measure), row in rows.items():
        drawn = [getattr(record.agreement_of(organ), measure) for record in records
                 if record.agreement_of(organ) is not None]  # fmt: skip
        known = [value for value in drawn if value is not None]
        assert row.mean.films == len(known)
        assert row.mean.value == pytest.approx(statistics.fmean(known))
        assert row.sd == pytest.approx(statistics.stdev(known))
        assert row.median == pytest.approx(statistics.median(known))
        assert row.worst == (min if measure in ("jaccard", "dice") else max)(known)


def test_interval_of_a_mean_overlap_is_that_of_scipy():
    values = np.random.default_rng(0).beta(20, 3, 70)
    films = read_films(
        (film_record(row, agreement=agreement(value)) for row, value in enumerate(values)),
        CLASS_NAMES,
    ).network
    theirs = stats.bootstrap(
        (values,), np.mean, method="percentile", n_resamples=20_000, rng=1
    ).confidence_interval

    rows = {(row.organ, row.measure): row for row in overlap_rows(films, draws=20_000)}

    found, width = rows["lungs", "jaccard"].mean, theirs.high - theirs.low
    assert (found.low, found.high) == pytest.approx(tuple(theirs), abs=0.04 * width)
