"""Records of films: checked when they are made, and the same after a way through JSON."""

from __future__ import annotations

import dataclasses

import pytest

from CXRTriageLib.domain.segmentation import MaskSource
from CXRTriageLib.errors import InvalidValueError
from CXRTriageLib.site_evaluation.film_record import (
    ControlOutcome,
    FilmRecord,
    FilmState,
    OrganAgreement,
)

FULL = FilmRecord(
    row=2,
    key="f1",
    patient_key="p1",
    state=FilmState.DONE,
    mask_source=MaskSource.CORRECTED,
    identifiers=(("file", "a.dcm"),),
    class_name="viral",
    age_years=54.0,
    found_class="normal",
    vote_shares=(0.75, 0.25),
    mean_probabilities=(0.7, 0.3),
    vote_margin=0.5,
    patch_intensities=(("normal", 0.4, 0.1),),
    biomarkers=(("cardiothoracic_ratio", 0.5), ("left_lung_area_cm2", None)),
    agreement=(OrganAgreement(organ="heart", jaccard=0.9, dice=0.95, hd95_px=3.0),),
    controls=ControlOutcome(
        shape_only_class="normal", shape_only_probabilities=(0.5, 0.5), shape=(0.1, 0.2)
    ),
)


def test_record_is_the_same_after_json():
    assert FilmRecord.from_json(FULL.to_json()) == FULL


def test_record_answers_by_name():
    assert FULL.biomarker("cardiothoracic_ratio") == 0.5
    assert FULL.biomarker("left_lung_area_cm2") is None
    assert FULL.agreement_of("heart").jaccard == 0.9
    assert FULL.agreement_of("left_lung") is None


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"state": FilmState.REFUSED}, id="refused without a reason"),
        pytest.param({"reason": "why"}, id="done with a reason"),
        pytest.param({"key": ""}, id="no key"),
        pytest.param({"vote_shares": (0.5,)}, id="share missing"),
        pytest.param({"vote_shares": (1.5, 0.2)}, id="share above one"),
        pytest.param({"found_class": None}, id="votes without a class"),
        pytest.param({"age_years": -1.0}, id="negative age"),
        pytest.param({"biomarkers": (("a", float("nan")),)}, id="not a number"),
    ],
)
def test_record_that_contradicts_itself_is_refused(wrong):
    with pytest.raises(InvalidValueError):
        dataclasses.replace(FULL, **wrong)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"row": 1}', '{"state": "lost"}'])
def test_text_that_is_no_record_is_refused(text):
    with pytest.raises(InvalidValueError, match="no record"):
        FilmRecord.from_json(text)


def test_unknown_organ_is_refused():
    with pytest.raises(InvalidValueError, match="liver"):
        OrganAgreement(organ="liver")
