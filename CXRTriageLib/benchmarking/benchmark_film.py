"""The film that everything is timed on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import (
    DigitalXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
    generate_uid,
)

from CXRTriageLib.reading import read_radiograph

FILM_SHAPE = (3000, 2500)
"""Rows and columns of a film of a usual detector."""

_NOISE_LEVELS = 8.0
_WHITE = np.iinfo(np.uint16).max


def write_benchmark_film(source: Path, path: Path, *, shape: tuple[int, int] = FILM_SHAPE) -> Path:
    """Write a film as an uncompressed 16-bit DICOM file of a given size.

    Parameters
    ----------
    source
        Any film that can be read; it is resized, and gets back the fine noise that a film of
        that size has and a resized one has not. The same source gives the same pixels.
    path
        Where to write.
    shape
        Rows and columns.

    Returns
    -------
    Path
        The written file, explicit little endian.

    Raises
    ------
    RefusedInputError
        If the source cannot be read.
    """
    pixels = _enlarged(read_radiograph(source).pixels, shape)
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = DigitalXRayImageStorageForPresentation
    meta.MediaStorageSOPInstanceUID = generate_uid()
    film = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    film.SOPClassUID = meta.MediaStorageSOPClassUID
    film.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    film.Modality, film.BodyPartExamined, film.ViewPosition = "DX", "CHEST", "PA"
    film.SamplesPerPixel, film.PhotometricInterpretation = 1, "MONOCHROME2"
    film.Rows, film.Columns = shape
    film.BitsAllocated, film.BitsStored, film.HighBit = 16, 16, 15
    film.PixelRepresentation = 0
    film.PixelData = pixels.astype("<u2").tobytes()
    film.save_as(path, enforce_file_format=True)
    return path


def _enlarged(pixels: NDArray[np.generic], shape: tuple[int, int]) -> NDArray[np.uint16]:
    rows, columns = shape
    image = Image.fromarray(pixels.astype(np.float32))
    resized = np.asarray(image.resize((columns, rows), Image.Resampling.BICUBIC))
    noise = np.random.default_rng(0).normal(0, _NOISE_LEVELS, shape)
    return np.clip(np.rint(resized + noise), 0, _WHITE).astype(np.uint16)
