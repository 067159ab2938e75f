"""Whatever lies in a file, it ends in a film or in a sentence."""

from __future__ import annotations

import io

import numpy as np
import pytest
import SimpleITK
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pydicom import uid

from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageLib.errors import (
    NotAnImageError,
    RefusedInputError,
    TruncatedFileError,
    UnreadableFileError,
)
from CXRTriageLib.reading import read_radiograph
from support.dicom_files import film_values, lookup_item, without_preamble, write_film
from support.real_dicom import real_dicom

SIXTEEN = film_values((136, 132)).astype(np.uint16)
EIGHT = (SIXTEEN >> 4).astype(np.uint8)
RICH_HEADER = {
    "BitsStored": 12,
    "RescaleSlope": -1,
    "RescaleIntercept": 4095,
    "WindowCenter": [2000, 1000],
    "WindowWidth": [3000, 500],
    "VOILUTSequence": lookup_item(0, np.arange(0, 4096, 16), bits=12),
    "PixelPaddingValue": 0,
    "PixelSpacing": [0.14, 0.14],
    "ImagerPixelSpacing": [0.15, 0.15],
    "PatientBirthDate": "19700101",
    "StudyDate": "20200101",
}

fuzzed = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


def dicom_file(folder, syntax):
    return write_film(folder / syntax.keyword, SIXTEEN, syntax=syntax, **RICH_HEADER)


def picture_file(folder, name, pixels, **options):
    path = folder / name
    Image.fromarray(pixels).save(path, **options)
    return path


def volume_file(folder, name):
    path = folder / name
    SimpleITK.WriteImage(SimpleITK.GetImageFromArray(SIXTEEN), str(path))
    return path


MAKERS = {
    "explicit": lambda folder: dicom_file(folder, uid.ExplicitVRLittleEndian),
    "implicit": lambda folder: dicom_file(folder, uid.ImplicitVRLittleEndian),
    "big-endian": lambda folder: dicom_file(folder, uid.ExplicitVRBigEndian),
    "deflated": lambda folder: dicom_file(folder, uid.DeflatedExplicitVRLittleEndian),
    "rle": lambda folder: dicom_file(folder, uid.RLELossless),
    "jpeg-lossless": lambda folder: dicom_file(folder, uid.JPEGLosslessSV1),
    "jpeg-ls": lambda folder: dicom_file(folder, uid.JPEGLSLossless),
    "jpeg-2000": lambda folder: dicom_file(folder, uid.JPEG2000Lossless),
    "no-preamble": lambda folder: without_preamble(dicom_file(folder, uid.ExplicitVRLittleEndian)),
    "png": lambda folder: picture_file(folder, "film.png", SIXTEEN),
    "jpeg": lambda folder: picture_file(folder, "film.jpg", EIGHT),
    "tiff": lambda folder: picture_file(folder, "film.tif", SIXTEEN),
    "lzw": lambda folder: picture_file(folder, "film.tif", SIXTEEN, compression="tiff_lzw"),
    "bmp": lambda folder: picture_file(folder, "film.bmp", EIGHT),
    "nrrd": lambda folder: volume_file(folder, "film.nrrd"),
    "nifti": lambda folder: volume_file(folder, "film.nii"),
    "packed-nifti": lambda folder: volume_file(folder, "film.nii.gz"),
    "metaimage": lambda folder: volume_file(folder, "film.mha"),
}


@pytest.fixture(scope="module", params=MAKERS)
def film_file(request, tmp_path_factory):
    """Return the bytes of a good file of each format, and its pixels."""
    path = MAKERS[request.param](tmp_path_factory.mktemp("films"))
    return path.read_bytes(), read_radiograph(path).pixels


def outcome_of(path, data):
    """Return the film that bytes make, or the class of the refusal; nothing else comes out."""
    # A new file each time: writing over one makes some file systems wait for the disk.
    path.unlink(missing_ok=True)
    path.write_bytes(data)
    try:
        film = read_radiograph(path)
    except RefusedInputError as refusal:
        message = str(refusal)
        assert path.name in message
        assert message.endswith(".")
        assert "Traceback" not in message
        return type(refusal)
    assert isinstance(film, Radiograph)
    return film


