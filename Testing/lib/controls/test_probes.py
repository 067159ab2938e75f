"""Small models learn what features tell, and nothing from noise."""

from __future__ import annotations

import numpy as np
import pytest

from CXRTriageLib.controls.probes import (
    TrainingTable,
    answers_by_source,
    probe_answers,
    usual_classes,
)
from support.film_folders import listed_film

GENERATOR = np.random.default_rng(0)
NAMES = GENERATOR.choice(["a", "b", "c"], 300)
NOISE = GENERATOR.normal(size=(300, 20))
TELLING = NOISE + 3 * (NAMES[:, np.newaxis] == np.resize(["a", "b", "c"], 20))
PATIENTS = np.array([f"p{number // 2}" for number in range(300)])


def learned(features, names=NAMES):
    return TrainingTable(
        features=features[:150], answers=names[:150], patients=PATIENTS[: len(names[:150])]
    )


def share_right(features):
    return np.mean(probe_answers(learned(features), features[150:]) == NAMES[150:])


def test_what_features_tell_is_learned():
    assert share_right(TELLING) > 0.95


def test_noise_tells_nothing():
    assert share_right(NOISE) == pytest.approx(1 / 3, abs=0.12)


def test_films_without_features_get_no_answer():
    asked = TELLING[150:].copy()
    asked[:5] = np.nan
    training = TELLING.copy()
    training[3] = np.nan

    found = probe_answers(learned(training), asked)

    assert set(found[:5]) == {""}
    assert np.mean(found[5:] == NAMES[155:]) > 0.95


@pytest.mark.parametrize("names", [np.full(300, "a"), np.array(["a"] * 145 + ["b"] * 155)])
def test_nothing_is_learned_where_there_is_too_little_to_tell_apart(names):
    assert probe_answers(learned(TELLING, names), TELLING[150:]) is None


def test_the_source_alone_names_its_most_frequent_class():
    pairs = [("x", "viral"), ("x", "normal"), ("x", "viral"), ("y", "normal")]
    usual = usual_classes([listed_film(name, dataset=source) for source, name in pairs])

    found = answers_by_source(usual, np.array(["y", "x", "z"]))

    assert found.tolist() == ["normal", "viral", ""]
