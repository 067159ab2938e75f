"""A manifest is read whole or refused with the lines that are wrong."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from CXRTriageLib.cohort.film_list import LabelKind, Split, parse_film_list, read_film_list
from CXRTriageLib.errors import ManifestError
from support.film_folders import listed_film, write_manifest

WORDS = ["film.png", "labels.png", "nowhere.png", "", "train", "test", "lungs", "47", "-3", "nan"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with one film and one label image; what is in them does not matter."""
    made = tmp_path_factory.mktemp("films")
    for name in ("film.png", "labels.png", "other.png", "third.png"):
        (made / name).write_bytes(b"")
    return made


def refusal_of(folder, rows: list[dict[str, str]]) -> str:
    with pytest.raises(ManifestError) as refused:
        read_film_list(write_manifest(folder, rows))
    return str(refused.value)


def test_full_row_is_understood(folder):
    row = {
        "image": "film.png",
        "label": "labels.png",
        "label_kind": "lungs_incl_retrocardiac",
        "dataset": "made",
        "patient": "made:7",
        "view": "AP",
        "age": "47",
        "sex": "F",
        "class": "viral",
        "subclass": "COVID-19",
        "split": "validation",
        "flags": "child; low_resolution_copy",
        "column that nobody knows": "kept out",
    }

    (film,) = read_film_list(write_manifest(folder, [row]))

    assert film.image == folder / "film.png"
    assert film.label == folder / "labels.png"
    assert film.label_kind is LabelKind.LUNGS_WITH_RETROCARDIAC
    assert film.split is Split.VALIDATION
    assert (film.dataset, film.patient, film.view, film.sex) == ("made", "made:7", "AP", "F")
    assert (film.class_name, film.subclass, film.age_years) == ("viral", "COVID-19", 47.0)
    assert film.flags == {"child", "low_resolution_copy"}
    assert film.row == 2
    assert not film.may_be_classified


def test_source_may_be_called_site(folder):
    (film,) = read_film_list(write_manifest(folder, [{"image": "film.png", "site": "clinic"}]))

    assert film.dataset == "clinic"


def test_image_is_the_only_column_that_must_be_there(folder):
    films = read_film_list(write_manifest(folder, [{"image": "film.png"}, {"image": "other.png"}]))

    assert [film.label for film in films] == [None, None]
    assert [film.label_kind for film in films] == [LabelKind.NONE] * 2
    assert [film.split for film in films] == [None, None]
    assert films[0].patient != films[1].patient
    assert not films[0].may_be_classified


def test_film_with_a_class_and_no_flag_may_be_classified(folder):
    rows = [
        {"image": image, "class": "normal", "flags": flags}
        for image, flags in (("film.png", ""), ("other.png", "exclude"))
    ]

    assert [film.may_be_classified for film in read_film_list(write_manifest(folder, rows))] == [
        True,
        False,
    ]
    assert listed_film("normal").may_be_classified


def test_class_may_stand_in_another_column(folder):
    manifest = write_manifest(
        folder, [{"image": "film.png", "class": "normal", "paper_class": "viral"}]
    )

    (film,) = read_film_list(manifest, class_column="paper_class")

    assert film.class_name == "viral"
    with pytest.raises(ManifestError, match="one of them must be 'other_class'"):
        read_film_list(manifest, class_column="other_class")


def test_list_is_parsed_without_looking_for_its_files(folder):
    rows = [
        {"image": "gone.png", "label": "gone.png", "manufacturer": "Acme"},
        {"image": "film.png", "age": "old"},
        {"image": ""},
    ]

    films, problems = parse_film_list(write_manifest(folder, rows))

    assert [(film.row, film.manufacturer, film.label_kind) for film in films] == [
        (2, "Acme", LabelKind.NONE)
    ]
    assert problems == (
        "row 3: age must be a number of years, got 'old'",
        "row 4: the column 'image' is empty",
    )


def test_file_saved_by_a_spreadsheet_starts_with_a_mark_that_does_not_matter(folder):
    path = folder / "spreadsheet.csv"
    path.write_text("image,split\r\nfilm.png,train\r\n", encoding="utf-8-sig")

    (film,) = read_film_list(path)

    assert film.split is Split.TRAIN


