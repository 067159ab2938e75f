"""DICOM files of real devices that come with pydicom and pydicom-data."""

from __future__ import annotations

from pathlib import Path

from pydicom.data import get_testdata_file


def real_dicom(name: str) -> Path:
    """Return the path of a file by its name; nothing is downloaded."""
    found = get_testdata_file(name, download=False)
    if found is None:
        raise FileNotFoundError(name)
    return Path(str(found))
