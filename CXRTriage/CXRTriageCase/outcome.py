"""What the worker leaves in its folder, as the library's values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from CXRTriageLib.domain.biomarker import Biomarker, Caliper, Measurement
from CXRTriageLib.domain.patches import PatchEvidence
from CXRTriageLib.domain.saliency import SaliencyMap
from CXRTriageLib.domain.segmentation import ChestSegmentation, MaskSource

ARRAYS_FILE = "arrays.npz"


@dataclass(frozen=True, kw_only=True, eq=False)
class RunOutcome:
    """A finished run.

    Attributes
    ----------
    document
        The content of ``result.json``.
    masks
        All numbers come from them.
    measured
        Biomarkers and the lines they were measured along.
    saliency, evidence
        None where the film has no class.
    """

    document: Mapping[str, Any]
    masks: ChestSegmentation
    measured: Measurement
    saliency: SaliencyMap | None
    evidence: PatchEvidence | None

    @classmethod
    def read(cls, document: Mapping[str, Any], folder: Path) -> RunOutcome:
        """Return what a run found.

        Parameters
        ----------
        document
            From the worker's message.
        folder
            Where the worker wrote its arrays.
        """
        with np.load(folder / ARRAYS_FILE, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        return cls(
            document=document,
            masks=ChestSegmentation(
                labels=arrays["labels"], source=MaskSource(document["masks"]["source"])
            ),
            measured=_measured(document),
            saliency=_saliency(document, arrays),
            evidence=_evidence(document, arrays),
        )


def _measured(document: Mapping[str, Any]) -> Measurement:
    return Measurement(
        biomarkers=tuple(
            Biomarker(
                name=name,
                label=item["label"],
                unit=item["unit"],
                value=item["value"],
                reason=item["reason"] or "",
            )
            for name, item in document["biomarkers"].items()
        ),
        calipers=tuple(
            Caliper(name=name, start=_point(item["start_px"]), end=_point(item["end_px"]))
            for name, item in document["calipers"].items()
        ),
    )


def _point(pair: list[float]) -> tuple[float, float]:
    row, column = pair
    return row, column


def _saliency(
    document: Mapping[str, Any], arrays: Mapping[str, np.ndarray[Any, Any]]
) -> SaliencyMap | None:
    if "saliency" not in arrays:
        return None
    names = tuple(document["saliency"]["classes"])
    return SaliencyMap(class_names=names, values=arrays["saliency"])


def _evidence(
    document: Mapping[str, Any], arrays: Mapping[str, np.ndarray[Any, Any]]
) -> PatchEvidence | None:
    if "probabilities" not in arrays:
        return None
    found = document["classification"]
    return PatchEvidence(
        class_names=tuple(found["classes"]),
        working_shape=(found["working_rows_px"], found["working_columns_px"]),
        centers=arrays["centers"],
        boxes=arrays["boxes"],
        probabilities=arrays["probabilities"],
        class_maps=arrays["class_maps"],
    )
