"""Results of jobs that were made up."""

from __future__ import annotations

import numpy as np

from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.domain.provenance import ModelIdentity
from CXRTriageLib.evaluation.network_results import ClassArea, ClassificationScores
from CXRTriageLib.evaluation.segmentation_results import SegmentationRow
from CXRTriageLib.jobs.job_result import JobResult

Confusion = tuple[tuple[int, ...], ...]


def job_result(name: str, *, confusion: Confusion = ()) -> JobResult:
    """Return a result with masks, and with a vote and a regression of this confusion."""
    names = ("normal", "tuberculosis", "viral", "bacterial")[: len(confusion)]
    scores = [_scores(classifier, confusion) for classifier in ("vote", "biomarkers")]
    return JobResult(
        job=name,
        purpose="made up",
        software_version="1",
        models=(ModelIdentity(name="made-up", version="1", sha256="0" * 64),),
        films=int(np.sum(confusion)),
        class_names=names,
        segmentation=(
            SegmentationRow(dataset="montgomery", measure="lungs", mean=_estimate(0.94), sd=0.02),
        ),
        classification=tuple(scores) if confusion else (),
        roc_areas=tuple(ClassArea(class_name=item, area=_estimate(0.9)) for item in names),
    )


def _scores(classifier: str, confusion: Confusion) -> ClassificationScores:
    share = float(np.trace(np.array(confusion)) / np.sum(confusion)) if confusion else 0.0
    return ClassificationScores(
        classifier=classifier,
        accuracy=_estimate(share),
        macro_f1=_estimate(share),
        balanced_accuracy=_estimate(share),
        confusion=confusion,
    )


def _estimate(value: float) -> Estimate:
    return Estimate(value=value, low=value - 0.01, high=value + 0.01, films=7, patients=6)
