"""Networks whose answer has a closed form, behind the interface of the real ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.networks.weights import Approach, ModelManifest, Task
from CXRTriageLib.pipeline.triage import TriagePipeline
from CXRTriageLib.training.model_facts import model_classes
from support.results import CLASS_NAMES, MODELS

Images = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class ClosedFormEngine:
    """Answers with a function of the images, and keeps what it was shown.

    Attributes
    ----------
    answer
        From images to outputs.
    shown
        Batches in the order in which they came.
    """

    answer: Callable[[Images], tuple[NDArray[np.float32], ...]]
    shown: list[Images] = field(default_factory=list)
    description: str = "closed form"

    def infer(self, images: Images) -> tuple[NDArray[np.float32], ...]:
        """Return what the function says."""
        self.shown.append(images.copy())
        return self.answer(images)


def logits_of_labels(labels: NDArray[np.uint8], *, certainty: float = 8.0) -> NDArray[np.float32]:
    """Return logits that a softmax turns into these labels, (1, 4, rows, columns)."""
    one_hot = labels == np.arange(4)[:, np.newaxis, np.newaxis]
    return certainty * one_hot[np.newaxis].astype(np.float32)


def manifest_of(task: Task, approach: Approach | None = None) -> ModelManifest:
    """Return the manifest of a network that has no weights."""
    is_segmentation = task is Task.SEGMENTATION
    names = [item.name.lower() for item in Structure] if is_segmentation else CLASS_NAMES
    return ModelManifest(
        identity=MODELS[0 if is_segmentation else 1],
        task=task,
        architecture="fc_densenet103" if is_segmentation else "resnet18",
        classes=model_classes(names),
        approach=None if is_segmentation else approach or Approach.LOCAL,
        weights=Path("weights.onnx"),
        results={},
        side_px=256 if is_segmentation else 224,
    )


def closed_form_pipeline(
    labels: NDArray[np.uint8], classify: Callable[[Images], NDArray[np.float32]]
) -> TriagePipeline:
    """Return a pipeline that finds these labels, and these class maps of patches.

    Parameters
    ----------
    labels
        At the network's size, (256, 256). The whole lungs are lungs and heart.
    classify
        From patches (n, 1, 224, 224) to class maps (n, 4, h, w); their means are the logits.
    """

    def answer(patches: Images) -> tuple[NDArray[np.float32], ...]:
        maps = classify(patches).astype(np.float32)
        return maps.mean(axis=(2, 3)), maps

    whole_lungs = np.where(labels > 0, 5, -5)[np.newaxis, np.newaxis].astype(np.float32)
    logits = np.concatenate([logits_of_labels(labels), whole_lungs], axis=1)
    return TriagePipeline.from_engines(
        (manifest_of(Task.SEGMENTATION), manifest_of(Task.CLASSIFICATION)),
        (ClosedFormEngine(answer=lambda _: (logits,)), ClosedFormEngine(answer=answer)),
    )
