"""What a file is, told from its first bytes and never from its name."""

from __future__ import annotations

from enum import Enum
from typing import Literal

HEAD_BYTES = 1024
"""How much of a file has to be looked at."""


class FileKind(Enum):
    """Formats that are read; the text is their name for people."""

    DICOM = "DICOM"
    PNG = "PNG"
    JPEG = "JPEG"
    TIFF = "TIFF"
    BMP = "BMP"
    NIFTI = "NIfTI"
    NRRD = "NRRD"
    META_IMAGE = "MetaImage"


_LEADING_BYTES = (
    (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
    (b"\xff\xd8\xff", FileKind.JPEG),
    (b"II*\x00", FileKind.TIFF),
    (b"MM\x00*", FileKind.TIFF),
    (b"II+\x00", FileKind.TIFF),
    (b"MM\x00+", FileKind.TIFF),
    (b"BM", FileKind.BMP),
    (b"NRRD0", FileKind.NRRD),
    (b"\x1f\x8b", FileKind.NIFTI),  # gzip: NIfTI is the only format here that is packed whole
)

_FIRST_REPRESENTATIONS = ("AE", "CS", "DA", "LO", "OB", "SH", "SQ", "TM", "UI", "UL", "UN")
"""Value representations that the first attribute of an explicit data set can have."""

_BYTE_ORDERS: tuple[Literal["little", "big"], ...] = ("little", "big")

_FIRST_GROUPS = (0x0002, 0x0008)
"""A data set without preamble starts with the file meta information or with identification."""


def recognize(head: bytes) -> FileKind | None:
    """Return the format of a file.

    Parameters
    ----------
    head
        The first `HEAD_BYTES` bytes, or the whole of a shorter file.

    Returns
    -------
    FileKind or None
        None if it is none of those that are read.
    """
    # A preamble may hold a TIFF header (PS3.10, section 7.1): the DICOM prefix comes first.
    if head[128:132] == b"DICM":
        return FileKind.DICOM
    for leading, kind in _LEADING_BYTES:
        if head.startswith(leading):
            return kind
    if head[344:348] == b"n+1\x00" or head[4:8] == b"n+2\x00":
        return FileKind.NIFTI
    if _looks_like_meta_image(head):
        return FileKind.META_IMAGE
    return FileKind.DICOM if _looks_like_data_set(head) else None


def _looks_like_meta_image(head: bytes) -> bool:
    """Return whether a header of lines "Key = Value" names its dimensions."""
    first_line = head.split(b"\n", 1)[0]
    return b"=" in first_line and b"NDims" in head


def _looks_like_data_set(head: bytes) -> bool:
    """Return whether bytes look like a DICOM data set without preamble (PS3.5, section 7.1)."""
    for order in _BYTE_ORDERS:
        group = int.from_bytes(head[:2], order)
        element = int.from_bytes(head[2:4], order)
        if len(head) >= 8 and group in _FIRST_GROUPS and element <= 0x0100:
            representation = head[4:6].decode("latin-1")
            short_value = int.from_bytes(head[4:8], order) <= 0x40
            return representation in _FIRST_REPRESENTATIONS or short_value
    return False
