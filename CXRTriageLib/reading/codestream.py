"""Headers of compressed images, checked before a decoder trusts them.

Decoders write as many pixels as the stream announces. Where a damaged stream announces others
than the file, or tables that no stream can have, some of them end the whole process, and a
batch of films with it.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from CXRTriageLib.errors import InvalidValueError

_FRAMES = frozenset({*range(0xC0, 0xD0), 0xF7}) - {0xC4, 0xC8, 0xCC}
"""Markers that start a frame header; the last one is that of JPEG-LS."""

_BASELINE, _EXTENDED, _LOSSLESS = 0xC0, 0xC1, 0xC3
_COSINE = (_BASELINE, _EXTENDED)
"""Frames of the cosine transform in one pass, which all have the same tables."""

_HUFFMAN_TABLES, _QUANTIZATION_TABLES, _SCAN, _ADOBE = 0xC4, 0xDB, 0xDA, 0xEE

_WITHOUT_CONTENT = range(0xD0, 0xDA)
"""Restart, start and end of an image: none of them can stand among the headers."""

_JPEG_START = b"\xff\xd8"
_JPEG_2000_START = b"\xff\x4f\xff\x51"

_STRAY_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
"""A marker within the data of a scan that is no restart: only the end of the image."""


@dataclass(frozen=True, kw_only=True)
class StreamSize:
    """What a stream has to announce.

    Attributes
    ----------
    rows, columns
        Size of the image.
    samples
        Number of components.
    """

    rows: int
    columns: int
    samples: int


def check_codestream(stream: bytes, expected: StreamSize, *, is_jpeg_2000: bool) -> None:
    """Make sure that the headers of a compressed image are whole and fit the file.

    Parameters
    ----------
    stream
        JPEG (ITU-T T.81), JPEG-LS (T.87) or JPEG 2000 (T.800).
    expected
        What the file says of the size.
    is_jpeg_2000
        What the file says of the kind.

    Raises
    ------
    InvalidValueError
        If the stream is of another kind or size, or breaks the rules of its headers.
    """
    _refuse("another kind", unless=stream.startswith(_JPEG_START) != is_jpeg_2000)
    if is_jpeg_2000:
        _check_jpeg_2000(stream, expected)
    else:
        _check_jpeg(stream, expected)


def _refuse(problem: str, *, unless: bool) -> None:
    """Raise unless a rule is kept."""
    if not unless:
        raise InvalidValueError(f"The compressed image has {problem}.")


def _check_jpeg_2000(stream: bytes, expected: StreamSize) -> None:
    """Check image and tile size (T.800, A.5.1)."""
    start = stream.find(_JPEG_2000_START)
    _refuse("no size", unless=0 <= start <= len(stream) - 42)
    right, bottom, left, top, width, height, tile_left, tile_top, samples = struct.unpack_from(
        ">8IH", stream, start + 8
    )
    found = StreamSize(rows=bottom - top, columns=right - left, samples=samples)
    _refuse(f"another size: {found}", unless=found == expected)
    _refuse("empty tiles", unless=width > 0 and height > 0)
    tiles = -(-(right - tile_left) // width) * -(-(bottom - tile_top) // height)
    _refuse(f"{tiles} tiles", unless=0 < tiles <= 65_535)


def _check_jpeg(stream: bytes, expected: StreamSize) -> None:
    """Check all headers before the first scan, and that one component has only that scan."""
    huffman: set[int] = set()
    quantization: set[int] = set()
    frame = (0, b"")
    for marker, body, end in _segments(stream):
        if marker == _HUFFMAN_TABLES:
            huffman |= _checked_huffman_tables(body)
        elif marker == _QUANTIZATION_TABLES:
            quantization |= _checked_quantization_tables(body)
        elif marker == _ADOBE and body.startswith(b"Adobe"):
            _refuse("an unknown color transform", unless=len(body) >= 12 and body[11] <= 2)
        elif marker in _FRAMES:
            _refuse("two frame headers", unless=not frame[1])
            _check_frame(body, expected)
            frame = marker, body
        elif marker == _SCAN:
            _refuse("a scan before its frame header", unless=bool(frame[1]))
            needs_quantization = set(frame[1][8::3]) if frame[0] in _COSINE else set()
            _refuse("no quantization table", unless=needs_quantization <= quantization)
            _check_scan(body, frame, huffman)
            is_gdcms = frame[0] in (_EXTENDED, _LOSSLESS)
            _refuse("markers in its data", unless=not is_gdcms or _is_last_scan(stream, end))
            return
    _refuse("no scan", unless=False)


def _segments(stream: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Yield marker, content and end of each segment (T.81, B.1.1.4)."""
    position = 2
    while position + 4 <= len(stream):
        _refuse("damaged headers", unless=stream[position] == 0xFF)
        if stream[position + 1] == 0xFF:
            position += 1
            continue
        marker = stream[position + 1]
        _refuse("an unknown marker", unless=marker >= 0xC0 and marker not in _WITHOUT_CONTENT)
        length = int.from_bytes(stream[position + 2 : position + 4], "big")
        end = position + 2 + length
        _refuse("a header that is too long", unless=length >= 2 and end <= len(stream))
        yield marker, stream[position + 4 : end], end
        position = end