@pytest.mark.parametrize("age", ["", "?"])
def test_unknown_age_is_none(folder, age):
    (film,) = read_film_list(write_manifest(folder, [{"image": "film.png", "age": age}]))

    assert film.age_years is None


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"image": "gone.png"}, "row 2: there is no file gone.png"),
        ({"image": ""}, "row 2: the column 'image' is empty"),
        ({"image": "x" * 5000}, "row 2: there is no file xxx"),
        ({"image": "film.png", "label": "gone.png", "label_kind": "lungs"}, "gone.png"),
        ({"image": "film.png", "label": "labels.png", "label_kind": "liver"}, "got 'liver'"),
        ({"image": "film.png", "label": "labels.png"}, "label_kind must say"),
        ({"image": "film.png", "split": "training"}, "split must be one of 'train'"),
        ({"image": "film.png", "age": "old"}, "age must be a number of years, got 'old'"),
        ({"image": "film.png", "age": "nan"}, "age must be a number of years"),
        ({"image": "film.png", "age": "-1"}, "age must be a number of years"),
    ],
)
def test_wrong_row_is_named(folder, row, said):
    assert said in refusal_of(folder, [row])


def test_all_wrong_rows_are_named_at_once_in_their_order(folder):
    rows = [{"image": f"gone{number}.png"} for number in range(60)]
    rows[7] = {"image": "film.png", "age": "old", "split": "training"}

    *named, last = refusal_of(folder, rows).splitlines()[1:]

    assert [line.split(":")[0].strip() for line in (*named, last)] == [
        f"row {row}" for row in sorted([*range(2, 62), 9])
    ]
    assert last == "  row 61: there is no file gone59.png"


def test_image_that_is_listed_twice_is_refused_with_all_its_rows(folder):
    rows = [{"image": name} for name in ("film.png", "other.png", "film.png", "film.png")]

    assert "rows 2, 4 and 5: they name the same image, film.png" in refusal_of(folder, rows)


def test_lines_are_counted_as_an_editor_counts_them(folder):
    path = folder / "lines.csv"
    path.write_text('image,class\n\nfilm.png,"two\nlines"\n\ngone.png,\n')

    with pytest.raises(ManifestError, match="row 6: there is no file gone"):
        read_film_list(path)


def test_patient_in_two_splits_is_refused_with_all_rows_and_without_the_name(folder):
    rows = [
        {"image": "film.png", "patient": "Miller", "split": "train"},
        {"image": "labels.png", "patient": "Smith", "split": "test"},
        {"image": "other.png", "patient": "Miller", "split": "test"},
        {"image": "third.png", "patient": "Miller", "split": "train"},
    ]

    said = refusal_of(folder, rows)

    assert "rows 2, 4 and 5: one patient is in train (rows 2 and 5) and test (row 4)" in said
    assert "Miller" not in said


def test_patient_may_have_films_outside_of_any_split(folder):
    rows = [
        {"image": image, "patient": "a", "split": split}
        for image, split in (("film.png", "train"), ("other.png", ""))
    ]

    assert len(read_film_list(write_manifest(folder, rows))) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "one of them must be 'image'", id="empty"),
        pytest.param(b"image;split\nfilm.png;train\n", "'image'", id="semicolons"),
        pytest.param(b"image\n", "the list is empty", id="no row"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00", "no table that can be read", id="a picture"),
        pytest.param("image\nf\xfclm.png".encode("latin-1"), "in UTF-8", id="Latin-1"),
        pytest.param(b"image\n" + b"x" * 140_000, "no table", id="field without end"),
    ],
)
def test_file_that_is_no_manifest_is_refused(folder, content, said):
    path = folder / "broken.csv"
    path.write_bytes(content)

    with pytest.raises(ManifestError, match=said) as refused:
        read_film_list(path)

    assert "broken.csv" in str(refused.value)


def test_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ManifestError, match="there is no such file"):
        read_film_list(tmp_path / "manifest.csv")


@given(content=st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode()))
def test_any_content_is_read_or_refused(folder, content):
    assert_read_or_refused(folder, b"image,label,label_kind,age,split,patient\n" + content)
    assert_read_or_refused(folder, content)


@given(rows=st.lists(st.lists(st.sampled_from(WORDS) | st.text(max_size=9), max_size=8)))
def test_any_table_is_read_or_refused(folder, rows):
    path = folder / "any.csv"
    with path.open("w", newline="", encoding="utf-8", errors="surrogatepass") as file:
        writer = csv.writer(file)
        writer.writerow(["image", "label", "label_kind", "age", "split", "patient"])
        writer.writerows(rows)

    assert_read_or_refused(folder, path.read_bytes())


def assert_read_or_refused(folder, content: bytes) -> None:
    path = folder / "any.csv"
    path.write_bytes(content)
    try:
        films = read_film_list(path)
    except ManifestError as refusal:
        assert str(refusal).startswith("any.csv: ")  # noqa: PT017 - both ways are right
    else:
        assert all(film.image.is_file() for film in films)
