"""A first look at films: what it finds, and what it never repeats."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from CXRTriageLib.cohort.film_list import LabelKind, ListedFilm
from CXRTriageLib.errors import InvalidValueError
from CXRTriageLib.site_evaluation.inspection import (
    Inspection,
    SiteFilm,
    inspect_film,
    unexpected,
    without_name,
)
from support.dicom_files import film_values, write_film
from support.evaluations import PSEUDONYMS
from support.phantoms import ellipse_labels, gray_film

SHAPE = (160, 140)


def look(image: Path, *, keep: bool = False, mask: Path | None = None, **row: object) -> Inspection:
    film = SiteFilm(listed=ListedFilm(image=image, row=2, **row), mask=mask)
    return inspect_film(film, PSEUDONYMS, keep_identifiers=keep)


@pytest.fixture
def dicom(tmp_path):
    return write_film(
        tmp_path / "Secret_Patient.dcm",
        film_values().astype(np.uint16),
        PatientSex="F",
        Manufacturer="Maker",
        ImagerPixelSpacing=[0.2, 0.2],
        StudyDate="20200131",
    )


@pytest.fixture
def film(tmp_path):
    Image.fromarray(gray_film(ellipse_labels(SHAPE))).save(tmp_path / "film.png")
    return tmp_path / "film.png"


def label_file(folder: Path, labels: np.ndarray) -> Path:
    Image.fromarray(labels).save(folder / "label.png")
    return folder / "label.png"


def test_header_gives_patient_view_age_sex_and_maker(dicom):
    found = look(dicom)

    assert (found.view, found.age_years, found.sex) == ("PA", 47.0, "F")
    assert (found.manufacturer, found.row_mm, found.spacing_source) == ("Maker", 0.2, "detector")
    assert found.patient_key == PSEUDONYMS.of("patient", "Secret-ID")
    assert not found.problems
    assert not found.refusal


def test_nothing_in_the_findings_names_the_patient(dicom):
    text = look(dicom).to_json()

    assert not any(word in text for word in ("Secret", "2020", "47Y", str(dicom.parent)))


def test_identifiers_are_kept_where_the_site_wants_it(dicom):
    assert look(dicom, keep=True).patient_id == "Secret-ID"


def test_same_pixels_have_the_same_key_in_any_file(tmp_path, film):
    copy = tmp_path / "copy.tiff"
    with Image.open(film) as picture:
        picture.save(copy)

    assert look(copy).key == look(film).key


def test_missing_files_are_problems(tmp_path, film):
    gone = tmp_path / "gone.png"

    assert "'image'" in look(gone).problems[0]
    assert "'label'" in look(film, label=gone).problems[0]
    assert "gone" not in look(gone).to_json()


def test_film_that_the_reader_refuses_is_no_problem_of_the_list(tmp_path):
    path = tmp_path / "Jane_Doe.png"
    path.write_bytes(b"no picture")

    found = look(path)

    assert found.refusal.startswith("The file is in no image format")
    assert "Jane" not in found.to_json()
    assert not found.problems


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        pytest.param(ellipse_labels((80, 70)), "70 x 80 pixels", id="size"),
        pytest.param(ellipse_labels(SHAPE) * 80, "holds the value", id="values"),
        pytest.param(np.zeros(SHAPE, np.uint8), "is empty", id="empty"),
    ],
)
def test_label_that_does_not_fit_is_a_problem(tmp_path, film, labels, said):
    found = look(film, label=label_file(tmp_path, labels))

    assert said in found.problems[0]
    assert "label.png" not in found.problems[0]


def test_label_kind_is_told_from_values_unless_stated(tmp_path, film):
    label = label_file(tmp_path, ellipse_labels(SHAPE))

    assert look(film, label=label).label_kind == LabelKind.LUNGS_AND_HEART.value
    stated = look(film, label=label, label_kind=LabelKind.LUNGS)
    assert stated.label_kind == LabelKind.LUNGS.value


def test_corrected_mask_must_fit_as_well(tmp_path, film):
    mask = label_file(tmp_path, ellipse_labels((80, 70)))

    assert "corrected mask does not fit" in look(film, mask=mask).problems[0]


def test_findings_are_the_same_after_json(dicom):
    found = look(dicom)

    assert Inspection.from_json(found.to_json()) == found
    with pytest.raises(InvalidValueError, match="no findings"):
        Inspection.from_json('{"row": 1}')


def test_name_of_a_file_is_taken_out_of_sentences():
    path = Path("/films/Jane Doe/a.dcm")

    said = without_name("a.dcm is empty. Copy a.dcm from /films/Jane Doe, not data.dcm.", path)

    assert said == "The file is empty. Copy the file from , not data.dcm."


def test_unexpected_error_tells_kind_and_place_and_not_its_text():
    try:
        int("Jane Doe")
    except ValueError as error:
        said = unexpected(error)

    assert "ValueError" in said
    assert __name__.rpartition(".")[2] in said
    assert "Jane" not in said
