"""DICOM files made in code: any pixels, any encoding, any header."""

from __future__ import annotations

import io
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom import config, dcmread, dcmwrite, uid
from pydicom.datadict import tag_for_keyword
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence

_GDCM_NAMES = {
    uid.JPEGLossless: "JPEGLosslessProcess14",
    uid.JPEGLosslessSV1: "JPEGLosslessProcess14_1",
    uid.JPEGExtended12Bit: "JPEGExtendedProcess2_4",
}

_SIGNED_OR_NOT = ("PixelPadding", "PaletteColorLookupTableDescriptor")
"""Attributes that may be US or SS."""


def film_values(
    shape: tuple[int, int] = (160, 140), *, highest: int = 4095, lowest: int = 0
) -> NDArray[np.int64]:
    """Return values with broad shapes and fine noise that reach both limits."""
    rng = np.random.default_rng(shape[0] * 1000 + shape[1])
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    waves = np.sin(rows / 23) + np.cos(columns / 17 + rows / 60) + rng.normal(0, 0.1, shape)
    unit = (waves - waves.min()) / (waves.max() - waves.min())
    return lowest + np.rint(unit * (highest - lowest)).astype(np.int64)


def film_dataset(pixels: NDArray[Any], **attributes: Any) -> FileDataset:
    """Return an uncompressed DX film for presentation.

    Parameters
    ----------
    pixels
        Stored values as they shall lie in the file, (rows, columns) or (rows, columns, 3).
    **attributes
        By keyword; None takes an attribute away.
    """
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    bits = 8 * pixels.dtype.itemsize
    stored = attributes.get("BitsStored") or bits
    defaults = {
        "SOPClassUID": uid.DigitalXRayImageStorageForPresentation,
        "SOPInstanceUID": "1.2.826.0.1.3680043.8.498.1",
        "Modality": "DX",
        "PatientName": "Secret^Patient",
        "PatientID": "Secret-ID",
        "BodyPartExamined": "CHEST",
        "ViewPosition": "PA",
        "PatientAge": "047Y",
        "SamplesPerPixel": 1 if pixels.ndim == 2 else pixels.shape[2],
        "PhotometricInterpretation": "MONOCHROME2" if pixels.ndim == 2 else "RGB",
        "PlanarConfiguration": None if pixels.ndim == 2 else 0,
        "Rows": pixels.shape[0],
        "Columns": pixels.shape[1],
        "BitsAllocated": bits,
        "BitsStored": stored,
        "HighBit": stored - 1,
        "PixelRepresentation": int(pixels.dtype.kind == "i"),
    }
    for keyword, value in (defaults | attributes).items():
        set_attribute(dataset, keyword, value)
    meta.MediaStorageSOPClassUID = dataset.get("SOPClassUID") or uid.SecondaryCaptureImageStorage
    meta.MediaStorageSOPInstanceUID = "1.2.826.0.1.3680043.8.498.1"
    data = pixels.astype(pixels.dtype.newbyteorder("<")).tobytes()
    dataset.PixelData = data + b"\0" * (len(data) % 2)
    dataset["PixelData"].VR = "OB" if bits == 8 else "OW"
    return dataset


def set_attribute(dataset: Dataset, keyword: str, value: Any) -> None:
    """Set an attribute to a value that may break the standard; None takes it away."""
    tag = tag_for_keyword(keyword)
    assert tag is not None, keyword
    with config.disable_value_validation():
        if value is None:
            dataset.pop(tag, None)
        elif any(part in keyword for part in _SIGNED_OR_NOT):
            dataset.add_new(tag, "SS" if np.min(value) < 0 else "US", value)
        else:
            setattr(dataset, keyword, value)


def lookup_item(first_value: int, entries: NDArray[Any], *, bits: int) -> Sequence:
    """Return a modality or VOI LUT sequence with one lookup table."""
    item = Dataset()
    signedness = "SS" if first_value < 0 else "US"
    count = len(entries) % 65_536
    item.add_new(0x00283002, signedness, [count, first_value, bits])
    item.add_new(0x00283006, "US", [int(entry) for entry in entries])
    return Sequence([item])


