"""Masks as a picture and as a volume of one slice, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.arrays import Labels, Mask
from CXRTriageLib.domain.spacing import PixelSpacing
from CXRTriageLib.errors import MaskMismatchError
from CXRTriageLib.exporting.geometry import place_like_film
from CXRTriageLib.exporting.slicer_segmentation import SEGMENT_NAME_KEY, labels_of_segments

LABELS_PNG = "labels.png"
LABELS_NRRD = "labels.nrrd"
WHOLE_LUNGS_PNG = "whole_lungs.png"

MASK_ENDINGS = (".seg.nrrd", ".nrrd", ".nii.gz", ".nii", ".mha", ".png")
"""Endings under which masks are looked for beside each other, the most telling one first."""

_VALUES = ", ".join(f"{item.value} {item.name.lower().replace('_', ' ')}" for item in Structure)


def write_labels_png(path: Path, labels: Labels) -> None:
    """Write masks as an 8-bit gray picture of the film's own size.

    Parameters
    ----------
    path
        Where to write; the ending is ``.png``.
    labels
        Values of `Structure`. They are written as they are, 0 to 3, and so look black.
    """
    from PIL import Image

    Image.fromarray(labels).save(path)


def write_mask_png(path: Path, mask: Mask) -> None:
    """Write one mask as a picture of the film's own size, 0 and 255.

    Parameters
    ----------
    path
        Where to write; the ending is ``.png``.
    mask
        (rows, columns), bool.
    """
    from PIL import Image

    Image.fromarray(mask.astype(np.uint8) * 255).save(path)


def write_labels_nrrd(path: Path, labels: Labels, *, spacing: PixelSpacing) -> None:
    """Write masks as an NRRD file of one slice, compressed by gzip.

    Parameters
    ----------
    path
        Where to write; the ending is ``.nrrd``.
    labels
        Values of `Structure`, (rows, columns).
    spacing
        Of the film; `place_like_film` says what becomes of it.
    """
    import SimpleITK

    rows, columns = labels.shape
    image = SimpleITK.GetImageFromArray(labels[None])
    place_like_film(image, spacing, film_shape=(rows, columns), image_shape=(rows, columns))
    SimpleITK.WriteImage(image, str(path), useCompression=True)


def read_labels(path: Path, shape: tuple[int, int]) -> Labels:
    """Read masks that somebody corrected.

    Parameters
    ----------
    path
        A PNG with gray values or palette indices, a segmentation of 3D Slicer
        (``.seg.nrrd``), or another image of one slice that SimpleITK reads. Rows and columns
        are taken in the order of the file, whatever its geometry says.
    shape
        Rows and columns of the film.

    Returns
    -------
    ndarray
        Values of `Structure`, (rows, columns), uint8.

    Raises
    ------
    MaskMismatchError
        If the file is no mask, or none of this film.
    """
    try:
        found = _read_picture(path) if path.suffix.lower() == ".png" else _read_volume(path, shape)
    except MaskMismatchError:
        raise
    except (OSError, RuntimeError, ValueError, IndexError) as error:
        raise MaskMismatchError(
            f"{path.name}: the file cannot be read as a mask. Give a mask as labels.png, "
            "labels.nrrd or a segmentation saved by 3D Slicer (.seg.nrrd)."
        ) from error
    if found.shape != shape:
        raise MaskMismatchError(
            f"{path.name}: the mask has {_size(found.shape)} pixels, the film {_size(shape)}. "
            "Give the mask that was drawn on this film, as one gray image of the film's size."
        )
    values = np.unique(found)
    if not np.isin(values, list(Structure)).all():
        raise MaskMismatchError(
            f"{path.name}: the mask holds the value {values[~np.isin(values, list(Structure))][0]}"
            f", but the values of masks are {_VALUES}. Export it with these values and without "
            "smoothing."
        )
    return found.astype(np.uint8)


def _read_picture(path: Path) -> NDArray[Any]:
    from PIL import Image

    with Image.open(path) as picture:
        return np.asarray(picture)


def _read_volume(path: Path, shape: tuple[int, int]) -> NDArray[Any]:
    import SimpleITK

    image = SimpleITK.ReadImage(str(path))
    header = {key: image.GetMetaData(key) for key in image.GetMetaDataKeys()}
    array: NDArray[Any] = SimpleITK.GetArrayFromImage(image)
    if image.GetDimension() == 3 and len(array) == 1:
        array = array[0]
    if any(SEGMENT_NAME_KEY.fullmatch(key) for key in header):
        return labels_of_segments(array, header, shape=shape, file_name=path.name)
    return array


def _size(shape: tuple[int, ...]) -> str:
    """Write a size as people do: columns before rows."""
    return " x ".join(str(side) for side in (*shape[1::-1], *shape[2:]))
