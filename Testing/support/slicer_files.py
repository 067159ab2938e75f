"""Segmentation files as 3D Slicer writes them, byte by byte, with no library in between."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

TERMINOLOGY = (
    "Segmentation.Status:inprogress|TerminologyEntry:Segmentation category and type - "
    "3D Slicer General Anatomy list~SCT^123037004^Anatomical Structure~{kind}~{side}~"
    "Anatomic codes - DICOM master list~^^~^^|"
)
LUNG, HEART = "SCT^39607008^Lung", "SCT^80891009^Heart"
LEFT, RIGHT, NO_SIDE = "SCT^7771000^Left", "SCT^24028007^Right", "^^"


def terminology(kind: str, side: str) -> str:
    """Return the tags that the Segment Editor gives a segment with this terminology."""
    return TERMINOLOGY.format(kind=kind, side=side)


def segment_header(
    segments: Sequence[dict[str, str]],
    *,
    offset: tuple[int, int] = (0, 0),
    reference_shape: tuple[int, int] | None = None,
) -> list[str]:
    """Return header lines; `offset` and `reference_shape` are rows, then columns."""
    lines = [
        f"Segment{index}_{key}:={text}"
        for index, segment in enumerate(segments)
        for key, text in segment.items()
    ]
    parameters = "Collapse labelmaps|1|Merge the labelmaps.&Decimation factor|0.0|None.&"
    if reference_shape is not None:
        extent = f"0;{reference_shape[1] - 1};0;{reference_shape[0] - 1};0;0;"
        matrix = "-0.35;0;0;0;0;-0.35;0;0;0;0;1;0;0;0;0;1;"
        parameters += f"Reference image geometry|{matrix}{extent}|Image geometry description.&"
    return [
        *lines,
        "Segmentation_ContainedRepresentationNames:=Binary labelmap|",
        f"Segmentation_ConversionParameters:={parameters}Smoothing factor|0.5|Some.&",
        "Segmentation_MasterRepresentation:=Binary labelmap",
        f"Segmentation_ReferenceImageExtentOffset:={offset[1]} {offset[0]} 0",
    ]


def write_segmentation(path: Path, layers: Sequence[np.ndarray], header: Sequence[str]) -> None:
    """Write layers of one slice, each (rows, columns), uint8, with the header lines given."""
    rows, columns = layers[0].shape
    many = len(layers) > 1
    lines = [
        "NRRD0004",
        "# Complete NRRD file format specification at:",
        "# http://teem.sourceforge.net/nrrd/format.html",
        "type: unsigned char",
        f"dimension: {4 if many else 3}",
        "space: left-posterior-superior",
        f"sizes: {f'{len(layers)} ' if many else ''}{columns} {rows} 1",
        f"space directions: {'none ' if many else ''}(0.35,0,0) (0,0.35,0) (0,0,1)",
        f"kinds: {'list ' if many else ''}domain domain domain",
        "encoding: raw",
        "space origin: (0,0,0)",
        *header,
    ]
    data = np.stack(layers, axis=-1).astype(np.uint8)
    path.write_bytes("\n".join(lines).encode() + b"\n\n" + data.tobytes())
