"""PNG, JPEG, TIFF, BMP -> Radiograph without spacing."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps
from PIL.TiffImagePlugin import TiffImageFile

from CXRTriageLib.domain.film_warning import FilmWarning
from CXRTriageLib.domain.radiograph import FilmFacts, Radiograph
from CXRTriageLib.domain.spacing import PixelSpacing
from CXRTriageLib.errors import (
    ImageTooLargeError,
    MultipleFramesError,
    RefusedInputError,
    TruncatedFileError,
    UnreadableFileError,
)
from CXRTriageLib.reading.color import COLOR_WAS_GRAY, blend_on_black, gray_of_color
from CXRTriageLib.reading.damage import DAMAGED_FILE_ERRORS
from CXRTriageLib.reading.file_kind import FileKind
from CXRTriageLib.reading.film_assembly import (
    Rendition,
    assemble_radiograph,
    check_sides,
)
from CXRTriageLib.reading.stored_image import from_numbers

_BITS_PER_SAMPLE, _PHOTOMETRIC, _PLANAR, _SAMPLE_FORMAT = 258, 262, 284, 339
_STRIP_OFFSETS, _STRIP_BYTES, _TILE_OFFSETS, _TILE_BYTES = 273, 279, 324, 325
"""TIFF tags."""

_WHITE_IS_ZERO, _SEPARATE_PLANES, _UNSIGNED, _SIGNED = 0, 2, 1, 2
"""Values of photometric interpretation, planar configuration and sample format."""

_DEEP_COLOR = (
    *("RGB;16B", "RGB;16L", "RGB;16N"),
    *("RGBA;16B", "RGBA;16L", "RGBA;16N"),
    *("RGBX;16B", "RGBX;16L", "RGBX;16N"),
    "LA;16B",
)
"""Pillow's names of color with 16 bits in each channel."""

_GRAY_MODES = frozenset({"1", "L", "I", "F", "I;16", "I;16B", "I;16L", "I;16N"})


@dataclass(frozen=True, kw_only=True, eq=False)
class _Raster:
    """Decoded pixels.

    Attributes
    ----------
    channels
        (rows, columns) gray, or (rows, columns, n): 2 gray and opacity, 3 color, 4 both.
    inverted
        Whether the lowest value is white.
    """

    channels: NDArray[Any]
    inverted: bool = False


def read_raster(path: Path, kind: FileKind) -> Radiograph:
    """Return the film that a picture file holds.

    Parameters
    ----------
    path
        A file of 8 or 16 bits, gray or color that is gray.
    kind
        Its format.

    Returns
    -------
    Radiograph
        Turned as its orientation tag says; without spacing, as a picture's resolution is that
        of a printer or a screen.

    Raises
    ------
    RefusedInputError
        If it holds more than one picture, true color, or pixels that cannot be read.
    """
    name = path.name
    with _refusing_damage(path, kind):
        raster = _decode(path, kind)
    channels = raster.channels
    found: tuple[FilmWarning, ...] = ()
    white = int(np.iinfo(channels.dtype).max) if channels.dtype.kind == "u" else 1
    gray = channels if channels.ndim == 2 else channels[..., 0]
    if channels.ndim == 3 and channels.shape[2] >= 3:
        gray = gray_of_color(channels[..., :3], white=white, file_name=name)
        found = (COLOR_WAS_GRAY,)
    if channels.ndim == 3 and channels.shape[2] in (2, 4):
        gray = blend_on_black(gray, channels[..., -1], opaque=white)
    return assemble_radiograph(
        from_numbers(np.ascontiguousarray(gray)),
        Rendition(inverted=raster.inverted),
        facts=FilmFacts(file_name=name, file_format=kind.value),
        spacing=PixelSpacing(),
        warnings=found,
    )


