"""What 3D Slicer writes into the header of a segmentation file (``.seg.nrrd``)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.arrays import Labels
from CXRTriageLib.errors import MaskMismatchError

SEGMENT_NAME_KEY = re.compile(r"Segment(\d+)_Name")

_OFFSET_KEY = "Segmentation_ReferenceImageExtentOffset"
_CONVERSION_KEY = "Segmentation_ConversionParameters"
_REFERENCE_EXTENT = re.compile(r"Reference image geometry\|[^|]*?((?:-?\d+;){6})\|")
_CODE = re.compile(r"\^(\d+)\^")

_SNOMED_CODES = (
    ({"80891009"}, Structure.HEART),
    ({"39607008", "7771000"}, Structure.LEFT_LUNG),
    ({"44029006"}, Structure.LEFT_LUNG),
    ({"39607008", "24028007"}, Structure.RIGHT_LUNG),
    ({"3341006"}, Structure.RIGHT_LUNG),
)
"""Heart; lung with left; left lung; lung with right; right lung (SNOMED CT)."""


@dataclass(frozen=True, kw_only=True)
class _Segment:
    name: str
    terminology: str
    label_value: int
    layer: int

    @property
    def structure(self) -> Structure | None:
        return structure_of_segment(self.name, self.terminology)


def structure_of_segment(name: str, terminology: str) -> Structure | None:
    """Return what a segment is: by its name, which people see, else by its terminology.

    Parameters
    ----------
    name
        Of the segment.
    terminology
        Its codes, as 3D Slicer writes them.
    """
    name = name.lower()
    if "lung" in name and ("left" in name) != ("right" in name):
        return Structure.LEFT_LUNG if "left" in name else Structure.RIGHT_LUNG
    if "heart" in name:
        return Structure.HEART
    codes = set(_CODE.findall(terminology))
    return next((item for wanted, item in _SNOMED_CODES if wanted <= codes), None)


def labels_of_segments(
    array: NDArray[Any],
    header: Mapping[str, str],
    *,
    shape: tuple[int, int],
    file_name: str,
) -> Labels:
    """Return the label values of a segmentation that 3D Slicer wrote.

    Parameters
    ----------
    array
        The slice of the file, (rows, columns) or (rows, columns, layers). 3D Slicer writes
        only the box around all segments, if it is asked to.
    header
        Keys and values of the file.
    shape
        Rows and columns of the film.
    file_name
        For messages.

    Returns
    -------
    ndarray
        Values of `Structure`, uint8, of the size of the film. Where segments overlap the heart
        wins, as in the training labels.

    Raises
    ------
    MaskMismatchError
        If a segment is neither heart nor left nor right lung, or the segmentation was drawn
        on a film of another size.
    """
    layers = array if array.ndim == 3 else array[..., None]
    labels = np.zeros(layers.shape[:2], np.uint8)
    segments = [(segment.structure, segment) for segment in _segments(header)]
    for structure, segment in sorted(segments, key=lambda item: -(item[0] or 0)):
        mask = layers[..., segment.layer] == segment.label_value
        if structure is not None:
            labels[mask] = structure
        elif mask.any():
            raise MaskMismatchError(
                f"{file_name}: the segment '{segment.name}' is none of heart, left lung and "
                "right lung. Rename it or delete it in 3D Slicer and save again."
            )
    return _placed(labels, header, shape=shape, file_name=file_name)


def _segments(header: Mapping[str, str]) -> Iterator[_Segment]:
    for key in header:
        found = SEGMENT_NAME_KEY.fullmatch(key)
        if found is not None:
            start = f"Segment{found.group(1)}_"
            # Before 3D Slicer 4.11 each segment had a layer of its own with the value 1.
            yield _Segment(
                name=header[key],
                terminology=header.get(f"{start}Tags", ""),
                label_value=int(header.get(f"{start}LabelValue", "1")),
                layer=int(header.get(f"{start}Layer", found.group(1))),
            )


def _placed(
    labels: Labels, header: Mapping[str, str], *, shape: tuple[int, int], file_name: str
) -> Labels:
    column, row = (int(text) for text in header.get(_OFFSET_KEY, "0 0 0").split()[:2])
    rows, columns = labels.shape
    drawn_on = _reference_shape(header) or (shape if _OFFSET_KEY in header else labels.shape)
    inside = 0 <= row <= shape[0] - rows and 0 <= column <= shape[1] - columns
    if drawn_on != shape or not inside:
        raise MaskMismatchError(
            f"{file_name}: the segmentation was drawn on an image of {drawn_on[1]} x "
            f"{drawn_on[0]} pixels, the film has {shape[1]} x {shape[0]}. "
            "Give the segmentation of this film."
        )
    placed = np.zeros(shape, np.uint8)
    placed[row : row + rows, column : column + columns] = labels
    return placed


def _reference_shape(header: Mapping[str, str]) -> tuple[int, int] | None:
    found = _REFERENCE_EXTENT.search(header.get(_CONVERSION_KEY, ""))
    if found is None:
        return None
    extent = [int(text) for text in found.group(1).split(";")[:-1]]
    return extent[3] - extent[2] + 1, extent[1] - extent[0] + 1
