"""Comparison of complete results."""

from __future__ import annotations

import dataclasses

import numpy as np

from CXRTriageLib.domain.triage import TriageResult


def assert_identical(first: TriageResult, second: TriageResult) -> None:
    """Fail unless two results agree in every value and every pixel."""
    arrays = {"segmentation", "classification", "saliency"}
    for field in dataclasses.fields(TriageResult):
        if field.name not in arrays:
            assert getattr(first, field.name) == getattr(second, field.name), field.name
    assert np.array_equal(first.segmentation.labels, second.segmentation.labels)
    assert (first.classification is None) == (second.classification is None)
    if first.classification is None or second.classification is None:
        return
    assert first.classification.votes == second.classification.votes
    for name in ("centers", "boxes", "probabilities", "class_maps"):
        pair = (getattr(item.classification.evidence, name) for item in (first, second))
        assert np.array_equal(*pair), name
    assert first.saliency is not None
    assert second.saliency is not None
    assert np.array_equal(first.saliency.values, second.saliency.values)
