"""Every number says what is normal, and which masks it is from."""

from __future__ import annotations

import pytest

from CXRTriageLib.biomarkers.placed_calipers import with_placed
from CXRTriageLib.domain.biomarker import Biomarker, Caliper
from CXRTriageLib.domain.normal_range import NORMAL_RANGES, NormalRange
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

    assert ratio.normal == "0.344 to 0.548"
    assert ratio.source == "network"


def test_number_that_followed_a_stroke_says_that_it_is_of_corrected_masks(document):
    new = Biomarker(name=RATIO, label="Cardiothoracic ratio", unit="1", value=0.61)

    ratio = row(ResultContent(document=document, numbers={RATIO: new}), "Cardiothoracic ratio")

    assert (ratio.value, ratio.source) == ("0.610", "corrected")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.3439, "↓ 0.344"), (0.3441, "0.344"), (0.5479, "0.548"), (0.5481, "↑ 0.548")],
)
def test_value_outside_the_normal_range_has_an_arrow_to_its_side(document, value, text):
    new = Biomarker(name=RATIO, label="Cardiothoracic ratio", unit="1", value=value)

    content = ResultContent(document=document, numbers={RATIO: new})

    assert row(content, "Cardiothoracic ratio").marked() == text
    assert f"Cardiothoracic ratio: {text} (normal 0.344 to 0.548)" in content.asText()


# Mean and standard deviation of normal films as printed in Tables VI, VII (and VIII) and IX.
PRINTED = {
    "Mean lung intensity": (0.540, 0.055),
    "SD of lung intensity": (0.139, 0.017),
    "Cardiothoracic ratio": (0.446, 0.051),
}


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("mean_lung_intensity", "Mean lung intensity"),
        ("sd_lung_intensity", "SD of lung intensity"),
        ("cardiothoracic_ratio", "Cardiothoracic ratio"),
    ],
)
def test_ranges_are_those_of_the_tables(document, name, label):
    stored = {name: {"label": label, "unit": "1", "value": 0.4, "reason": ""}}
    shown = ResultContent(document={**document, "biomarkers": stored}).rows()[0]

    mean, deviation = PRINTED[label]

    assert shown.normal == f"{mean - 2 * deviation:.3f} to {mean + 2 * deviation:.3f}"
    assert f"{mean:.3f} ± {2 * deviation:.3f} (no unit)" in shown.hint


def test_unit_stands_beside_value_and_range(document, monkeypatch):
    normal = NormalRange(mean=200, standard_deviation=20, source="films of a test, Table I")
    monkeypatch.setitem(NORMAL_RANGES, "left_lung_area_cm2", normal)
    stored = {"label": "Left lung area", "unit": "cm2", "value": 250.0, "reason": ""}

    shown = ResultContent(
        document={**document, "biomarkers": {"left_lung_area_cm2": stored}}
    ).rows()[0]

    assert (shown.marked(), shown.normal) == ("↑ 250.0 cm²", "160.0 to 240.0 cm²")


def test_ratio_by_hand_stands_above_the_one_from_the_masks():
    placed = Caliper(name="heart_diameter", start=(256.0, 100.0), end=(256.0, 230.0))
    document = result_to_json(with_placed(triage_result(), [placed]))

    rows = [
        (row.value, row.source, row.normal)
        for row in ResultContent(document=document).rows()
        if row.label == "Cardiothoracic ratio"
    ]

    assert rows == [
        ("0.521", "lines by hand", "0.344 to 0.548"),
        ("0.385", "network", "0.344 to 0.548"),
    ]
    text = ResultContent(document=document).asText()
    assert "Cardiothoracic ratio: 0.521 (normal 0.344 to 0.548), lines by hand" in text
    assert "Cardiothoracic ratio: 0.385 (normal 0.344 to 0.548), network" in text


def test_classes_are_called_what_the_manifest_calls_them(document):
    document["classification"]["class_labels"]["viral"] = "Influenza A"

    content = ResultContent(document=document)

    assert [row.label for row in content.classes()][-1] == "Influenza A"
    assert "Influenza A: 6 of 10 votes" in content.asText()


def test_result_of_an_earlier_version_has_readable_classes_too(document):
    del document["classification"]["class_labels"]
    del document["by_hand"]

    content = ResultContent(document=document)

    assert content.classes()[0].label == "Normal"
    assert content.rows()


def test_text_holds_recommendation_votes_numbers_and_the_disclaimer(document):
    text = ResultContent(document=document).asText()

    assert document["recommendation"]["text"] in text
    assert "Cardiothoracic ratio" in text
    assert text.endswith("Research use, not a diagnosis.\n")


def test_without_a_result_nothing_is_said():
    assert ResultContent().rows() == []
    assert ResultContent().asText() == ""
