"""The verdict follows its rule."""

from __future__ import annotations

import dataclasses

from CXRTriageLib.controls.verdict import LEANS, NETWORK_PROBE, STANDS, verdict_on
from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.site_evaluation.statistics.controls import ControlScore, SourceProbe


def estimate(value, high=None):
    return Estimate(value=value, low=value, high=high or value, films=90, patients=90)


def score(control, value, high=None):
    found = estimate(value, high)
    return ControlScore(control=control, accuracy=found, balanced_accuracy=found, chance=0.25)


def probe(value):
    return SourceProbe(features=NETWORK_PROBE, sources=5, balanced_accuracy=estimate(value))


VOTE, ON_FEATURES = score("vote", 0.8), score(NETWORK_PROBE, 0.79, 0.85)


def test_a_classifier_stands_that_no_control_comes_close_to():
    verdict = verdict_on([VOTE, score("shape_model", 0.5, 0.6), ON_FEATURES], [probe(0.6)])

    assert not verdict.leans_on_source
    assert verdict.sentence == STANDS


def test_a_control_that_reaches_the_vote_speaks_against_it():
    verdict = verdict_on([VOTE, score("histogram_model", 0.75, 0.81), ON_FEATURES], [probe(0.6)])

    assert verdict.close_controls == ("histogram_model",)
    assert verdict.sentence == LEANS


def test_a_control_that_is_right_as_often_as_the_vote_speaks_against_it():
    often_right = dataclasses.replace(score("source_name", 0.5), accuracy=estimate(0.77, 0.82))
    guessing = dataclasses.replace(often_right, balanced_accuracy=estimate(0.25))

    assert verdict_on([VOTE, often_right], []).close_controls == ("source_name",)
    assert verdict_on([VOTE, guessing], []).close_controls == ()


def test_features_that_name_the_source_as_well_as_the_class_speak_against_it():
    verdict = verdict_on([VOTE, ON_FEATURES], [probe(0.79)])

    assert verdict.features_tell_source
    assert verdict.leans_on_source


def test_without_a_probe_only_the_controls_count():
    verdict = verdict_on([VOTE, score("shape_model", 0.5, 0.6)], [])

    assert verdict.features_tell_source is None
    assert not verdict.leans_on_source
