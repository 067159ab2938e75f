"""Computed and digital radiography and secondary capture -> Radiograph."""

from __future__ import annotations

import warnings
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
from pydicom import config, dcmread, uid
from pydicom.dataelem import RawDataElement
from pydicom.dataset import FileDataset

from CXRTriageLib.domain.film_warning import FilmWarning, WarningCode
from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageLib.errors import (
    MultipleFramesError,
    NoPixelsError,
    TruncatedFileError,
    UnreadableFileError,
    WrongModalityError,
)
from CXRTriageLib.reading.color import COLOR_WAS_GRAY, gray_of_color
from CXRTriageLib.reading.dicom_facts import facts_of, spacing_of
from CXRTriageLib.reading.dicom_gray import rendition_of
from CXRTriageLib.reading.dicom_header import DAMAGED_DICOM_ERRORS, Header
from CXRTriageLib.reading.dicom_pixels import PixelLayout, Pixels, decode, layout_of
from CXRTriageLib.reading.film_assembly import Rendition, assemble_radiograph, check_sides
from CXRTriageLib.reading.stored_image import StoredImage, from_bits, from_numbers

_MODALITIES = frozenset({"CR", "DX", "RG", "OT", "SC", ""})
"""Modality (0008,0060): computed and digital radiography, conventional film, and what secondary
captures are called. Fluoroscopy (RF) and mammography (MG) are none of a chest film."""

_IMAGE_CLASSES = frozenset(
    {
        uid.ComputedRadiographyImageStorage,
        uid.DigitalXRayImageStorageForPresentation,
        uid.DigitalXRayImageStorageForProcessing,
        uid.SecondaryCaptureImageStorage,
        uid.MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
        uid.MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
        uid.MultiFrameTrueColorSecondaryCaptureImageStorage,
    }
)
"""SOP classes that can hold a film; the multi-frame ones with a single frame."""

_ALWAYS_LOSSY = frozenset({uid.JPEGBaseline8Bit, uid.JPEGExtended12Bit})

_CHOOSE_FILM = "Choose a frontal chest radiograph of modality CR or DX."


def read_dicom(path: Path) -> Radiograph:
    """Return the film that a DICOM file holds.

    Parameters
    ----------
    path
        A file with or without preamble and file meta information.

    Returns
    -------
    Radiograph
        With warnings for every part of the header that could not be used.

    Raises
    ------
    RefusedInputError
        If it is no single projection radiograph, or its pixels cannot be read.
    """
    # pydicom repeats values that break the standard in warnings and log, and they may be those
    # of a patient. What matters of them is told with the film.
    with warnings.catch_warnings(), config.disable_value_validation():
        warnings.simplefilter("ignore")
        # The header first: most of what is refused is refused without reading its pixels.
        header = Header(_parse(path, header_only=True))
        if len(header.dataset) == 0:
            raise _truncated(path.name)
        _check_object(header, path.name)
        layout = _check_size(header, path.name)
        dataset = _parse(path, header_only=False)
        _require_pixels(dataset, path)
        pixels = decode(dataset, header, layout, file_name=path.name)
        return _film_of(pixels, dataset, header, layout, file_name=path.name)


def _parse(path: Path, *, header_only: bool) -> FileDataset:
    """Return the data set of a file."""
    try:
        return dcmread(path, stop_before_pixels=header_only, force=True)
    except (EOFError, zlib.error) as error:
        raise _truncated(path.name) from error
    except DAMAGED_DICOM_ERRORS as error:
        raise UnreadableFileError(
            f"{path.name} looks like DICOM and is damaged. Copy or export the file again."
        ) from error


def _require_pixels(dataset: FileDataset, path: Path) -> None:
    """Refuse a file that ends before its pixels, or that was made without them."""
    try:
        if dataset.get("PixelData"):
            return
    except DAMAGED_DICOM_ERRORS as error:
        raise _truncated(path.name) from error
    if _was_cut(dataset, path):
        raise _truncated(path.name)
    raise NoPixelsError(f"{path.name} is the header of an image without its pixels. {_CHOOSE_FILM}")


def _was_cut(dataset: FileDataset, path: Path) -> bool:
    """Return whether a file ends within its last attribute."""
    # pydicom drops everything when the file ends within an attribute of undefined length.
    if len(dataset) == 0:
        return True
    try:
        last = dataset.get_item(max(dataset.keys()))
    except DAMAGED_DICOM_ERRORS:
        return True
    is_deflated = Header(dataset).transfer_syntax == uid.DeflatedExplicitVRLittleEndian
    if not isinstance(last, RawDataElement) or is_deflated:
        return False
    return last.value_tell + last.length != path.stat().st_size


