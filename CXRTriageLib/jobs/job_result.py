"""What a job has found, as a file that reports and model cards draw from."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.domain.provenance import ModelIdentity
from CXRTriageLib.errors import ManifestError
from CXRTriageLib.evaluation.network_results import ClassArea, ClassificationScores
from CXRTriageLib.evaluation.segmentation_results import SegmentationRow


@dataclass(frozen=True, kw_only=True)
class JobResult:
    """The result of one job; it names neither films nor patients.

    Attributes
    ----------
    job, purpose
        Which job, and why.
    software_version
        Of the software that measured.
    models
        Networks that were measured.
    films
        How many were scored.
    class_names
        Order of the classes; empty for masks.
    segmentation
        Agreement of masks with label images, by source.
    classification
        Scores of the vote and, where it was asked for, of the regression on biomarkers.
    roc_areas
        Of each class against all others.
    """

    job: str
    purpose: str
    software_version: str
    models: tuple[ModelIdentity, ...]
    films: int
    class_names: tuple[str, ...] = ()
    segmentation: tuple[SegmentationRow, ...] = ()
    classification: tuple[ClassificationScores, ...] = ()
    roc_areas: tuple[ClassArea, ...] = ()

    def write(self, path: Path) -> None:
        """Write the result, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        text = json.dumps(dataclasses.asdict(self), indent=2) + "\n"
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)


def read_result(path: Path) -> JobResult | None:
    """Read the result of a job.

    Parameters
    ----------
    path
        From `result_path`.

    Returns
    -------
    JobResult or None
        None where the job is not done.

    Raises
    ------
    ManifestError
        If the file is no such result.
    """
    if not path.is_file():
        return None
    try:
        return _result_of(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError) as error:
        raise ManifestError(
            f"{path.name}: this result of a job cannot be read ({error}). Delete the file and "
            "work through the job again; its training is kept."
        ) from error


def _result_of(document: dict[str, Any]) -> JobResult:
    return JobResult(
        **document
        | {
            "models": tuple(ModelIdentity(**item) for item in document["models"]),
            "class_names": tuple(document["class_names"]),
            "segmentation": tuple(
                SegmentationRow(**item | {"mean": Estimate(**item["mean"])})
                for item in document["segmentation"]
            ),
            "classification": tuple(_scores_of(item) for item in document["classification"]),
            "roc_areas": tuple(
                ClassArea(class_name=item["class_name"], area=Estimate(**item["area"]))
                for item in document["roc_areas"]
            ),
        }
    )


def _scores_of(item: dict[str, Any]) -> ClassificationScores:
    return ClassificationScores(
        classifier=item["classifier"],
        accuracy=Estimate(**item["accuracy"]),
        macro_f1=Estimate(**item["macro_f1"]),
        balanced_accuracy=Estimate(**item["balanced_accuracy"]),
        confusion=tuple(tuple(row) for row in item["confusion"]),
    )
