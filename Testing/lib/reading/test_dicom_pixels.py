"""Every transfer syntax gives the pixels that were put in; what is cut off is refused."""

from __future__ import annotations

import numpy as np
import pytest
import SimpleITK
from pydicom import dcmread, uid
from pydicom.encaps import encapsulate

from CXRTriageLib.domain.film_warning import WarningCode
from CXRTriageLib.errors import TruncatedFileError, UnreadableFileError
from CXRTriageLib.reading.dicom import read_dicom
from CXRTriageLib.reading.dicom_header import Header
from CXRTriageLib.reading.dicom_pixels import decode, layout_of
from support.dicom_files import (
    encode,
    film_dataset,
    film_values,
    first_stream,
    set_attribute,
    without_preamble,
    write_dataset,
    write_film,
)
from support.real_dicom import real_dicom

TWELVE_BITS = film_values().astype(np.uint16)
EIGHT_BITS = (film_values() >> 4).astype(np.uint8)
SIGNED = film_values(lowest=-1000, highest=1500).astype(np.int16)

UNCOMPRESSED = [
    uid.ImplicitVRLittleEndian,
    uid.ExplicitVRLittleEndian,
    uid.ExplicitVRBigEndian,
    uid.DeflatedExplicitVRLittleEndian,
]
LOSSLESS = [
    uid.RLELossless,
    uid.JPEGLossless,
    uid.JPEGLosslessSV1,
    uid.JPEGLSLossless,
    uid.JPEG2000Lossless,
]
LOSSY = {uid.JPEGExtended12Bit: 8, uid.JPEGLSNearLossless: 2, uid.JPEG2000: 60}
"""With the greatest difference that the compression may make in 12 bits."""


def keyword(syntax):
    return syntax.keyword


def modality_values(path):
    """Return the modality value of every pixel that was read."""
    film = read_dicom(path)
    return film.level_values[film.pixels]


@pytest.mark.parametrize("syntax", UNCOMPRESSED + LOSSLESS, ids=keyword)
@pytest.mark.parametrize("pixels", [TWELVE_BITS, EIGHT_BITS, SIGNED], ids=["12", "8", "signed"])
def test_lossless_encodings_give_the_stored_values(tmp_path, syntax, pixels):
    stored = 8 if pixels is EIGHT_BITS else 12

    path = write_film(tmp_path / "film", pixels, syntax=syntax, BitsStored=stored)

    assert np.array_equal(modality_values(path), pixels)


@pytest.mark.parametrize("syntax", UNCOMPRESSED + LOSSLESS, ids=keyword)
def test_sixteen_bits_are_read_to_the_last(tmp_path, syntax):
    pixels = film_values(highest=65_535).astype(np.uint16)

    path = write_film(tmp_path / "film", pixels, syntax=syntax)

    assert np.array_equal(modality_values(path), pixels)


@pytest.mark.parametrize("syntax", LOSSY, ids=keyword)
def test_lossy_encodings_give_nearly_the_stored_values(tmp_path, syntax):
    path = write_film(tmp_path / "film", TWELVE_BITS, syntax=syntax, BitsStored=12)

    difference = np.abs(modality_values(path) - TWELVE_BITS)

    assert difference.max() <= LOSSY[syntax]
    assert np.corrcoef(modality_values(path).ravel(), TWELVE_BITS.ravel())[0, 1] > 0.999


@pytest.mark.parametrize("pixels", [EIGHT_BITS, np.dstack([EIGHT_BITS] * 3)], ids=["gray", "color"])
def test_baseline_jpeg_is_read_and_said_to_be_lossy(tmp_path, pixels):
    film = read_dicom(write_film(tmp_path / "film", pixels, syntax=uid.JPEGBaseline8Bit))

    assert np.abs(film.pixels.astype(int) - EIGHT_BITS).max() <= 12
    assert WarningCode.LOSSY_COMPRESSION in {warning.code for warning in film.warnings}


def test_jpeg_of_12_bits_agrees_with_the_reference_decoder():
    # The two values are those of DCMTK, which pydicom's own tests hold as well.
    dataset = dcmread(real_dicom("JPGExtended.dcm"))
    header = Header(dataset)

    pixels = decode(dataset, header, layout_of(header, 1024, 256), file_name="film")

    assert (pixels[420, 140], pixels[230, 120]) == (244, 95)


@pytest.mark.parametrize("syntax", [uid.RLELossless, uid.JPEGLosslessSV1], ids=keyword)
def test_simple_itk_reads_the_same_values(tmp_path, syntax):
    path = write_film(tmp_path / "film.dcm", SIGNED, syntax=syntax, BitsStored=12)

    other = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(path)))

    assert np.array_equal(modality_values(path), other.reshape(SIGNED.shape))


@pytest.mark.parametrize(
    "syntax",
    [uid.ImplicitVRLittleEndian, uid.ExplicitVRLittleEndian, uid.ExplicitVRBigEndian],
    ids=keyword,
)
def test_files_without_preamble_are_read(tmp_path, syntax):
    path = write_film(tmp_path / "film", TWELVE_BITS, syntax=syntax, BitsStored=12)

    assert np.array_equal(modality_values(without_preamble(path)), TWELVE_BITS)


