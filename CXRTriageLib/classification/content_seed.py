"""A fingerprint of the pixels, and the seed that follows from it."""

from __future__ import annotations

import hashlib

import numpy as np

from CXRTriageLib.domain.arrays import GrayLevels


def pixel_sha256(pixels: GrayLevels) -> str:
    """Return the hash of the gray levels and their shape.

    The same film gives the same hash on every machine, from whatever file format, folder and
    name it was read.

    Parameters
    ----------
    pixels
        Gray levels, (rows, columns), uint8 or uint16.

    Returns
    -------
    str
        SHA-256, 64 hexadecimal digits, over the line "bits rows columns" and the gray levels
        row by row, low byte first.
    """
    rows, columns = pixels.shape
    header = f"{8 * pixels.itemsize} {rows} {columns}\n"
    little_endian = np.ascontiguousarray(pixels, dtype=pixels.dtype.newbyteorder("<"))
    digest = hashlib.sha256(header.encode("ascii"))
    digest.update(little_endian.data)
    return digest.hexdigest()


def seed_from_pixels(pixels: GrayLevels) -> int:
    """Return a seed that is the same for the same film.

    Parameters
    ----------
    pixels
        Gray levels, (rows, columns), uint8 or uint16.

    Returns
    -------
    int
        The first 32 bits of `pixel_sha256`: short enough to be typed, and exact in JSON.
    """
    return seed_from_hash(pixel_sha256(pixels))


def seed_from_hash(sha256: str) -> int:
    """Return the seed that a fingerprint gives.

    Parameters
    ----------
    sha256
        From `pixel_sha256`.

    Returns
    -------
    int
        0 to 2**32 - 1.
    """
    return int(sha256[:8], 16)
