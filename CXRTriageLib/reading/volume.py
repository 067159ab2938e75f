"""NIfTI, NRRD, MetaImage with one 2D slice -> Radiograph."""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import numpy as np
import SimpleITK
from numpy.typing import NDArray

from CXRTriageLib.domain.film_warning import FilmWarning
from CXRTriageLib.domain.radiograph import FilmFacts, Radiograph
from CXRTriageLib.errors import (
    MultipleFramesError,
    NotAnImageError,
    TruncatedFileError,
    UnreadableFileError,
)
from CXRTriageLib.reading.color import COLOR_WAS_GRAY, blend_on_black, gray_of_color
from CXRTriageLib.reading.damage import DAMAGED_FILE_ERRORS
from CXRTriageLib.reading.file_kind import FileKind
from CXRTriageLib.reading.film_assembly import (
    MOST_PIXELS,
    Rendition,
    assemble_radiograph,
    check_sides,
)
from CXRTriageLib.reading.geometry import SpacingAttributes, choose_spacing, usable_pair
from CXRTriageLib.reading.stored_image import from_numbers

_IMAGE_IO = {
    FileKind.NIFTI: "NiftiImageIO",
    FileKind.NRRD: "NrrdImageIO",
    FileKind.META_IMAGE: "MetaImageIO",
}

_NIFTI_HEADER_BYTES = 544
"""The longer of the two versions, with its extension flag."""

_REMEDY = "Save the film again, best as DICOM."


def read_volume(path: Path, kind: FileKind) -> Radiograph:
    """Return the film that a volume file of one slice holds.

    Parameters
    ----------
    path
        A file whose size is 1 along all axes but two.
    kind
        Its format.

    Returns
    -------
    Radiograph
        Turned so that columns run to the patient's left and rows to the feet, as far as the
        file's axes say. Voxel sizes give the aspect only: nobody knows where in front of the
        detector they were measured.

    Raises
    ------
    RefusedInputError
        If it is a volume, true color, or cannot be read.
    """
    with TemporaryDirectory() as folder:
        source = _unpacked_nifti(path, Path(folder)) if kind is FileKind.NIFTI else path
        image = _read_slice(source, kind, path.name)
    pixels, spacing = _upright(image)
    found: tuple[FilmWarning, ...] = ()
    if pixels.ndim == 3:
        pixels = _gray(pixels, path.name)
        found = (COLOR_WAS_GRAY,)
    return assemble_radiograph(
        from_numbers(np.ascontiguousarray(pixels)),
        Rendition(),
        facts=FilmFacts(file_name=path.name, file_format=kind.value),
        spacing=choose_spacing(SpacingAttributes(other_spacing=usable_pair(spacing))),
        warnings=found,
    )


def _unpacked_nifti(path: Path, folder: Path) -> Path:
    """Return a complete NIfTI file with the name that its reader insists on.

    The reader wants the ending .nii and fills up what is missing, without a word.
    """
    target = folder / "film.nii"
    try:
        with path.open("rb") as raw, _unpacked(raw) as file:
            head = file.read(_NIFTI_HEADER_BYTES)
            length = _nifti_length(head, path.name)
            target.write_bytes(head + file.read(max(length - len(head), 0)))
    except (EOFError, OSError, zlib.error) as error:
        raise _incomplete(path.name) from error
    if target.stat().st_size < length:
        raise _incomplete(path.name)
    return target


def _unpacked(file: BinaryIO) -> BinaryIO | gzip.GzipFile:
    """Return a file as it is, or its content if it is packed."""
    is_packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    return gzip.open(file) if is_packed else file


def _nifti_length(head: bytes, name: str) -> int:
    """Return how many bytes a NIfTI file has to have, by its header.

    References
    ----------
    R. W. Cox et al., "A (sort of) new image data format standard: NIfTI-1", 2004; and NIfTI-2.
    """
    order = "<" if head[:1] in (b"\x5c", b"\x1c") else ">"
    if head[344:348] == b"n+1\x00":
        sides, offset, bits = "h", "f", (40, 108, 72)
    elif head[4:8] == b"n+2\x00":
        sides, offset, bits = "q", "q", (16, 168, 14)
    else:
        raise NotAnImageError(
            f"{name} is packed and holds no NIfTI image. Unpack it and give the film itself."
        )
    count, *extents = struct.unpack_from(f"{order}8{sides}", head, bits[0])
    (start,) = struct.unpack_from(f"{order}{offset}", head, bits[1])
    (voxel_bits,) = struct.unpack_from(f"{order}h", head, bits[2])
    voxels = math.prod(extents[: min(max(count, 0), 7)])
    if not 0 < voxels <= MOST_PIXELS or not 0 <= start < 1e9 or voxel_bits <= 0:
        raise UnreadableFileError(
            f"{name} has a header that is damaged, or describes more than one film. {_REMEDY}"
        )
    return int(start) + (voxels * voxel_bits + 7) // 8


