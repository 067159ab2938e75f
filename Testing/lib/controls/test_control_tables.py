"""Tables hold what the films hold, against scikit-learn and against what was put in."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from CXRTriageLib.controls.control_tables import FilmTable, control_tables
from CXRTriageLib.controls.film_controls import ControlledFilm
from CXRTriageLib.controls.verdict import NETWORK_PROBE
from CXRTriageLib.controls.within_source import within_sources
from CXRTriageLib.site_evaluation.statistics.calibration import fitted_temperature
from support.results import CLASS_NAMES
from support.site_records import made_up_site

USUAL = {"ward": "viral", "clinic": "normal"}


def films(seed):
    """Return films whose features hold their source, and a little of their class."""
    generator = np.random.default_rng(seed)
    made = [item for item in made_up_site(200, seed=seed, corrected=0).records() if item.is_done]
    table = []
    for record in made:
        features = generator.normal(size=8)
        features[0] += 8 * (record.site == "ward")
        features[1 + CLASS_NAMES.index(record.class_name)] += 1
        table.append(ControlledFilm(record=record, features=tuple(features)))
    return table


@pytest.fixture(scope="module")
def tested():
    return FilmTable.of(films(2), CLASS_NAMES)


@pytest.fixture(scope="module")
def tables(tested):
    training, validation = (FilmTable.of(films(seed), CLASS_NAMES) for seed in (0, 1))
    return control_tables(training, validation, tested, CLASS_NAMES, usual=USUAL, draws=50)


def test_every_control_is_scored_beside_the_vote(tables, tested):
    found = {score.control: score for score in tables.scores}

    assert next(iter(found)) == "vote"
    assert set(found) == {
        "vote", "blacked_out_vote", "shape_only_vote", "source_name", NETWORK_PROBE,
        "surroundings_model", "shape_model", "histogram_model",
    }  # fmt: skip
    for name, answers in (
        ("vote", tested.films.found),
        ("blacked_out_vote", tested.films.controls.blacked_out_class),
    ):
        expected = balanced_accuracy_score(tested.films.class_name, answers)
        assert found[name].balanced_accuracy.value == pytest.approx(expected)
    by_source = np.where(tested.films.site == "ward", "viral", "normal")
    assert found["source_name"].accuracy.value == np.mean(by_source == tested.films.class_name)
    assert found["histogram_model"].balanced_accuracy.value > 0.9


def test_features_that_hold_the_source_are_found_out(tables):
    probes = {probe.features: probe.balanced_accuracy.value for probe in tables.source_probes}

    assert probes[NETWORK_PROBE] > 0.95
    assert probes["shape_model"] == pytest.approx(0.5, abs=0.15)
    assert tables.verdict.features_tell_source
    assert tables.verdict.leans_on_source


def test_the_temperature_comes_from_validation_and_is_tested_on_other_films(tables, tested):
    validation = FilmTable.of(films(1), CLASS_NAMES).films
    truth = np.array([CLASS_NAMES.index(name) for name in validation.class_name])
    outcome = np.array([CLASS_NAMES.index(name) for name in tested.films.class_name])
    squares = (tested.films.probabilities - np.eye(4)[outcome]) ** 2

    assert tables.calibration.temperature == pytest.approx(
        fitted_temperature(truth, validation.probabilities)
    )
    assert tables.calibration.before.brier.value == pytest.approx(squares.sum(axis=1).mean())
    assert tables.calibration.fitted_films == len(validation)


def test_subgroups_of_a_property_hold_all_films(tables, tested):
    for factor in ("view", "sex", "age", "source"):
        rows = [row for row in tables.subgroups if row.factor == factor]
        assert sum(row.films for row in rows) == len(tested.films)
    assert "manufacturer" not in {row.factor for row in tables.subgroups}


def test_classes_of_one_source_are_compared_within_it(tested):
    row = next(
        item
        for item in within_sources(tested.films, CLASS_NAMES, draws=20)
        if (item.source, item.class_name, item.other_class) == ("ward", "viral", "normal")
    )
    here = tested.films.take(
        (tested.films.site == "ward") & np.isin(tested.films.class_name, ("viral", "normal"))
    )

    expected = roc_auc_score(here.class_name == "viral", here.probabilities[:, 3])
    assert row.area.value == pytest.approx(expected)
    assert row.area.films == len(here)


def test_a_source_with_one_class_has_nothing_to_compare(tested):
    one = dataclasses.replace(tested.films, site=tested.films.class_name)

    assert within_sources(one, CLASS_NAMES, draws=5) == ()


def test_films_without_a_vote_count_as_wrong():
    some = films(2)
    bare = dataclasses.replace(
        some[0],
        record=dataclasses.replace(
            some[0].record,
            found_class=None,
            vote_shares=(),
            mean_probabilities=(),
            controls=None,
        ),
        features=(),
    )
    table = FilmTable.of([bare, *some[1:]], CLASS_NAMES)

    assert np.isnan(table.features[0]).all()
    found = control_tables(table, table, table, CLASS_NAMES, usual=USUAL, draws=5)
    assert found.scores[0].accuracy.films == len(some)
