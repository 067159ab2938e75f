"""View, age and body part are what the header says, or unknown where it does not."""

from __future__ import annotations

import numpy as np
import pytest
from pydicom.dataset import Dataset

from CXRTriageLib.domain.radiograph import ViewPosition
from CXRTriageLib.domain.spacing import SpacingSource
from CXRTriageLib.reading.dicom_facts import facts_of, spacing_of
from CXRTriageLib.reading.dicom_header import Header
from support.dicom_files import code_item, film_dataset, set_attribute

NOTHING = dict.fromkeys(("ViewPosition", "PatientAge", "BodyPartExamined"))


def header_with(**attributes):
    """Return the header of a film that says nothing but this."""
    return Header(film_dataset(np.zeros((2, 2), np.uint16), **(NOTHING | attributes)))


def facts_with(**attributes):
    return facts_of(header_with(**attributes), "film.dcm")


@pytest.mark.parametrize(
    ("attributes", "view"),
    [
        ({"ViewPosition": "PA"}, ViewPosition.PA),
        ({"ViewPosition": "ap "}, ViewPosition.AP),
        ({"ViewPosition": "LL"}, ViewPosition.LATERAL),
        ({"ViewPosition": "RL"}, ViewPosition.LATERAL),
        ({"ViewPosition": "LATERAL"}, ViewPosition.LATERAL),
        ({"ViewPosition": "LLO", "SeriesDescription": "PA"}, ViewPosition.UNKNOWN),
        ({"ViewPosition": "LLD"}, ViewPosition.UNKNOWN),
        ({"ViewCodeSequence": code_item("272479007")}, ViewPosition.PA),
        ({"ViewCodeSequence": code_item("R-10206", scheme="SRT")}, ViewPosition.AP),
        ({"ViewCodeSequence": code_item("399173006")}, ViewPosition.LATERAL),
        ({"ViewCodeSequence": code_item("399182000")}, ViewPosition.UNKNOWN),
        ({"PatientOrientation": ["A", "F"]}, ViewPosition.LATERAL),
        ({"PatientOrientation": ["L", "F"]}, ViewPosition.UNKNOWN),
        ({"SeriesDescription": "Chest PA"}, ViewPosition.PA),
        ({"SeriesDescription": "Thorax a.p. liegend"}, ViewPosition.AP),
        ({"SeriesDescription": "CHEST PA AND LAT"}, ViewPosition.UNKNOWN),
        ({"SeriesDescription": "PA", "ProtocolName": "AP"}, ViewPosition.UNKNOWN),
        ({"SeriesDescription": "PAED CHEST, APPARATUS 2"}, ViewPosition.UNKNOWN),
        ({"PatientName": "PA^AP"}, ViewPosition.UNKNOWN),
        ({}, ViewPosition.UNKNOWN),
    ],
)
def test_view(attributes, view):
    assert facts_with(**attributes).view is view


@pytest.mark.parametrize(
    ("orientation", "side"),
    [(["L", "F"], "R"), (["LH", "F"], "R"), (["R", "F"], "L"), (["A", "F"], ""), (None, "")],
)
def test_side_at_the_left_edge_is_the_one_that_rows_run_away_from(orientation, side):
    assert facts_with(PatientOrientation=orientation).left_edge == side


@pytest.mark.parametrize(
    ("age", "years"),
    [
        ("047Y", 47),
        ("006M", 0.5),
        ("052W", 52 * 7 / 365.25),
        ("003D", 3 / 365.25),
        ("47Y", 47),
        ("000Y", None),
        ("047", None),
        ("999Y", None),
        ("adult", None),
        (None, None),
    ],
)
def test_age_as_stated(age, years):
    found = facts_with(PatientAge=age).age_years

    assert found == (None if years is None else pytest.approx(years))


@pytest.mark.parametrize(
    ("born", "taken", "years"),
    [
        ("20000615", "20180614", 17),
        ("20000615", "20180615", 18),
        ("20000229", "20180228", 17),
        ("20000229", "20180301", 18),
        ("2000.06.15", "20180615", 18),
        ("20180615", "20000615", None),
        ("00010101", "20180615", None),
        ("20001332", "20180615", None),
        ("", "20180615", None),
        ("20000615", None, None),
    ],
)
def test_age_by_birth_date(born, taken, years):
    assert facts_with(PatientBirthDate=born, StudyDate=taken).age_years == years


def test_an_impossible_age_is_said_without_the_birth_date():
    header = header_with(PatientBirthDate="18000101", StudyDate="20200101")

    facts_of(header, "film.dcm")

    (warning,) = header.warnings
    assert "age" in warning.message
    assert "1800" not in warning.message


@pytest.mark.parametrize(
    ("attributes", "body_part"),
    [
        ({"BodyPartExamined": "chest"}, "CHEST"),
        ({"AnatomicRegionSequence": code_item("51185008", meaning="Thoracic structure")}, "CHEST"),
        ({"AnatomicRegionSequence": code_item("T-D3000", scheme="SRT")}, "CHEST"),
        ({"AnatomicRegionSequence": code_item("72696002", meaning="Knee")}, "KNEE"),
        ({}, ""),
    ],
)
def test_body_part(attributes, body_part):
    assert facts_with(**attributes).body_part == body_part


@pytest.mark.parametrize(("stated", "sex"), [("F", "F"), ("m", "M"), ("X", ""), (None, "")])
def test_sex(stated, sex):
    assert facts_with(PatientSex=stated).sex == sex


@pytest.mark.parametrize(
    ("attributes", "source", "row_mm"),
    [
        ({"ImagerPixelSpacing": [0.2, 0.1]}, SpacingSource.DETECTOR, 0.2),
        (
            {"ImagerPixelSpacing": [0.2, 0.1], "PixelSpacing": [0.18, 0.09]},
            SpacingSource.CALIBRATED,
            0.18,
        ),
        (
            {"PixelSpacing": [0.18, 0.09], "PixelSpacingCalibrationType": "FIDUCIAL"},
            SpacingSource.CALIBRATED,
            0.18,
        ),
        ({"PixelSpacing": [0.18, 0.09]}, SpacingSource.UNKNOWN, None),
        ({"PixelSpacing": [0, 0], "ImagerPixelSpacing": [0.2, 0.1]}, SpacingSource.DETECTOR, 0.2),
        ({"NominalScannedPixelSpacing": [0.2, 0.1]}, SpacingSource.UNKNOWN, None),
        ({"PixelAspectRatio": [2, 1]}, SpacingSource.UNKNOWN, None),
    ],
)
def test_spacing_comes_from_its_attributes(attributes, source, row_mm):
    spacing = spacing_of(header_with(**attributes))

    assert (spacing.source, spacing.row_mm) == (source, row_mm)
    assert spacing.aspect == pytest.approx(2)


def test_damaged_values_are_left_out_with_their_name():
    dataset = Dataset()
    set_attribute(dataset, "Rows", 5)
    dataset["Rows"]._value = "five"
    header = Header(dataset)

    assert header.number("Rows") is None
    assert header.text("Columns") == ""
    assert [warning.message for warning in header.warnings] == [
        "Rows (0028,0010) is not a number and was left out."
    ]


def test_text_is_what_can_be_printed():
    header = header_with(Manufacturer="Maker\x07 of films ")

    assert facts_of(header, "film.dcm").manufacturer == "Maker of films"