def _incomplete(name: str) -> TruncatedFileError:
    """Return the refusal of a file whose pixels are not all there."""
    return TruncatedFileError(
        f"The pixels of {name} are missing, damaged or incomplete. Copy the file again, with "
        "the data file if it has one."
    )


def _read_slice(path: Path, kind: FileKind, name: str) -> SimpleITK.Image:
    """Return the image in a file, its size checked before its pixels are read."""
    reader = SimpleITK.ImageFileReader()
    reader.SetFileName(str(path))
    reader.SetImageIO(_IMAGE_IO[kind])
    try:
        reader.ReadImageInformation()
    except DAMAGED_FILE_ERRORS as error:
        raise UnreadableFileError(
            f"{name} is damaged, or a kind of {kind.value} that is not read here. {_REMEDY}"
        ) from error
    extents = [int(extent) for extent in reader.GetSize()]
    if sum(extent > 1 for extent in extents) > 2:
        size = " x ".join(map(str, extents))
        raise MultipleFramesError(
            f"{name} is a volume of {size}. Save the one frontal radiograph by itself."
        )
    rows, columns = ([extent for extent in extents if extent > 1] + [1, 1])[:2]
    check_sides(name, rows, columns)
    if reader.GetNumberOfComponents() not in (1, 3, 4):
        raise UnreadableFileError(
            f"{name} has {reader.GetNumberOfComponents()} numbers for each pixel, and a film "
            f"has one. {_REMEDY}"
        )
    try:
        return reader.Execute()
    except DAMAGED_FILE_ERRORS as error:
        raise _incomplete(name) from error


def _upright(image: SimpleITK.Image) -> tuple[NDArray[Any], tuple[float, ...]]:
    """Return the pixels as a film hangs, with the spacing of rows and columns.

    Axes point to the patient's left, back and head. A slice without a vertical axis is a
    picture without a patient: its second axis points down the picture.
    """
    dimension = image.GetDimension()
    directions = np.zeros((dimension, 3))
    directions[:, : min(dimension, 3)] = np.reshape(image.GetDirection(), (dimension, -1)).T[:, :3]
    kept = [axis for axis in range(dimension) if image.GetSize()[axis] > 1]
    leading = [int(np.argmax(np.abs(directions[axis]))) for axis in kept]
    pixels = SimpleITK.GetArrayFromImage(image)
    # The array counts axes from the slowest; those of length 1 go.
    pixels = pixels.reshape(
        *(image.GetSize()[axis] for axis in reversed(kept)), *pixels.shape[dimension:]
    )
    column_axis, row_axis = kept
    if leading[0] > leading[1]:
        pixels = np.swapaxes(pixels, 0, 1)
        column_axis, row_axis = row_axis, column_axis
        leading.reverse()
    if leading[0] == 0 and directions[column_axis][0] < 0:
        pixels = pixels[:, ::-1]
    downwards = -1 if leading[1] == 2 else 1
    if directions[row_axis][leading[1]] * downwards < 0:
        pixels = pixels[::-1]
    spacing = image.GetSpacing()
    return pixels, (spacing[row_axis], spacing[column_axis])


def _gray(colors: NDArray[Any], name: str) -> NDArray[Any]:
    """Return color, with or without opacity, as gray."""
    if colors.dtype not in (np.uint8, np.uint16):
        raise UnreadableFileError(f"{name} has color that is no whole number. {_REMEDY}")
    white = int(np.iinfo(colors.dtype).max)
    gray = gray_of_color(colors[..., :3], white=white, file_name=name)
    if colors.shape[2] == 4:
        gray = blend_on_black(gray, colors[..., 3], opaque=white)
    return gray