@contextmanager
def _refusing_damage(path: Path, kind: FileKind) -> Iterator[None]:
    """Turn what Pillow raises on damaged files into refusals."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Its own limit, which an image may exceed before its size can be asked for.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise ImageTooLargeError(
            f"{path.name} has more pixels than any radiograph. Export the film at its own size."
        ) from error
    except DAMAGED_FILE_ERRORS as error:
        if isinstance(error, RefusedInputError):
            raise
        if _ends_early(path, kind):
            raise TruncatedFileError(
                f"{path.name} ends before its pixels do. Copy or export the file again."
            ) from error
        raise UnreadableFileError(
            f"{path.name} is damaged, or a kind of {kind.value} that is not read here. "
            "Export the film again, best as DICOM."
        ) from error


def _ends_early(path: Path, kind: FileKind) -> bool:
    """Return whether a file that could not be decoded lacks its end."""
    data = path.read_bytes()
    if kind is FileKind.PNG:
        return b"IEND" not in data[-64:]
    if kind is FileKind.JPEG:
        return b"\xff\xd9" not in data[-64:]
    if kind is FileKind.BMP:
        return int.from_bytes(data[2:6], "little") > len(data)
    order: Literal["little", "big"] = "little" if data[:2] == b"II" else "big"
    directory = int.from_bytes(data[4:8], order)
    entries = int.from_bytes(data[directory : directory + 2], order)
    return directory + 2 + 12 * entries > len(data)


def _decode(path: Path, kind: FileKind) -> _Raster:
    """Return the pixels of the one picture in a file."""
    # From a file object: given a path, Pillow maps uncompressed TIFF into memory and then
    # forgets to turn it.
    with path.open("rb") as file:
        image = _open(file, kind)
        frames = getattr(image, "n_frames", 1)
        if frames > 1 and kind in (FileKind.PNG, FileKind.TIFF):
            raise MultipleFramesError(
                f"{path.name} holds {frames} pictures. Export the one frontal film by itself."
            )
        check_sides(path.name, image.height, image.width)
        if isinstance(image, TiffImageFile):
            return _decode_tiff(image, file, path)
        return _Raster(channels=_channels(image, file, kind))


def _open(file: BinaryIO, kind: FileKind) -> Image.Image:
    """Open a picture without decoding it."""
    return Image.open(file, formats=(kind.value,))


def _decode_tiff(image: TiffImageFile, file: BinaryIO, path: Path) -> _Raster:
    """Return the pixels of a TIFF file, with what Pillow does not heed of its tags."""
    tags = image.tag_v2
    bits = tuple(tags.get(_BITS_PER_SAMPLE, (1,)))
    if max(bits) == 16 and len(bits) > 1 and tags.get(_PLANAR) == _SEPARATE_PLANES:
        raise UnreadableFileError(
            f"{path.name} keeps its color channels of 16 bits apart, which is not read here. "
            "Export the film in gray."
        )
    starts = tags.get(_STRIP_OFFSETS, tags.get(_TILE_OFFSETS, ()))
    counts = tags.get(_STRIP_BYTES, tags.get(_TILE_BYTES, ()))
    ends = [start + count for start, count in zip(starts, counts, strict=False)]
    if max(ends, default=0) > path.stat().st_size:
        raise TruncatedFileError(
            f"{path.name} ends before its pixels do. Copy or export the file again."
        )
    is_white_zero = tags.get(_PHOTOMETRIC) == _WHITE_IS_ZERO
    # Pillow inverts up to 8 bits itself.
    inverted = is_white_zero and image.mode not in ("1", "L")
    sample_format = next(iter(tags.get(_SAMPLE_FORMAT, (_UNSIGNED,))))
    channels = _channels(image, file, FileKind.TIFF)
    if bits == (8,) and sample_format == _SIGNED:
        channels = channels.view(np.int8)
    if bits == (32,) and sample_format == _UNSIGNED:
        channels = channels.view(np.uint32)
    return _Raster(channels=channels, inverted=inverted)


def _channels(image: Image.Image, file: BinaryIO, kind: FileKind) -> NDArray[Any]:
    """Return the upright pixels of a picture as gray, color, or either with opacity."""
    if _raw_mode(image) in _DEEP_COLOR:
        return _deep_channels(image, file, kind)
    _turn_upright(image)
    if image.mode in _GRAY_MODES:
        return np.asarray(image)
    has_opacity = "transparency" in image.info or image.mode in ("PA", "RGBA", "RGBa")
    simple = "LA" if image.mode in ("LA", "La") else "RGBA" if has_opacity else "RGB"
    return np.asarray(image.convert(simple))


def _raw_mode(image: Image.Image) -> str:
    """Return how the pixels lie in the file, in Pillow's words, for example "RGB;16B"."""
    tiles = getattr(image, "tile", ())
    arguments = tiles[0].args if tiles else ""
    return str(arguments if isinstance(arguments, str) else (*(arguments or ()), "")[0])


def _deep_channels(image: Image.Image, file: BinaryIO, kind: FileKind) -> NDArray[Any]:
    """Return 16 bits of each channel, of which Pillow only gives the upper half.

    Told that the bytes lie the other way round, it gives the lower half.
    """
    raw_mode = _raw_mode(image)
    if raw_mode == "LA;16B":
        # Two channels of two bytes lie as four of one do.
        halves = _decode_as(image, "RGBA").astype(np.uint16)
        return halves[..., ::2] << 8 | halves[..., 1::2]
    own_order = "16L" if sys.byteorder == "little" else "16B"
    order = raw_mode[-3:].replace("16N", own_order)
    upper = _decode_as(image, raw_mode).astype(np.uint16)
    swapped = raw_mode[:-3] + ("16L" if order == "16B" else "16B")
    return upper << 8 | _decode_as(_open(file, kind), swapped)


def _decode_as(image: Image.Image, raw_mode: str) -> NDArray[Any]:
    """Return the upright pixels as they are if they lie in a given way in the file."""
    tiles = [
        tile._replace(args=raw_mode if isinstance(tile.args, str) else (raw_mode, *tile.args[1:]))
        for tile in image.tile  # type: ignore[attr-defined]
    ]
    image.tile = tiles  # type: ignore[attr-defined]
    _turn_upright(image)
    return np.asarray(image)


def _turn_upright(image: Image.Image) -> None:
    """Decode a picture and turn it as its orientation tag says; a damaged tag says nothing."""
    # Loaded apart from the rest, so that damaged pixels are not taken for a damaged tag.
    image.load()
    with suppress(*DAMAGED_FILE_ERRORS):
        ImageOps.exif_transpose(image, in_place=True)