def code_item(value: str, *, scheme: str = "SCT", meaning: str = "") -> Sequence:
    """Return a sequence with one coded concept."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return Sequence([item])


def encode(dataset: FileDataset, syntax: uid.UID) -> FileDataset:
    """Return the same film with pixels in another transfer syntax, by the real encoders."""
    if syntax in _GDCM_NAMES:
        dataset.PixelData = encapsulate([_gdcm_stream(dataset, _GDCM_NAMES[syntax])])
    elif syntax == uid.JPEGBaseline8Bit:
        dataset.PixelData = encapsulate([_pillow_jpeg(dataset)])
    elif syntax in (uid.JPEG2000, uid.JPEGLSNearLossless):
        options = {"j2k_psnr": [60]} if syntax == uid.JPEG2000 else {"jls_error": 2}
        dataset.compress(syntax, generate_instance_uid=False, **options)
    elif syntax.is_compressed and syntax != uid.DeflatedExplicitVRLittleEndian:
        dataset.compress(syntax, generate_instance_uid=False)
    elif syntax == uid.ExplicitVRBigEndian:
        kind = f"u{dataset.BitsAllocated // 8}"
        dataset.PixelData = np.frombuffer(dataset.PixelData, kind).byteswap().tobytes()
    if syntax.is_encapsulated:
        dataset["PixelData"].VR = "OB"
        dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = syntax
    return dataset


def write_film(
    path: Path,
    pixels: NDArray[Any],
    *,
    syntax: uid.UID = uid.ExplicitVRLittleEndian,
    **attributes: Any,
) -> Path:
    """Write a film and return where; see `film_dataset` and `encode`."""
    return write_dataset(path, encode(film_dataset(pixels, **attributes), syntax))


def write_dataset(path: Path, dataset: FileDataset) -> Path:
    """Write a data set with preamble and file meta information."""
    with config.disable_value_validation():
        dcmwrite(path, dataset, enforce_file_format=True)
    return path


def without_preamble(path: Path) -> Path:
    """Take preamble and file meta information off a file and return it."""
    dataset = dcmread(path)
    syntax = dataset.file_meta.TransferSyntaxUID
    buffer = io.BytesIO()
    dataset.file_meta = FileMetaDataset()
    dataset.save_as(
        buffer, implicit_vr=syntax.is_implicit_VR, little_endian=syntax.is_little_endian
    )
    path.write_bytes(buffer.getvalue().removeprefix(b"\0" * 128 + b"DICM"))
    return path


def _gdcm_stream(dataset: FileDataset, name: str) -> bytes:
    """Return the pixels of an uncompressed film as GDCM encodes them."""
    gdcm = import_module("gdcm")
    with TemporaryDirectory() as folder:
        source, target = Path(folder) / "source.dcm", Path(folder) / "target.dcm"
        write_dataset(source, dataset)
        reader = gdcm.ImageReader()
        reader.SetFileName(str(source))
        assert reader.Read()
        change = gdcm.ImageChangeTransferSyntax()
        change.SetTransferSyntax(gdcm.TransferSyntax(getattr(gdcm.TransferSyntax, name)))
        change.SetInput(reader.GetImage())
        assert change.Change()
        writer = gdcm.ImageWriter()
        writer.SetFile(reader.GetFile())
        writer.SetImage(change.GetOutput())
        writer.SetFileName(str(target))
        assert writer.Write()
        return first_stream(dcmread(target))


def first_stream(dataset: FileDataset) -> bytes:
    """Return the compressed bytes of the first frame."""
    from pydicom.encaps import get_frame

    stream: bytes = get_frame(dataset.PixelData, 0, number_of_frames=1)
    return stream


def _pillow_jpeg(dataset: FileDataset) -> bytes:
    """Return the pixels of a film of 8 bits as JPEG, color with whole chroma."""
    shape = (dataset.Rows, dataset.Columns, dataset.SamplesPerPixel)
    pixels = np.frombuffer(dataset.PixelData, np.uint8, count=int(np.prod(shape))).reshape(shape)
    buffer = io.BytesIO()
    if dataset.SamplesPerPixel == 3:
        dataset.PhotometricInterpretation = "YBR_FULL"
    Image.fromarray(pixels.squeeze()).save(buffer, "JPEG", quality=92, subsampling=0)
    return buffer.getvalue()