def test_planes_of_color_may_lie_apart(tmp_path):
    planes = np.stack([EIGHT_BITS] * 3)
    dataset = film_dataset(np.dstack([EIGHT_BITS] * 3), PlanarConfiguration=1)
    dataset.PixelData = planes.tobytes()

    assert np.array_equal(read_dicom(write_dataset(tmp_path / "film", dataset)).pixels, EIGHT_BITS)


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.RLELossless], ids=keyword)
def test_palettes_that_are_gray_are_read(tmp_path, syntax):
    path = tmp_path / "film"
    dataset = film_dataset(EIGHT_BITS, PhotometricInterpretation="PALETTE COLOR")
    ramp = (np.arange(255, -1, -1) * 257).astype("<u2").tobytes()
    for color in ("Red", "Green", "Blue"):
        set_attribute(dataset, f"{color}PaletteColorLookupTableDescriptor", [256, 0, 16])
        set_attribute(dataset, f"{color}PaletteColorLookupTableData", ramp)
    write_dataset(path, encode(dataset, syntax))

    film = read_dicom(path)

    assert np.array_equal(film.level_values[film.pixels] // 257, 255 - EIGHT_BITS)


def test_sixteen_bit_color_that_is_gray_keeps_its_bits(tmp_path):
    path = write_film(tmp_path / "film", np.dstack([TWELVE_BITS] * 3))

    assert np.array_equal(read_dicom(path).pixels, TWELVE_BITS)


def test_ybr_is_turned_into_gray(tmp_path):
    neutral = np.full_like(EIGHT_BITS, 128)
    path = write_film(
        tmp_path / "film", np.dstack([EIGHT_BITS, neutral, neutral]),
        PhotometricInterpretation="YBR_FULL",
    )  # fmt: skip

    assert np.array_equal(read_dicom(path).pixels, EIGHT_BITS)


@pytest.mark.parametrize(
    "missing",
    [
        "SamplesPerPixel",
        "PhotometricInterpretation",
        "BitsStored",
        "HighBit",
        "PixelRepresentation",
    ],
)
def test_gaps_in_the_image_description_are_filled(tmp_path, missing):
    dataset = film_dataset(TWELVE_BITS)
    delattr(dataset, missing)

    assert np.array_equal(modality_values(write_dataset(tmp_path / "film", dataset)), TWELVE_BITS)


def test_uncompressed_pixels_that_claim_to_be_compressed_are_read(tmp_path):
    dataset = film_dataset(TWELVE_BITS)
    dataset.file_meta.TransferSyntaxUID = uid.JPEGLSLossless
    path = tmp_path / "film"
    write_dataset(path, film_dataset(TWELVE_BITS))
    stated = uid.ExplicitVRLittleEndian.encode()
    claimed = uid.JPEG2000.encode()[: len(stated)].ljust(len(stated), b"\0")
    path.write_bytes(path.read_bytes().replace(stated, claimed, 1))

    film = read_dicom(path)

    assert np.array_equal(film.pixels, TWELVE_BITS)


def test_samples_of_jpeg_2000_that_exceed_the_header_are_not_cut(tmp_path):
    dataset = encode(film_dataset(TWELVE_BITS), uid.JPEG2000Lossless)
    dataset.BitsStored, dataset.HighBit = 10, 9

    film = read_dicom(write_dataset(tmp_path / "film", dataset))

    assert np.array_equal(film.pixels, TWELVE_BITS)
    assert any("Bits Stored" in warning.message for warning in film.warnings)


@pytest.mark.parametrize("syntax", [*LOSSLESS, *LOSSY], ids=keyword)
@pytest.mark.parametrize("share", [0.2, 0.9, 0.995])
def test_compressed_pixels_that_were_cut_off_are_refused(tmp_path, syntax, share):
    dataset = encode(film_dataset(TWELVE_BITS, BitsStored=12), syntax)
    stream = first_stream(dataset)
    cut = stream[: int(len(stream) * share) // 2 * 2]
    dataset.PixelData = encapsulate([cut])
    dataset["PixelData"].is_undefined_length = True

    with pytest.raises((TruncatedFileError, UnreadableFileError), match=r"film"):
        read_dicom(write_dataset(tmp_path / "film", dataset))


def test_pixels_that_do_not_fit_the_size_are_refused(tmp_path):
    path = write_film(tmp_path / "film", TWELVE_BITS, Columns=TWELVE_BITS.shape[1] - 1)

    with pytest.raises(UnreadableFileError, match=r"film holds more pixel data"):
        read_dicom(path)


def test_filling_behind_the_pixels_is_no_pixels(tmp_path):
    dataset = film_dataset(TWELVE_BITS)
    dataset.PixelData += b"\0" * 5000

    assert np.array_equal(read_dicom(write_dataset(tmp_path / "film", dataset)).pixels, TWELVE_BITS)


def test_an_encoding_without_decoder_is_named(tmp_path):
    dataset = film_dataset(TWELVE_BITS)
    dataset.PixelData = encapsulate([b"\0\0\0\0"])
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = uid.MPEG2MPML

    with pytest.raises(UnreadableFileError, match=r"film is stored as 'MPEG2 Main Profile"):
        read_dicom(write_dataset(tmp_path / "film", dataset))


def test_unknown_depths_are_refused(tmp_path):
    path = write_film(tmp_path / "film", TWELVE_BITS, BitsAllocated=24, BitsStored=12)

    with pytest.raises(UnreadableFileError, match=r"samples of 24 bits"):
        read_dicom(path)


def test_thirty_two_bits_are_read(tmp_path):
    path = write_film(tmp_path / "film", TWELVE_BITS.astype(np.uint32), BitsStored=12)

    assert np.array_equal(modality_values(path), TWELVE_BITS)
