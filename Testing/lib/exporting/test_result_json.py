"""The JSON of a result is valid under its schema, and the schema says everything."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from CXRTriageLib.biomarkers.placed_calipers import with_placed
from CXRTriageLib.domain.biomarker import Biomarker, Caliper
from CXRTriageLib.domain.film_warning import FilmWarning, WarningCode
from CXRTriageLib.domain.radiograph import FilmFacts
from CXRTriageLib.domain.segmentation import ChestSegmentation, MaskSource
from CXRTriageLib.domain.settings import Mode, TriageSettings
from CXRTriageLib.domain.spacing import PixelSpacing
from CXRTriageLib.domain.triage import TriageResult
from CXRTriageLib.exporting.result_json import (
    SCHEMA_FILE,
    SCHEMA_VERSION,
    result_to_json,
    write_json,
)
from CXRTriageLib.resources import resource_path
from support.results import (
    CLASS_NAMES,
    chest_film,
    chest_labels,
    classification,
    triage_result,
)

SCHEMA = json.loads(resource_path("Schemas", SCHEMA_FILE).read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def corrected_result() -> TriageResult:
    labels = ChestSegmentation(labels=chest_labels(), source=MaskSource.CORRECTED)
    return triage_result(corrected=labels)


def result_with_placed_lines() -> TriageResult:
    placed = Caliper(name="heart_diameter", start=(256.0, 100.0), end=(256.0, 230.0))
    return with_placed(triage_result(), [placed])


def warned_result() -> TriageResult:
    return triage_result(
        warnings=tuple(FilmWarning(code=code, message="A sentence.") for code in WarningCode)
    )


def bare_result() -> TriageResult:
    film = chest_film(spacing=PixelSpacing(aspect=1.2))
    facts = FilmFacts(file_name="film.png", file_format="PNG")
    return triage_result(dataclasses.replace(film, facts=facts))


def subschemas(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield every schema inside a schema, itself included."""
    yield schema
    inner = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values()]
    inner += [schema[key] for key in ("items", "additionalProperties") if schema.get(key)]
    for item in inner + schema.get("anyOf", []):
        yield from subschemas(item)


@pytest.mark.parametrize(
    "result",
    [
        pytest.param(triage_result(), id="classified"),
        pytest.param(triage_result(classified=False), id="not_classified"),
        pytest.param(corrected_result(), id="corrected"),
        pytest.param(result_with_placed_lines(), id="lines_placed_by_hand"),
        pytest.param(warned_result(), id="every_warning"),
        pytest.param(bare_result(), id="nothing_known_of_the_film"),
        *(
            pytest.param(triage_result(settings=TriageSettings.for_mode(mode)), id=mode.value)
            for mode in Mode
        ),
    ],
)
def test_result_is_valid_under_the_schema(result):
    document = result_to_json(result, files=["labels.png"], run_key="d" * 64)

    assert list(VALIDATOR.iter_errors(document)) == []


def test_schema_is_a_valid_schema_of_this_version():
    Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA["properties"]["schema_version"]["const"] == SCHEMA_VERSION


def test_every_property_in_the_schema_is_described():
    properties = [
        (name, item)
        for schema in subschemas(SCHEMA)
        for name, item in schema.get("properties", {}).items()
    ]

    assert [name for name, item in properties if not item.get("description")] == []


def test_every_number_in_the_schema_has_a_unit():
    numbers = [
        schema for schema in subschemas(SCHEMA) if {"number", "integer"} & {*_types_of(schema)}
    ]

    assert len(numbers) > 20
    assert [schema for schema in numbers if "unit" not in schema] == []


def _types_of(schema: dict[str, Any]) -> list[str]:
    found = schema.get("type", [])
    return [found] if isinstance(found, str) else found


def test_vote_is_told_by_class():
    found = result_to_json(triage_result())["classification"]

    assert found["class"] == "viral"
    assert found["vote_shares"] == {
        "normal": 0.3,
        "bacterial": 0.1,
        "tuberculosis": 0.0,
        "viral": 0.6,
    }
    assert list(found["mean_probabilities"]) == list(CLASS_NAMES)
    assert found["tie"] == []
    assert found["reason"] is None
    assert [patch["class"] for patch in found["patches"]].count("viral") == 6


def test_tie_names_the_classes():
    tied = dataclasses.replace(triage_result(), classification=classification(counts=(5, 0, 0, 5)))

    assert result_to_json(tied)["classification"]["tie"] == ["normal", "viral"]


def test_film_without_class_says_why():
    found = result_to_json(triage_result(classified=False))["classification"]

    assert found["class"] is None
    assert found["vote_shares"] is None
    assert found["reason"] == "No lungs were found, so the film gets no class."


def test_patch_centers_are_given_on_the_film_and_on_the_working_image():
    # The film of 400 x 320 pixels is twice the working image: working pixel 20 covers
    # the film's pixels 40 and 41.
    patch = result_to_json(triage_result())["classification"]["patches"][0]

    assert patch["center_working_px"] == [20, 20]
    assert patch["center_film_px"] == [40.5, 40.5]


def test_biomarkers_carry_unit_or_reason():
    found = result_to_json(triage_result())["biomarkers"]

    assert found["mean_lung_intensity"] == {
        "label": "Mean lung intensity",
        "value": 0.333333,
        "unit": "1",
        "reason": None,
    }
    assert found["left_lung_area_cm2"]["value"] is None
    assert found["left_lung_area_cm2"]["reason"] == "The pixel spacing is unknown."


def test_ratio_by_hand_stands_beside_the_ratio_of_the_masks():
    document = result_to_json(result_with_placed_lines())

    by_hand = document["by_hand"]
    assert by_hand["calipers"] == {
        "heart_diameter": {"start_px": [256.0, 100.0], "end_px": [256.0, 230.0]}
    }
    # The thorax of the masks spans 0.78 of 320 columns.
    assert by_hand["biomarkers"]["cardiothoracic_ratio"]["value"] == pytest.approx(130 / 249.6)
    from_masks = result_to_json(triage_result())
    assert from_masks["by_hand"] is None
    assert {**document, "by_hand": None} == from_masks


def test_classes_have_their_names_for_people():
    assert result_to_json(triage_result())["classification"]["class_labels"] == {
        "normal": "Normal",
        "bacterial": "Bacterial pneumonia",
        "tuberculosis": "Tuberculosis",
        "viral": "Viral pneumonia",
    }


def test_unknown_spacing_has_no_millimeters():
    found = result_to_json(bare_result())["spacing"]

    assert found == {"row_mm": None, "column_mm": None, "source": "unknown", "aspect": 1.2}


@given(value=st.floats(allow_nan=False, allow_infinity=False, width=64))
def test_numbers_keep_six_digits(value):
    item = Biomarker(name="any", label="Any", unit="px", value=value)
    result = dataclasses.replace(triage_result(), biomarkers=(item,))

    document = json.loads(json.dumps(result_to_json(result), allow_nan=False))

    assert document["biomarkers"]["any"]["value"] == pytest.approx(value, rel=5e-6)
    assert list(VALIDATOR.iter_errors(document)) == []


def test_nan_is_never_written(tmp_path):
    result = triage_result()
    votes = dataclasses.replace(result.classification.votes, entropy_bits=float(np.nan))
    broken = dataclasses.replace(result.classification, votes=votes)
    document = result_to_json(dataclasses.replace(result, classification=broken))

    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "result.json", document)


def test_same_result_gives_the_same_bytes(tmp_path):
    for name in ("first", "second"):
        write_json(tmp_path / name, result_to_json(triage_result()))

    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()
