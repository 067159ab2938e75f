"""A format is told from content."""

from __future__ import annotations

import pytest

from CXRTriageLib.reading.file_kind import FileKind, recognize

EXPLICIT = b"\x08\x00\x05\x00CS\x0a\x00ISO_IR 100"
IMPLICIT = b"\x08\x00\x05\x00\x0a\x00\x00\x00ISO_IR 100"
BIG_ENDIAN = b"\x00\x08\x00\x05CS\x00\x0aISO_IR 100"
META = b"\x02\x00\x00\x00UL\x04\x00\xc0\x00\x00\x00"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\0" * 128 + b"DICM", FileKind.DICOM),
        (b"II*\0".ljust(128, b"\0") + b"DICM", FileKind.DICOM),
        (EXPLICIT, FileKind.DICOM),
        (IMPLICIT, FileKind.DICOM),
        (BIG_ENDIAN, FileKind.DICOM),
        (META, FileKind.DICOM),
        (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
        (b"\xff\xd8\xff\xe0", FileKind.JPEG),
        (b"II*\0", FileKind.TIFF),
        (b"MM\0*", FileKind.TIFF),
        (b"BM\x00\x00", FileKind.BMP),
        (b"NRRD0005\n", FileKind.NRRD),
        (b"ObjectType = Image\nNDims = 2\n", FileKind.META_IMAGE),
        (b"\x5c\x01\0\0".ljust(344, b"\0") + b"n+1\0", FileKind.NIFTI),
        (b"\x1c\x02\0\0n+2\0\r\n\x1a\n", FileKind.NIFTI),
    ],
)
def test_formats_are_told_by_their_first_bytes(head, kind):
    assert recognize(head) is kind


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"A letter, and no film.",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"GIF89a",
        b"\x08\x00",
        b"key = value\n",
        b"\x08\x00\x05\x00zz\xff\xff",
    ],
)
def test_other_files_are_none_of_them(head):
    assert recognize(head) is None
