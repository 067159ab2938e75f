"""Headers of compressed images are checked before a decoder trusts them."""

from __future__ import annotations

import numpy as np
import pytest
from pydicom import dcmread, uid

from CXRTriageLib.errors import InvalidValueError
from CXRTriageLib.reading.codestream import StreamSize, check_codestream
from support.dicom_files import encode, film_dataset, film_values, first_stream
from support.real_dicom import real_dicom

PIXELS = film_values((136, 130)).astype(np.uint16)
SIZE = StreamSize(rows=136, columns=130, samples=1)

ENCODED = {
    syntax: first_stream(encode(film_dataset(PIXELS, BitsStored=12), syntax))
    for syntax in (
        uid.JPEGLosslessSV1,
        uid.JPEGExtended12Bit,
        uid.JPEGLSLossless,
        uid.JPEG2000Lossless,
    )
}


def check(syntax, stream, size=SIZE):
    check_codestream(stream, size, is_jpeg_2000=syntax is uid.JPEG2000Lossless)


def changed(stream, *changes):
    """Return a stream in which bytes behind a marker have other values."""
    data = bytearray(stream)
    for marker, offset, value in changes:
        data[data.index(marker) + offset] = value
    return bytes(data)


@pytest.mark.parametrize("syntax", ENCODED)
def test_whole_streams_are_let_through(syntax):
    check(syntax, ENCODED[syntax])


@pytest.mark.parametrize(
    "name",
    [
        "JPGExtended.dcm", "JPEG-lossy.dcm", "JPEG-LL.dcm", "JPGLosslessP14SV1_1s_1f_8b.dcm",
        "SC_rgb_jpeg_gdcm.dcm", "SC_rgb_jpeg_dcmtk.dcm", "SC_rgb_dcmtk_+eb+cy+np.dcm",
        "SC_rgb_jpeg_app14_dcmd.dcm", "MR_small_jpeg_ls_lossless.dcm", "SC_rgb_jls_lossy_line.dcm",
        "JPEG2000.dcm", "RG1_J2KI.dcm", "SC_rgb_gdcm_KY.dcm", "GDCMJ2K_TextGBR.dcm",
    ],
)  # fmt: skip
def test_streams_of_real_devices_are_let_through(name):
    dataset = dcmread(real_dicom(name))
    size = StreamSize(rows=dataset.Rows, columns=dataset.Columns, samples=dataset.SamplesPerPixel)

    is_jpeg_2000 = "2000" in dataset.file_meta.TransferSyntaxUID.name

    check_codestream(first_stream(dataset), size, is_jpeg_2000=is_jpeg_2000)


@pytest.mark.parametrize("syntax", ENCODED)
@pytest.mark.parametrize(
    "size",
    [
        StreamSize(rows=137, columns=130, samples=1),
        StreamSize(rows=136, columns=65, samples=1),
        StreamSize(rows=136, columns=130, samples=3),
    ],
)
def test_another_size_than_that_of_the_file_is_refused(syntax, size):
    with pytest.raises(InvalidValueError, match=r"has another size"):
        check(syntax, ENCODED[syntax], size)


@pytest.mark.parametrize("syntax", ENCODED)
def test_another_kind_than_that_of_the_file_is_refused(syntax):
    is_jpeg_2000 = syntax is uid.JPEG2000Lossless

    with pytest.raises(InvalidValueError, match=r"has another kind"):
        check_codestream(ENCODED[syntax], SIZE, is_jpeg_2000=not is_jpeg_2000)


@pytest.mark.parametrize(
    ("syntax", "changes", "problem"),
    [
        (uid.JPEGLosslessSV1, [(b"\xff\xc3", 4, 40)], "samples of 40 bits"),
        (uid.JPEGLosslessSV1, [(b"\xff\xc3", 11, 0)], "unknown sampling factors"),
        (uid.JPEGLosslessSV1, [(b"\xff\xc3", 1, 0x80)], "an unknown marker"),
        (uid.JPEGLosslessSV1, [(b"\xff\xc3", 0, 0)], "damaged headers"),
        (uid.JPEGLosslessSV1, [(b"\xff\xc3", 2, 0xFF)], "a header that is too long"),
        (uid.JPEGLosslessSV1, [(b"\xff\xc4", 5, 255)], "an impossible Huffman table"),
        (uid.JPEGLosslessSV1, [(b"\xff\xc4", 4, 9)], "an unknown Huffman table"),
        (uid.JPEGLosslessSV1, [(b"\xff\xc4", 1, 0xE1)], "a missing Huffman table"),
        (uid.JPEGLosslessSV1, [(b"\xff\xda", 7, 9)], "an unknown predictor"),
        (uid.JPEGLosslessSV1, [(b"\xff\xda", 5, 9)], "a scan of other components"),
        (uid.JPEGLosslessSV1, [(b"\xff\xda", 40, 0xFF), (b"\xff\xda", 41, 0xC3)], "markers"),
        (uid.JPEGExtended12Bit, [(b"\xff\xdb", 4, 7)], "an unknown quantization table"),
        (uid.JPEGExtended12Bit, [(b"\xff\xdb", 1, 0xE1)], "no quantization table"),
        (uid.JPEG2000Lossless, [(b"\xff\x51", 22, 0), (b"\xff\x51", 23, 0), (b"\xff\x51", 24, 0),
                                (b"\xff\x51", 25, 0)], "empty tiles"),
        (uid.JPEG2000Lossless, [(b"\xff\x51", 0, 0)], "no size"),
    ],
)  # fmt: skip
def test_headers_that_no_stream_can_have_are_refused(syntax, changes, problem):
    with pytest.raises(InvalidValueError, match=rf"has {problem}"):
        check(syntax, changed(ENCODED[syntax], *changes))


@pytest.mark.parametrize("syntax", [uid.JPEGLosslessSV1, uid.JPEGLSLossless])
def test_a_stream_without_image_is_refused(syntax):
    with pytest.raises(InvalidValueError, match=r"has no scan"):
        check(syntax, b"\xff\xd8\xff\xd9")
