"""What the file says decides whether a film may get a class."""

from __future__ import annotations

import dataclasses

import pytest

from CXRTriageLib.domain.film_warning import WarningCode
from CXRTriageLib.domain.radiograph import ViewPosition
from CXRTriageLib.eligibility.metadata_checks import check_metadata
from support.phantoms import ADULT_CHEST_FACTS


def findings(**changed):
    return list(check_metadata(dataclasses.replace(ADULT_CHEST_FACTS, **changed)))


def test_an_adult_frontal_chest_has_nothing_against_it():
    assert findings() == []
    assert findings(left_edge="R") == []
    assert findings(view=ViewPosition.AP, age_years=18.0, body_part="") == []


@pytest.mark.parametrize(
    ("changed", "code", "blocks"),
    [
        pytest.param({"view": ViewPosition.LATERAL}, WarningCode.LATERAL_VIEW, True, id="lateral"),
        pytest.param(
            {"view": ViewPosition.UNKNOWN}, WarningCode.UNKNOWN_VIEW, False, id="unknown-view"
        ),
        pytest.param({"left_edge": "L"}, WarningCode.MIRRORED_FILM, False, id="mirrored"),
        pytest.param({"age_years": 17.9}, WarningCode.UNDER_AGE, False, id="minor"),
        pytest.param({"age_years": 0.0}, WarningCode.UNDER_AGE, False, id="newborn"),
        pytest.param({"age_years": None}, WarningCode.UNKNOWN_AGE, False, id="unknown-age"),
        pytest.param({"body_part": "EXTREMITY"}, WarningCode.OTHER_BODY_PART, True, id="leg"),
    ],
)
def test_each_fact_has_its_warning(changed, code, blocks):
    (warning,) = findings(**changed)

    assert (warning.code, warning.blocks_classification) == (code, blocks)
    assert warning.message.endswith(".")


@pytest.mark.parametrize(
    "body_part",
    [
        "CHEST", "chest", "CHEST_PA", "PORT CHEST", "PORTCHEST", "THORAX", "TORAX", "TÓRAX",
        "TORACE", "LUNG", "LUNGS", "HEART", "RIBS", "UPPER RIBS", "TRUNK", "BRUSTKORB", "",
        "   ", "CHEST, ABDOMEN",
    ],
)  # fmt: skip
def test_names_of_the_chest_are_known(body_part):
    assert findings(body_part=body_part) == []


@pytest.mark.parametrize(
    "body_part",
    ["LEG", "KNEE", "ABDOMEN", "SKULL", "TSPINE", "THORACIC SPINE", "THORACOLUMBAR", "TIBIA",
     "BRUSTWIRBELSAEULE", "CRIBRIFORM PLATE"],
)  # fmt: skip
def test_other_body_parts_are_named_in_the_message(body_part):
    (warning,) = findings(body_part=body_part)

    assert warning.code is WarningCode.OTHER_BODY_PART
    assert body_part in warning.message
