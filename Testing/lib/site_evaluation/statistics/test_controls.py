"""Controls find what a classifier could cheat with, and nothing where there is nothing."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.site_evaluation.statistics.controls import (
    ControlScore,
    comes_close,
    control_scores,
    source_probes,
)
from CXRTriageLib.site_evaluation.statistics.record_columns import read_films
from support.results import CLASS_NAMES
from support.site_records import made_up_site

FILMS = read_films(made_up_site(160).records(), CLASS_NAMES).network


def score(control, value, low, high):
    estimate = Estimate(value=value, low=low, high=high, films=50, patients=50)
    return ControlScore(control=control, accuracy=estimate, balanced_accuracy=estimate, chance=0.25)


def test_a_histogram_that_follows_the_class_gives_it_away():
    found = {item.control: item for item in control_scores(FILMS, CLASS_NAMES, draws=50)}

    assert next(iter(found)) == "vote"
    assert found["histogram_model"].balanced_accuracy.value > 0.9
    for name in ("shape_model", "surroundings_model"):
        # Noise that knows nothing of the class.
        assert found[name].balanced_accuracy.low < 0.25 < found[name].balanced_accuracy.high + 0.05
    assert found["vote"].chance == 0.25
    assert {item.accuracy.films for item in found.values()} == {160}


def test_votes_without_lungs_are_scored_as_they_are():
    found = {item.control: item for item in control_scores(FILMS, CLASS_NAMES, draws=50)}
    share = np.mean(FILMS.controls.blacked_out_class == FILMS.class_name)

    assert found["blacked_out_vote"].accuracy.value == pytest.approx(share)


def test_a_patient_is_never_on_both_sides_of_a_fold():
    # Two films of each patient are the same, and classes are drawn for patients: whoever has
    # seen one of them knows the other.
    generator = np.random.default_rng(0)
    films = FILMS.take(np.repeat(np.arange(80), 2))
    features = np.repeat(generator.normal(size=(80, 60)), 2, axis=0).astype(np.float32)
    names = np.repeat(generator.choice(["normal", "viral"], 80), 2)
    patients = np.repeat([f"p{index}" for index in range(80)], 2)
    films = dataclasses.replace(
        films,
        class_name=names,
        patient=patients,
        controls=dataclasses.replace(films.controls, histogram=features),
    )

    found = {item.control: item for item in control_scores(films, CLASS_NAMES, draws=50)}

    assert found["histogram_model"].balanced_accuracy.value < 0.7


def test_a_control_comes_close_that_reaches_the_vote_and_beats_guessing():
    vote = score("vote", 0.7, 0.6, 0.8)
    close, far = score("close", 0.62, 0.5, 0.71), score("far", 0.5, 0.4, 0.6)
    guess = score("guess", 0.25, 0.0, 0.75)

    assert [item.control for item in comes_close([vote, close, far, guess])] == ["close"]
    assert list(comes_close([])) == []


def test_the_source_is_told_from_features_that_follow_it():
    site = np.where(np.arange(160) % 2 == 0, "ward", "clinic")
    shifted = FILMS.controls.surroundings + 2 * (site == "ward")[:, np.newaxis]
    films = dataclasses.replace(
        FILMS,
        site=site,
        controls=dataclasses.replace(FILMS.controls, surroundings=shifted.astype(np.float32)),
    )

    found = {item.features: item for item in source_probes(films, draws=50)}

    assert found["surroundings"].balanced_accuracy.value > 0.95
    assert found["shape"].balanced_accuracy.value < 0.65
    assert found["shape"].sources == 2


def test_one_source_cannot_be_told_from_another():
    one = dataclasses.replace(FILMS, site=np.full(160, "ward"))

    assert source_probes(one, draws=20) == ()


def test_films_without_controls_have_no_scores():
    bare = [dataclasses.replace(item, controls=None) for item in made_up_site(30).records()]

    assert control_scores(read_films(bare, CLASS_NAMES).network, CLASS_NAMES, draws=20) == ()