def _check_frame(body: bytes, expected: StreamSize) -> None:
    """Check a frame header (T.81, B.2.2)."""
    _refuse("a frame header that is too short", unless=len(body) >= 6)
    precision, rows, columns, samples = struct.unpack_from(">BHHB", body)
    found = StreamSize(rows=rows, columns=columns, samples=samples)
    _refuse(f"another size: {found}", unless=found == expected)
    _refuse(f"samples of {precision} bits", unless=2 <= precision <= 16)
    _refuse("a frame header of another length", unless=len(body) == 6 + 3 * samples)
    for component in range(samples):
        factors = divmod(body[7 + 3 * component], 16)
        _refuse("unknown sampling factors", unless=all(1 <= factor <= 4 for factor in factors))


def _checked_huffman_tables(body: bytes) -> set[int]:
    """Return which Huffman tables a segment defines (T.81, B.2.4.2)."""
    tables = set()
    position = 0
    while position < len(body):
        counts = body[position + 1 : position + 17]
        _refuse("half a Huffman table", unless=len(counts) == 16)
        used = sum(count << (16 - length) for length, count in enumerate(counts, start=1))
        _refuse("an impossible Huffman table", unless=used <= 1 << 16 and sum(counts) <= 256)
        kind, number = divmod(body[position], 16)
        symbols = body[position + 17 : position + 17 + sum(counts)]
        _refuse("an unknown Huffman table", unless=kind <= 1 and number <= 3)
        _refuse("half a Huffman table", unless=len(symbols) == sum(counts))
        # A symbol of the first kind is a number of bits.
        _refuse("an impossible Huffman table", unless=kind == 1 or max(symbols, default=0) <= 16)
        tables.add(body[position])
        position += 17 + len(symbols)
    return tables


def _checked_quantization_tables(body: bytes) -> set[int]:
    """Return which quantization tables a segment defines (T.81, B.2.4.1)."""
    tables = set()
    position = 0
    while position < len(body):
        size, number = divmod(body[position], 16)
        _refuse("an unknown quantization table", unless=size <= 1 and number <= 3)
        tables.add(number)
        position += 1 + 64 * (1 + size)
    _refuse("half a quantization table", unless=position == len(body))
    return tables


def _check_scan(body: bytes, frame: tuple[int, bytes], tables: set[int]) -> None:
    """Check the header of the first scan (T.81, B.2.3)."""
    marker, frame_body = frame
    _refuse(
        "a scan header of another length", unless=len(body) >= 1 and len(body) == 4 + 2 * body[0]
    )
    _refuse("a scan of other components", unless=1 <= body[0] <= frame_body[5])
    components = set(frame_body[6::3])
    for component in range(body[0]):
        identifier, selectors = body[1 + 2 * component : 3 + 2 * component]
        _refuse("a scan of other components", unless=identifier in components)
        needs_tables = marker in (*_COSINE, _LOSSLESS)
        _refuse("a missing Huffman table", unless=not needs_tables or selectors >> 4 in tables)
        needs_second = marker in _COSINE
        _refuse("a missing Huffman table", unless=not needs_second or 16 + selectors % 16 in tables)
    if marker == _LOSSLESS:
        predictor, shift = body[-3], body[-1] % 16
        _refuse("an unknown predictor", unless=1 <= predictor <= 7 and shift < frame_body[0])


def _is_last_scan(stream: bytes, start: int) -> bool:
    """Return whether nothing but the end of the image follows the data of a scan."""
    found = _STRAY_MARKER.search(stream, start)
    return found is not None and found.group()[-1] == 0xD9
