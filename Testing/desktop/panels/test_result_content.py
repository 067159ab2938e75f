"""Every number says what is normal, and which masks it is from."""

from __future__ import annotations

import pytest

from CXRTriageLib.domain.biomarker import Biomarker
from CXRTriageLib.exporting.result_json import result_to_json
from CXRTriagePanels.result_content import ResultContent
from support.results import triage_result

RATIO = "cardiothoracic_ratio"


@pytest.fixture
def document():
    return result_to_json(triage_result())


def row(content, label):
    return next(item for item in content.rows() if item.label == label)


def test_normal_ranges_are_mean_and_two_standard_deviations(document):
    ratio = row(ResultContent(document=document), "Cardiothoracic ratio")

    assert ratio.normal == "0.34 to 0.55"
    assert ratio.source == "network"


def test_number_that_followed_a_stroke_says_that_it_is_of_corrected_masks(document):
    new = Biomarker(name=RATIO, label="Cardiothoracic ratio", unit="1", value=0.61)

    ratio = row(ResultContent(document=document, numbers={RATIO: new}), "Cardiothoracic ratio")

    assert (ratio.value, ratio.source, ratio.isOutside) == ("0.610", "corrected", True)


def test_dragged_lines_come_before_masks(document):
    ratio = row(ResultContent(document=document, draggedRatio=0.5), "Cardiothoracic ratio")

    assert (ratio.value, ratio.source) == ("0.500", "dragged lines")


def test_text_holds_recommendation_votes_numbers_and_the_disclaimer(document):
    text = ResultContent(document=document).asText()

    assert document["recommendation"]["text"] in text
    assert "Cardiothoracic ratio" in text
    assert text.endswith("Research use, not a diagnosis.\n")


def test_without_a_result_nothing_is_said():
    assert ResultContent().rows() == []
    assert ResultContent().asText() == ""
