"""Every patch has one vote, and ties have a rule."""

from __future__ import annotations

import pytest
from scipy.stats import entropy

from CXRTriageLib.classification.voting import count_votes
from CXRTriageLib.domain.settings import TieRule
from CXRTriageLib.errors import InvalidValueError
from support.evidence import evidence_of, made_up_evidence
from support.results import CLASS_NAMES

BOTH_RULES = pytest.mark.parametrize("tie_rule", TieRule)

TIED = [
    [0.1, 0.1, 0.7, 0.1],
    [0.4, 0.3, 0.2, 0.1],
    [0.1, 0.1, 0.1, 0.7],
    [0.6, 0.2, 0.1, 0.1],
    [0.2, 0.0, 0.1, 0.7],
]
"""Tuberculosis is met first and has one vote; normal and viral have two each."""


@BOTH_RULES
def test_class_with_most_votes_wins_even_with_lower_mean_probability(tie_rule):
    votes = count_votes(
        evidence_of([[0.4, 0.3, 0.3, 0.0], [0.4, 0.3, 0.3, 0.0], [0.0, 0.0, 0.0, 1.0]]), tie_rule
    )

    assert votes.counts == (2, 0, 0, 1)
    assert votes.shares == pytest.approx((2 / 3, 0, 0, 1 / 3))
    assert votes.winner_name == "normal"
    assert votes.tied == (0,)


@pytest.mark.parametrize(
    ("tie_rule", "winner"),
    [
        pytest.param(TieRule.FIRST_MET, "normal", id="first met"),
        pytest.param(TieRule.HIGHER_MEAN_PROBABILITY, "viral", id="higher mean"),
    ],
)
def test_tie_follows_its_rule_and_is_flagged(tie_rule, winner):
    votes = count_votes(evidence_of(TIED), tie_rule)

    assert votes.winner_name == winner
    assert votes.tied == (0, 3)
    assert votes.margin == 0


def test_first_met_depends_on_the_order_of_drawing():
    votes = count_votes(evidence_of(TIED[::-1]), TieRule.FIRST_MET)

    assert votes.winner_name == "viral"


def test_mean_softmax_and_entropy_agree_with_scipy():
    evidence = made_up_evidence([[0, 0, 9, 9]] * 31, (9, 9))

    votes = count_votes(evidence, TieRule.HIGHER_MEAN_PROBABILITY)

    mean = evidence.probabilities.astype(float).mean(axis=0)
    assert votes.class_names == CLASS_NAMES
    assert votes.mean_probabilities == pytest.approx(mean, rel=1e-12)
    assert votes.entropy_bits == pytest.approx(entropy(mean, base=2), rel=1e-6)
    assert sum(votes.counts) == 31


@pytest.mark.parametrize(
    ("probabilities", "bits"),
    [
        pytest.param([0.25, 0.25, 0.25, 0.25], 2.0, id="undecided"),
        pytest.param([0.5, 0.5, 0.0, 0.0], 1.0, id="one of two"),
        pytest.param([0.0, 0.0, 1.0, 0.0], 0.0, id="certain"),
    ],
)
def test_entropy_is_in_bits(probabilities, bits):
    assert count_votes(evidence_of([probabilities]), TieRule.FIRST_MET).entropy_bits == bits


@BOTH_RULES
def test_vote_without_patches_is_refused(tie_rule):
    with pytest.raises(InvalidValueError, match="at least one patch"):
        count_votes(evidence_of([]), tie_rule)
