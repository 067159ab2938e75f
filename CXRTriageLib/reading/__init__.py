"""Files -> Radiograph."""

from __future__ import annotations

from pathlib import Path

from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageLib.errors import NotAnImageError, TruncatedFileError, UnreadableFileError
from CXRTriageLib.reading.file_kind import HEAD_BYTES, FileKind, recognize


def read_radiograph(path: Path) -> Radiograph:
    """Read one film.

    The format is told from the content, never from the name.

    Parameters
    ----------
    path
        DICOM (CR, DX, secondary capture), PNG, JPEG, TIFF, BMP, or NIfTI, NRRD, MetaImage with
        one 2D slice.

    Returns
    -------
    Radiograph
        Gray levels before VOI, tables for the eye, and what the file says of the film.

    Raises
    ------
    RefusedInputError
        If there is no film in it that can be read; the class tells the reason.
    """
    # Each reader brings its own heavy packages, and a run needs one of them.
    kind = _kind_of(path)
    if kind is FileKind.DICOM:
        from CXRTriageLib.reading.dicom import read_dicom

        return read_dicom(path)
    if kind in (FileKind.NIFTI, FileKind.NRRD, FileKind.META_IMAGE):
        from CXRTriageLib.reading.volume import read_volume

        return read_volume(path, kind)
    from CXRTriageLib.reading.raster import read_raster

    return read_raster(path, kind)


def _kind_of(path: Path) -> FileKind:
    """Return the format of a file."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise UnreadableFileError(
            f"{path.name} cannot be opened: {error.strerror}. "
            "Check that it is a file that may be read."
        ) from error
    if not head:
        raise TruncatedFileError(f"{path.name} is empty. Copy or export the file again.")
    kind = recognize(head)
    if kind is None:
        names = ", ".join(kind.value for kind in FileKind)
        raise NotAnImageError(
            f"{path.name} is in no image format that is read here. Give the film as one of {names}."
        )
    return kind
