"""Complete triage results and films made of simple shapes, for tests of what comes after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.biomarker import Biomarker, Caliper
from CXRTriageLib.domain.film_warning import FilmWarning, WarningCode
from CXRTriageLib.domain.patches import PatchEvidence, PatchVotes
from CXRTriageLib.domain.provenance import ModelIdentity, Provenance
from CXRTriageLib.domain.radiograph import FilmFacts, Radiograph, ViewPosition
from CXRTriageLib.domain.saliency import SaliencyMap
from CXRTriageLib.domain.segmentation import ChestSegmentation, MaskSource
from CXRTriageLib.domain.settings import Mode, TriageSettings
from CXRTriageLib.domain.spacing import PixelSpacing, SpacingSource
from CXRTriageLib.domain.triage import (
    Classification,
    Recommendation,
    TriageAction,
    TriageResult,
)

CLASS_NAMES = ("normal", "bacterial", "tuberculosis", "viral")
CLASS_LABELS = ("Normal", "Bacterial pneumonia", "Tuberculosis", "Viral pneumonia")
MODELS = (
    ModelIdentity(name="segmentation", version="1.0", sha256="a" * 64),
    ModelIdentity(name="classification", version="1.0", sha256="b" * 64),
)
DETECTOR_SPACING = PixelSpacing.from_mm(0.5, 0.4, SpacingSource.DETECTOR)
NO_LUNGS = FilmWarning(
    code=WarningCode.LUNGS_MISSING,
    message="No lungs were found, so the film gets no class.",
    blocks_classification=True,
)


def chest_labels(shape: tuple[int, int] = (400, 320)) -> np.ndarray:
    """Return labels of two ellipses and a disk, the left lung smaller than the right."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    down, right = (rows + 0.5) / shape[0], (columns + 0.5) / shape[1]
    labels = np.zeros(shape, np.uint8)
    labels[((right - 0.28) / 0.18) ** 2 + ((down - 0.48) / 0.36) ** 2 < 1] = Structure.RIGHT_LUNG
    labels[((right - 0.73) / 0.15) ** 2 + ((down - 0.46) / 0.33) ** 2 < 1] = Structure.LEFT_LUNG
    labels[((right - 0.56) / 0.15) ** 2 + ((down - 0.64) / 0.13) ** 2 < 1] = Structure.HEART
    return labels


def chest_film(
    shape: tuple[int, int] = (400, 320),
    *,
    spacing: PixelSpacing = DETECTOR_SPACING,
    file_name: str = "film.dcm",
) -> Radiograph:
    """Return a film whose lungs are dark, with a 12-bit ramp over it."""
    labels = chest_labels(shape)
    tissue = np.array([1800, 2600, 700, 700])[labels]
    ramp = np.linspace(0, 400, shape[0])[:, np.newaxis]
    return Radiograph(
        pixels=(tissue + ramp).astype(np.uint16),
        level_values=np.arange(4096, dtype=np.float64),
        display_table=(np.arange(4096) / 16).astype(np.uint8),
        facts=FilmFacts(
            file_name=file_name,
            file_format="DICOM",
            modality="CR",
            view=ViewPosition.PA,
            age_years=54.0,
            sex="F",
            body_part="CHEST",
            sop_instance_uid="1.2.826.0.1.3680043.10.999.1",
        ),
        spacing=spacing,
    )


def patch_evidence(working_shape: tuple[int, int], counts: tuple[int, ...]) -> PatchEvidence:
    """Return patches of which `counts` vote for each class, on a diagonal of the image."""
    winners = np.repeat(np.arange(len(counts)), counts)
    centers = np.stack(
        [np.linspace(20, side - 21, len(winners)).astype(np.int64) for side in working_shape],
        axis=1,
    )
    probabilities = np.full((len(winners), len(counts)), 0.1, np.float32)
    probabilities[np.arange(len(winners)), winners] = 1 - 0.1 * (len(counts) - 1)
    return PatchEvidence(
        class_names=CLASS_NAMES,
        working_shape=working_shape,
        centers=centers,
        boxes=np.concatenate([centers - 20, centers + 21], axis=1),
        probabilities=probabilities,
        class_maps=np.zeros((len(winners), len(counts), 7, 7), np.float32),
    )


def classification(
    working_shape: tuple[int, int] = (200, 160), counts: tuple[int, ...] = (3, 1, 0, 6)
) -> Classification:
    """Return a vote with the given counts."""
    evidence = patch_evidence(working_shape, counts)
    mean = evidence.probabilities.mean(axis=0, dtype=np.float64)
    return Classification(
        evidence=evidence,
        votes=PatchVotes(
            class_names=CLASS_NAMES,
            counts=counts,
            mean_probabilities=tuple(mean.tolist()),
            entropy_bits=float(-(mean * np.log2(mean)).sum()),
            winner=int(np.argmax(counts)),
            tied=tuple(np.flatnonzero(np.array(counts) == max(counts)).tolist()),
        ),
        class_labels=CLASS_LABELS,
    )


