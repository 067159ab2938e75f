"""PNG and TIFF of kinds that Pillow reads and does not write, byte by byte."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_PNG_COLOR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
"""Color type of a PNG file by the number of its channels."""


def write_deep_png(path: Path, channels: NDArray[np.uint16]) -> Path:
    """Write 16 bits for each of 1 to 4 channels, (rows, columns, channels)."""
    rows, columns, count = channels.shape
    lines = channels.astype(">u2").reshape(rows, -1)
    raw = b"".join(b"\0" + line.tobytes() for line in lines)
    header = struct.pack(">IIBBBBB", columns, rows, 16, _PNG_COLOR_TYPES[count], 0, 0, 0)
    return _write_png(path, header, raw)


def write_shallow_png(path: Path, gray: NDArray[np.uint8], *, bits: int) -> Path:
    """Write gray with 1, 2 or 4 bits; the columns must fill whole bytes."""
    per_byte = 8 // bits
    shifts = np.arange(per_byte - 1, -1, -1) * bits
    packed = (gray.reshape(len(gray), -1, per_byte) << shifts).sum(axis=2).astype(np.uint8)
    raw = b"".join(b"\0" + line.tobytes() for line in packed)
    header = struct.pack(">IIBBBBB", gray.shape[1], len(gray), bits, 0, 0, 0, 0)
    return _write_png(path, header, raw)


def _write_png(path: Path, header: bytes, raw: bytes) -> Path:
    """Write the three chunks that a PNG file needs."""
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(raw)), (b"IEND", b"")]
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + b"".join(
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
            for name, data in chunks
        )
    )
    return path


def write_tiff(
    path: Path, pixels: NDArray[Any], *, order: str = "<", planar: bool = False, **tags: int
) -> Path:
    """Write uncompressed TIFF, (rows, columns) or (rows, columns, channels).

    Parameters
    ----------
    path
        Where to.
    pixels
        Of any type.
    order
        "<" for little-endian, ">" for big-endian.
    planar
        Whether channels lie apart.
    **tags
        `photometric` and `orientation`, if not 1 or 2 for color, and 1.
    """
    rows, columns, *rest = pixels.shape
    count = rest[0] if rest else 1
    planes = np.moveaxis(pixels, -1, 0) if planar else pixels[None]
    data = planes.astype(pixels.dtype.newbyteorder(order)).tobytes()
    strips = len(planes)
    sample_format = {"u": 1, "i": 2, "f": 3}[pixels.dtype.kind]
    entries: dict[int, tuple[str, list[int]]] = {
        256: ("I", [columns]),
        257: ("I", [rows]),
        258: ("H", [8 * pixels.dtype.itemsize] * count),
        259: ("H", [1]),
        262: ("H", [tags.get("photometric", 1 if count < 3 else 2)]),
        273: ("I", [8 + strip * len(data) // strips for strip in range(strips)]),
        274: ("H", [tags.get("orientation", 1)]),
        277: ("H", [count]),
        278: ("I", [rows]),
        279: ("I", [len(data) // strips] * strips),
        284: ("H", [2 if planar else 1]),
        339: ("H", [sample_format] * count),
    }
    path.write_bytes(_tiff_bytes(entries, data, order))
    return path


def _tiff_bytes(entries: dict[int, tuple[str, list[int]]], data: bytes, order: str) -> bytes:
    """Return a header, the pixels, the directory and what does not fit into its entries."""
    start = 8 + len(data)
    extra_start = start + 2 + 12 * len(entries) + 4
    directory, extra = struct.pack(f"{order}H", len(entries)), b""
    for tag, (kind, values) in sorted(entries.items()):
        packed = struct.pack(f"{order}{len(values)}{kind}", *values)
        if len(packed) > 4:
            place = struct.pack(f"{order}I", extra_start + len(extra))
            extra += packed
        else:
            place = packed.ljust(4, b"\0")
        number = {"H": 3, "I": 4}[kind]
        directory += struct.pack(f"{order}HHI", tag, number, len(values)) + place
    mark = b"II" if order == "<" else b"MM"
    head = mark + struct.pack(f"{order}HI", 42, start)
    return head + data + directory + b"\0" * 4 + extra
