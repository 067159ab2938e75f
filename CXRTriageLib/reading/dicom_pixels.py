"""Pixel data of a DICOM file, decoded by pydicom with its plugins."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydicom import uid
from pydicom.dataelem import DataElement
from pydicom.dataset import FileDataset
from pydicom.encaps import get_frame
from pydicom.pixels.decoders.base import Decoder, get_decoder
from pydicom.pixels.processing import apply_color_lut

from CXRTriageLib.errors import RefusedInputError, TruncatedFileError, UnreadableFileError
from CXRTriageLib.reading.codestream import StreamSize, check_codestream
from CXRTriageLib.reading.dicom_header import DAMAGED_DICOM_ERRORS, Header
from CXRTriageLib.reading.stored_image import SampleBits

_END_OF_STREAM = b"\xff\xd9"
"""Last marker of every JPEG, JPEG-LS and JPEG 2000 stream."""

_MOST_FILLING_BYTES = 64

_SAFEST_PLUGINS = {
    uid.JPEGBaseline8Bit: "pillow",
    uid.JPEGLSLossless: "pyjpegls",
    uid.JPEGLSNearLossless: "pyjpegls",
    uid.JPEG2000Lossless: "pylibjpeg",
    uid.JPEG2000: "pylibjpeg",
}
"""pydicom would try GDCM first, and that ends the whole process on some damaged streams; it
needs up to twice the time besides."""

_REMEDY = "Export the film again, uncompressed where there is the choice."

Pixels: TypeAlias = NDArray[Any]

_JPEG_2000 = frozenset(
    {uid.JPEG2000Lossless, uid.JPEG2000, uid.HTJ2KLossless, uid.HTJ2KLosslessRPCL, uid.HTJ2K}
)

_COLOR = ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT")


@dataclass(frozen=True, kw_only=True)
class PixelLayout:
    """How the pixels of one image lie in its file, with gaps in the header filled.

    Attributes
    ----------
    rows, columns
        Size of the image.
    samples
        Samples Per Pixel (0028,0002), 1 or 3.
    photometric
        Photometric Interpretation (0028,0004).
    bits
        Where in its bytes a sample lies.
    planar
        Planar Configuration (0028,0006), 0 or 1.
    """

    rows: int
    columns: int
    samples: int
    photometric: str
    bits: SampleBits
    planar: int

    @property
    def byte_count(self) -> int:
        """Bytes of an uncompressed image."""
        per_pixel = 2 if self.photometric == "YBR_FULL_422" else self.samples
        return (self.rows * self.columns * per_pixel * self.bits.allocated + 7) // 8


def layout_of(header: Header, rows: int, columns: int) -> PixelLayout:
    """Return the layout of the pixels, with complaints about what had to be guessed.

    Parameters
    ----------
    header
        Of one image.
    rows, columns
        Its size.

    Returns
    -------
    PixelLayout
        Consistent in itself.
    """
    photometric = header.text("PhotometricInterpretation").upper().replace(" ", "")
    samples = header.whole("SamplesPerPixel") or (3 if photometric in _COLOR else 1)
    fitting = _COLOR if samples > 1 else ("MONOCHROME1", "MONOCHROME2", "PALETTECOLOR")
    if photometric not in fitting:
        photometric = "RGB" if samples > 1 else "MONOCHROME2"
        header.complain(
            "Photometric Interpretation (0028,0004) is missing or does not fit; "
            f"the film was taken as {photometric}."
        )
    return PixelLayout(
        rows=rows,
        columns=columns,
        samples=samples,
        photometric=photometric.replace("PALETTECOLOR", "PALETTE COLOR"),
        bits=_bits_of(header),
        planar=1 if header.whole("PlanarConfiguration") == 1 else 0,
    )


def _bits_of(header: Header) -> SampleBits:
    """Return where samples lie, with what is missing or cannot be replaced by the usual."""
    stored = header.whole("BitsStored") or 0
    allocated = header.whole("BitsAllocated") or (16 if stored > 8 else 8)
    if not 1 <= stored <= allocated:
        header.leave_out("BitsStored", "is missing or does not fit Bits Allocated")
        stored = allocated
    high = header.whole("HighBit")
    if high is not None and not stored - 1 <= high < allocated:
        header.leave_out("HighBit", "does not fit Bits Stored")
        high = None
    return SampleBits(
        allocated=allocated,
        stored=stored,
        high=stored - 1 if high is None else high,
        is_signed=header.whole("PixelRepresentation") == 1,
    )


def decode(dataset: FileDataset, header: Header, layout: PixelLayout, *, file_name: str) -> Pixels:
    """Return the pixels of an image with one frame.

    Parameters
    ----------
    dataset
        With its pixel data.
    header
        Takes complaints.
    layout
        How the pixels lie.
    file_name
        Name of the file, for messages.

    Returns
    -------
    ndarray
        (rows, columns), integers of Bits Allocated whose unused bits are as in the file; or
        (rows, columns, 3), red, green, blue. Uncompressed pixels are a view of the file's bytes.

    Raises
    ------
    TruncatedFileError
        If pixels are missing.
    UnreadableFileError
        If the pixels are damaged or stored in a way that no decoder reads.
    """
    if layout.samples not in (1, 3) or layout.bits.allocated not in (1, 8, 16, 32):
        raise UnreadableFileError(
            f"{file_name} has {layout.samples} samples of {layout.bits.allocated} bits for each "
            f"pixel, which is not read here. {_REMEDY}"
        )
    syntax = _transfer_syntax(dataset, header, layout)
    element = dataset["PixelData"]
    try:
        decoder = get_decoder(syntax)
    except NotImplementedError as error:
        raise UnreadableFileError(
            f"{file_name} is stored as '{syntax.name}', which is not read here. {_REMEDY}"
        ) from error
    try:
        if decoder.is_native:
            _check_native(element, layout, file_name)
        else:
            _check_stream(element.value, syntax, layout, file_name)
        pixels = _run_decoder(decoder, element, layout)
        if layout.photometric == "PALETTE COLOR":
            pixels = apply_color_lut(pixels, dataset)
    except DAMAGED_DICOM_ERRORS as error:
        if isinstance(error, RefusedInputError):
            raise
        raise UnreadableFileError(
            f"The pixels of {file_name} are damaged or do not fit its header. {_REMEDY}"
        ) from error
    return np.asarray(pixels, pixels.dtype.newbyteorder("="))


def _transfer_syntax(dataset: FileDataset, header: Header, layout: PixelLayout) -> uid.UID:
    """Return how the pixel data are encoded, as far as they themselves do not deny it."""
    stated = header.transfer_syntax
    is_implicit, is_little = dataset.original_encoding
    native = {
        (True, True): uid.ImplicitVRLittleEndian,
        (False, False): uid.ExplicitVRBigEndian,
    }.get((bool(is_implicit), is_little is not False), uid.ExplicitVRLittleEndian)
    if not stated:
        header.complain("Transfer Syntax UID (0002,0010) is missing or unknown, and was guessed.")
        return native
    element = dataset["PixelData"]
    has_plain_size = len(element.value or b"") in (layout.byte_count, layout.byte_count + 1)
    if stated.is_compressed and not element.is_undefined_length and has_plain_size:
        header.leave_out("TransferSyntaxUID", "says that the pixels are compressed, they are not,")
        return native
    return stated


def _check_native(element: DataElement, layout: PixelLayout, file_name: str) -> None:
    """Refuse uncompressed pixels that are fewer or more than rows and columns say."""
    data: bytes = element.value or b""
    if len(data) < layout.byte_count:
        raise TruncatedFileError(
            f"{file_name} ends before its pixels do: {len(data)} of {layout.byte_count} bytes "
            "are there. Copy or export the file again."
        )
    surplus = data[layout.byte_count :]
    # Some writers fill up their pixel data; pixels that the header denies are another matter.
    if element.is_undefined_length or surplus.strip(surplus[:1]):
        raise UnreadableFileError(
            f"{file_name} holds more pixel data than its {layout.rows} rows and "
            f"{layout.columns} columns. {_REMEDY}"
        )


def _check_stream(data: bytes, syntax: uid.UID, layout: PixelLayout, file_name: str) -> None:
    """Refuse a compressed image that was cut off, or that does not fit its file."""
    if syntax == uid.RLELossless:
        return
    stream = get_frame(data, 0, number_of_frames=1)
    # The marker cannot stand within compressed data; some writers put filling behind it.
    if _END_OF_STREAM not in stream[-_MOST_FILLING_BYTES:]:
        raise TruncatedFileError(
            f"The compressed pixels of {file_name} are incomplete. Copy or export the file again."
        )
    size = StreamSize(rows=layout.rows, columns=layout.columns, samples=layout.samples)
    check_codestream(stream, size, is_jpeg_2000=syntax in _JPEG_2000)


def _run_decoder(decoder: Decoder, element: DataElement, layout: PixelLayout) -> Pixels:
    """Return what pydicom, or GDCM itself for JPEG with 12 bits, makes of pixel data."""
    syntax = decoder.UID
    if syntax == uid.JPEGExtended12Bit and layout.bits.stored > 8 and layout.samples == 1:
        return _decode_jpeg_12_bit(get_frame(element.value, 0, number_of_frames=1), layout)
    plugin = _SAFEST_PLUGINS.get(syntax, "")
    options: dict[str, Any] = {
        "view_only": True,
        "correct_unused_bits": False,
        "pixel_keyword": "PixelData",
        "pixel_vr": element.VR,
        "number_of_frames": 1,
        "rows": layout.rows,
        "columns": layout.columns,
        "samples_per_pixel": layout.samples,
        "photometric_interpretation": layout.photometric,
        "planar_configuration": layout.planar,
        "bits_allocated": layout.bits.allocated,
        "bits_stored": layout.bits.stored,
        "pixel_representation": int(layout.bits.is_signed),
    }
    plugin = plugin if plugin in decoder.available_plugins else ""
    pixels, _ = decoder.as_array(element.value, index=0, decoding_plugin=plugin, **options)
    return pixels


def _decode_jpeg_12_bit(stream: bytes, layout: PixelLayout) -> Pixels:
    """Return JPEG Extended of 12 bits, which GDCM decodes and pydicom does not ask it for."""
    gdcm = import_module("gdcm")
    fragment = gdcm.Fragment()
    fragment.SetByteStringValue(stream)
    fragments = gdcm.SequenceOfFragments.New()
    fragments.AddFragment(fragment)
    element = gdcm.DataElement(gdcm.Tag(0x7FE0, 0x0010))
    element.SetValue(fragments.__ref__())
    image = gdcm.Image()
    image.SetNumberOfDimensions(2)
    image.SetDimensions((layout.columns, layout.rows, 1))
    image.SetDataElement(element)
    monochrome = gdcm.PhotometricInterpretation.MONOCHROME2
    image.SetPhotometricInterpretation(gdcm.PhotometricInterpretation(monochrome))
    image.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.JPEGExtendedProcess2_4))
    image.SetPixelFormat(gdcm.PixelFormat(1, 16, 12, 11, int(layout.bits.is_signed)))
    # GDCM hands bytes over as text; there is none where it could not decode.
    decoded = image.GetBuffer().encode("utf-8", "surrogateescape")
    pixels = np.frombuffer(decoded, np.int16 if layout.bits.is_signed else np.uint16)
    return pixels.reshape(layout.rows, layout.columns)