def _truncated(file_name: str) -> TruncatedFileError:
    """Return the refusal of a file that ends early."""
    return TruncatedFileError(
        f"{file_name} ends before its pixels do. Copy or export the file again."
    )


def _check_object(header: Header, file_name: str) -> None:
    """Refuse what is no single image of projection radiography."""
    object_class = uid.UID(
        header.text("SOPClassUID") or header.meta_text("MediaStorageSOPClassUID")
    )
    is_known = object_class.name != object_class
    if not header.has("Rows") and "Image Storage" not in object_class.name:
        kind = f" ({object_class.name})" if is_known else ""
        raise NoPixelsError(f"{file_name} is a DICOM object without pixels{kind}. {_CHOOSE_FILM}")
    modality = header.text("Modality").upper()
    if modality not in _MODALITIES:
        raise WrongModalityError(
            f"{file_name} is of modality {modality}, and only films are read. {_CHOOSE_FILM}"
        )
    if is_known and object_class not in _IMAGE_CLASSES:
        raise WrongModalityError(
            f"{file_name} is of the kind '{object_class.name}', and only films are read. "
            f"{_CHOOSE_FILM}"
        )
    if not modality:
        header.complain("Modality (0008,0060) is missing; the image was taken for a film.")
    frames = header.whole("NumberOfFrames") or 1
    if frames > 1:
        raise MultipleFramesError(
            f"{file_name} holds {frames} images. Export the one frontal radiograph by itself."
        )


def _check_size(header: Header, file_name: str) -> PixelLayout:
    """Return the layout of an image whose size can be a film's."""
    rows, columns = header.whole("Rows"), header.whole("Columns")
    if rows is None or columns is None:
        raise TruncatedFileError(
            f"{file_name} does not say how many rows and columns it has: it is incomplete. "
            "Copy or export the file again."
        )
    check_sides(file_name, rows, columns)
    return layout_of(header, rows, columns)


def _film_of(
    pixels: Pixels, dataset: FileDataset, header: Header, layout: PixelLayout, *, file_name: str
) -> Radiograph:
    """Return the film that decoded pixels make."""
    facts, spacing = facts_of(header, file_name), spacing_of(header)
    found: tuple[FilmWarning, ...] = ()
    if pixels.ndim == 3:
        stored = _gray_image(pixels, layout, file_name)
        rendition = Rendition()
        found += (COLOR_WAS_GRAY,)
    else:
        stored = _stored_image(pixels, dataset, header, layout)
        rendition = rendition_of(header, is_signed=layout.bits.is_signed)
    if _is_lossy(header):
        found += (_LOSSY,)
    return assemble_radiograph(
        stored, rendition, facts=facts, spacing=spacing, warnings=found + header.warnings
    )


def _gray_image(pixels: Pixels, layout: PixelLayout, file_name: str) -> StoredImage:
    """Return color that is gray as one channel of at most 16 bits."""
    stored_bits = layout.bits.stored if layout.samples == 3 else 8 * pixels.dtype.itemsize
    if pixels.dtype.itemsize > 2:
        pixels = (pixels >> max(stored_bits - 16, 0)).astype(np.uint16)
        stored_bits = min(stored_bits, 16)
    unsigned = pixels.view(np.dtype(f"u{pixels.dtype.itemsize}"))
    gray = gray_of_color(unsigned, white=(1 << stored_bits) - 1, file_name=file_name)
    return from_numbers(gray)


def _stored_image(
    pixels: Pixels, dataset: FileDataset, header: Header, layout: PixelLayout
) -> StoredImage:
    """Return one channel, of which only the stored bits count."""
    bits = layout.bits
    # JPEG and its kin hold nothing above Bits Stored: what is there is not an overlay but gray.
    exceeds = not bits.is_signed and int(pixels.max()) >= 1 << bits.stored
    is_stream = header.transfer_syntax != uid.RLELossless
    if exceeds and is_stream and dataset["PixelData"].is_undefined_length:
        header.leave_out("BitsStored", "is less than the pixels have")
        bits = replace(bits, stored=bits.allocated, high=bits.allocated - 1)
    return from_bits(pixels, bits)


_LOSSY = FilmWarning(
    code=WarningCode.LOSSY_COMPRESSION,
    message="The film was compressed with loss: fine detail may be missing or false.",
)


def _is_lossy(header: Header) -> bool:
    """Return whether the film lost detail, by its header or by how it is compressed."""
    says_so = header.text("LossyImageCompression") == "01"
    return says_so or header.transfer_syntax in _ALWAYS_LOSSY