@given(data=st.binary(max_size=3000))
@fuzzed
def test_random_bytes_are_refused(tmp_path, data):
    assert issubclass(outcome_of(tmp_path / "film", data), RefusedInputError)


@given(data=st.binary(max_size=3000))
@pytest.mark.parametrize(
    "start",
    [b"\0" * 128 + b"DICM", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"BM",
     b"NRRD0004\n", b"\x1f\x8b\x08", b"\x08\0\x05\0CS\x0a\0ISO_IR 100"],
    ids=["dicom", "png", "jpeg", "tiff", "bmp", "nrrd", "gzip", "data set"],
)  # fmt: skip
@fuzzed
def test_random_bytes_behind_a_good_start_are_refused(tmp_path, start, data):
    assert issubclass(outcome_of(tmp_path / "film", start + data), RefusedInputError)


@given(share=st.floats(0, 1, exclude_max=True))
@fuzzed
def test_a_file_that_was_cut_is_never_half_read(tmp_path, film_file, share):
    data, pixels = film_file

    film = outcome_of(tmp_path / "film", data[: int(share * len(data))])

    # A cut behind the last pixel takes nothing away.
    assert isinstance(film, type) or np.array_equal(film.pixels, pixels)


@given(
    flips=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 7)), min_size=1, max_size=4),
    head=st.sampled_from([300, 1500, None]),
)
@fuzzed
def test_a_damaged_file_ends_in_a_film_or_a_sentence(tmp_path, film_file, flips, head):
    data = bytearray(film_file[0])
    last = min(head or len(data), len(data)) - 1
    for place, bit in flips:
        data[int(place * last)] ^= 1 << bit

    outcome_of(tmp_path / "film", data)


@pytest.mark.parametrize(
    ("name", "data", "error", "reason", "remedy"),
    [
        ("film.dcm", b"", TruncatedFileError, "is empty", "again"),
        ("film.dcm", b"Dear colleague", NotAnImageError, "no image format", "Give the film as"),
        ("film.png", b"%PDF-1.7 ...", NotAnImageError, "no image format", "DICOM"),
        ("film", b"\0" * 128 + b"DICM", TruncatedFileError, "ends before", "again"),
        ("film", b"\x89PNG\r\n\x1a\n", TruncatedFileError, "ends before", "again"),
    ],
)
def test_what_is_no_film_is_refused_in_words(tmp_path, name, data, error, reason, remedy):
    path = tmp_path / name
    path.write_bytes(data)

    with pytest.raises(error) as caught:
        read_radiograph(path)

    message = str(caught.value)
    assert message.startswith(f"{name} ")
    assert reason in message
    assert remedy in message
    assert str(tmp_path) not in message


def test_what_cannot_be_opened_is_refused(tmp_path):
    with pytest.raises(UnreadableFileError, match=r"lost\.dcm cannot be opened"):
        read_radiograph(tmp_path / "lost.dcm")
    with pytest.raises(UnreadableFileError, match=r"cannot be opened"):
        read_radiograph(tmp_path)


def test_the_ending_of_the_name_says_nothing(tmp_path):
    film = tmp_path / "film.png"
    film.write_bytes(real_dicom("RG3_UNCR.dcm").read_bytes())
    picture = picture_file(tmp_path, "picture.png", EIGHT).rename(tmp_path / "picture.dcm")

    assert read_radiograph(film).facts.file_format == "DICOM"
    assert read_radiograph(picture).facts.file_format == "PNG"


def test_a_picture_of_a_film_is_that_film(tmp_path):
    dicom = write_film(tmp_path / "film", SIXTEEN, BitsStored=16)
    buffer = io.BytesIO()
    Image.fromarray(read_radiograph(dicom).pixels).save(buffer, "PNG")
    picture = tmp_path / "picture"
    picture.write_bytes(buffer.getvalue())

    assert np.array_equal(read_radiograph(picture).pixels, read_radiograph(dicom).pixels)
