"""The workflow of Fig. 9, branch by branch."""

from __future__ import annotations

import pytest

from CXRTriageLib.classification.voting import count_votes
from CXRTriageLib.domain.film_warning import FilmWarning, WarningCode
from CXRTriageLib.domain.settings import TieRule
from CXRTriageLib.domain.triage import DISCLAIMER, TriageAction
from CXRTriageLib.pipeline.recommendation import recommend
from CXRTriageLib.training.model_facts import model_classes
from support.results import CLASS_NAMES, patch_evidence

CLASSES = model_classes(CLASS_NAMES)


def votes_of(*counts: int):
    return count_votes(patch_evidence((300, 300), counts), TieRule.FIRST_MET)


def warning(message: str, *, blocks: bool) -> FilmWarning:
    return FilmWarning(
        code=WarningCode.LUNGS_MISSING, message=message, blocks_classification=blocks
    )


def test_viral_votes_that_lead_ask_for_confirmation():
    said = recommend(votes_of(3, 1, 0, 6), CLASSES, [])

    assert said.action is TriageAction.CONFIRM_VIRAL
    assert said.text.startswith("Confirm by RT-PCR or CT: ")
    assert said.reason == ("6 of 10 patches (60%) voted viral pneumonia (COVID-19 included).")


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ((6, 1, 0, 3), "Normal leads the vote."),
        ((1, 6, 0, 3), "Bacterial pneumonia leads the vote."),
        ((1, 0, 6, 3), "Tuberculosis leads the vote."),
    ],
)
def test_other_class_that_leads_is_named_with_its_share(counts, text):
    said = recommend(votes_of(*counts), CLASSES, [])

    assert said.action is TriageAction.CLASS_FOUND
    assert said.text == text
    assert said.reason.startswith("6 of 10 patches (60%) voted ")


def test_film_without_a_vote_says_what_kept_it_from_one():
    warnings = [
        warning("No lungs were found.", blocks=True),
        warning("The view is unknown.", blocks=False),
        warning("The film lies on its side.", blocks=True),
    ]

    said = recommend(None, CLASSES, warnings)

    assert said.action is TriageAction.NOT_CLASSIFIED
    assert said.reason == "No lungs were found. The film lies on its side."


def test_whole_film_is_read_and_casts_no_votes():
    said = recommend(votes_of(0, 0, 0, 1), CLASSES, [])

    assert said.action is TriageAction.CONFIRM_VIRAL
    assert said.reason == "The whole film was read as viral pneumonia (COVID-19 included)."


def test_which_class_is_confirmed_comes_from_the_network():
    classes = model_classes(["viral", "normal", "tuberculosis", "bacterial"])

    said = recommend(votes_of(5, 0, 0, 2), classes, [])

    assert said.action is TriageAction.CONFIRM_VIRAL


@pytest.mark.parametrize("votes", [None, votes_of(6, 1, 0, 3), votes_of(0, 1, 0, 3)])
def test_every_recommendation_says_that_it_is_no_diagnosis(votes):
    assert recommend(votes, CLASSES, []).disclaimer == DISCLAIMER
    assert DISCLAIMER == "Research use, not a diagnosis."