def saliency(labels: np.ndarray, working_shape: tuple[int, int] = (200, 160)) -> SaliencyMap:
    """Return maps that peak at another height in each class, zero outside the lungs."""
    rows, columns = (np.linspace(0, 1, side) for side in working_shape)
    picked = labels[
        (rows * (labels.shape[0] - 1)).astype(int)[:, np.newaxis],
        (columns * (labels.shape[1] - 1)).astype(int),
    ]
    maps = [
        np.exp(-(((rows[:, np.newaxis] - peak) / 0.12) ** 2))
        * np.exp(-(((columns - 0.3) / 0.2) ** 2))
        for peak in (0.2, 0.4, 0.6, 0.75)
    ]
    values = np.stack(maps) * (picked >= Structure.LEFT_LUNG)
    return SaliencyMap(class_names=CLASS_NAMES, values=values.astype(np.float32))


def calipers(shape: tuple[int, int]) -> tuple[Caliper, ...]:
    """Return the lines that belong to `chest_labels` of that shape."""
    rows, columns = shape
    return (
        Caliper(
            name="heart_diameter",
            start=(0.64 * rows, 0.41 * columns - 0.5),
            end=(0.64 * rows, 0.71 * columns - 0.5),
        ),
        Caliper(
            name="thoracic_diameter",
            start=(0.47 * rows, 0.1 * columns - 0.5),
            end=(0.47 * rows, 0.88 * columns - 0.5),
        ),
        Caliper(
            name="midline",
            start=(0.13 * rows, 0.52 * columns - 0.5),
            end=(0.79 * rows, 0.52 * columns - 0.5),
        ),
    )


BIOMARKERS = (
    Biomarker(name="cardiothoracic_ratio", label="Cardiothoracic ratio", unit="1", value=0.3846154),
    Biomarker(name="mean_lung_intensity", label="Mean lung intensity", unit="1", value=1 / 3),
    Biomarker(
        name="left_lung_area_cm2",
        label="Left lung area",
        unit="cm2",
        value=None,
        reason="The pixel spacing is unknown.",
    ),
)


@dataclass(frozen=True, kw_only=True)
class StandInPipeline:
    """Answers with a made-up result, with the interface of the real pipeline."""

    models: tuple[ModelIdentity, ...] = MODELS
    before: Callable[[Radiograph], None] = lambda _: None

    def run(
        self,
        radiograph: Radiograph,
        *,
        settings: TriageSettings | None = None,
        corrected: ChestSegmentation | None = None,
        progress: Callable[[str, float], None] | None = None,
    ) -> TriageResult:
        """Return a result that fits the film."""
        self.before(radiograph)
        if progress is not None:
            progress("Finding lungs and heart", 0.5)
        return triage_result(radiograph, settings=settings, corrected=corrected)


def triage_result(
    radiograph: Radiograph | None = None,
    *,
    classified: bool = True,
    settings: TriageSettings | None = None,
    corrected: ChestSegmentation | None = None,
    warnings: tuple[FilmWarning, ...] = (),
) -> TriageResult:
    """Return a result in which every field is filled."""
    film = radiograph or chest_film()
    labels = chest_labels(film.shape)
    network = ChestSegmentation(labels=labels, source=MaskSource.NETWORK, whole_lungs=labels > 0)
    vote = classification() if classified else None
    return TriageResult(
        facts=film.facts,
        shape=film.shape,
        spacing=film.spacing,
        segmentation=corrected or network,
        biomarkers=BIOMARKERS,
        calipers=calipers(film.shape),
        classification=vote,
        saliency=saliency(labels) if classified else None,
        recommendation=recommendation(vote),
        warnings=warnings if classified else (*warnings, NO_LUNGS),
        provenance=Provenance(
            software_version="0.1.0",
            settings=settings or TriageSettings.for_mode(Mode.DEFAULT, seed=7),
            models=MODELS,
            engine="stand-in",
            pixel_sha256="c" * 64,
        ),
    )


def recommendation(vote: Classification | None) -> Recommendation:
    """Return the branch of the workflow that a vote leads to."""
    if vote is None:
        return Recommendation(
            action=TriageAction.NOT_CLASSIFIED,
            text="Read the film without the software.",
            reason=NO_LUNGS.message,
        )
    return Recommendation(
        action=TriageAction.CONFIRM_VIRAL,
        text="Confirm by RT-PCR or CT.",
        reason="6 of 10 patches voted for viral pneumonia.",
    )
