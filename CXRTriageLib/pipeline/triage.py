"""One radiograph in, one triage result out."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from CXRTriageLib.biomarkers.measurement import measure_biomarkers
from CXRTriageLib.classification.classifier import PatchClassifier
from CXRTriageLib.classification.content_seed import pixel_sha256, seed_from_hash
from CXRTriageLib.classification.voting import count_votes
from CXRTriageLib.domain.provenance import ModelIdentity, Provenance
from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageLib.domain.saliency import SaliencyMap
from CXRTriageLib.domain.segmentation import ChestSegmentation
from CXRTriageLib.domain.settings import Mode, TriageSettings
from CXRTriageLib.domain.triage import Classification, TriageResult
from CXRTriageLib.eligibility.assessment import assess_eligibility
from CXRTriageLib.errors import MaskMismatchError
from CXRTriageLib.networks.device import Arithmetic, Device
from CXRTriageLib.networks.engine import Engine, load_engine
from CXRTriageLib.networks.weights import ModelManifest, Task, read_manifest
from CXRTriageLib.pipeline.recommendation import recommend, tie_warnings
from CXRTriageLib.preprocessing.working_film import PreprocessedFilm
from CXRTriageLib.saliency.projection import project_class_maps
from CXRTriageLib.segmentation.segmenter import ChestSegmenter
from CXRTriageLib.version import __version__

ProgressCallback = Callable[[str, float], None]
"""Called with the stage that begins and the share of the work that is done, 0 to 1."""


def _no_progress(_stage: str, _share: float) -> None:
    pass


class TriagePipeline:
    """Both networks, loaded once, and the way from a film to its result.

    Parameters
    ----------
    segmenter, classifier
        The loaded networks.
    manifests
        Of the segmentation and the classification network.
    engine
        Inference engine and arithmetic, for provenance.
    """

    def __init__(
        self,
        segmenter: ChestSegmenter,
        classifier: PatchClassifier,
        manifests: tuple[ModelManifest, ModelManifest],
        *,
        engine: str,
    ) -> None:
        self._segmenter, self._classifier = segmenter, classifier
        self._manifests = manifests
        self._engine = engine

    @classmethod
    def load(
        cls,
        models: Path | None = None,
        *,
        device: Device = Device.AUTO,
        arithmetic: Arithmetic = Arithmetic.AUTO,
        threads: int = 0,
    ) -> TriagePipeline:
        """Load both networks.

        Parameters
        ----------
        models
            Folder of networks; the shipped ones by default.
        device, arithmetic, threads
            See `CXRTriageLib.networks.engine.load_engine`.

        Returns
        -------
        TriagePipeline
            Ready to run.

        Raises
        ------
        ModelError
            If a network is missing, changed or does not fit.
        """
        manifests = (
            read_manifest(Task.SEGMENTATION, models),
            read_manifest(Task.CLASSIFICATION, models),
        )
        segmenting, classifying = (
            load_engine(manifest, device=device, arithmetic=arithmetic, threads=threads)
            for manifest in manifests
        )
        return cls.from_engines(manifests, (segmenting, classifying))

    @classmethod
    def from_engines(
        cls, manifests: tuple[ModelManifest, ModelManifest], engines: tuple[Engine, Engine]
    ) -> TriagePipeline:
        """Put loaded networks together.

        Parameters
        ----------
        manifests
            Of the segmentation and the classification network.
        engines
            The same networks, loaded.

        Returns
        -------
        TriagePipeline
            Ready to run.
        """
        return cls(
            ChestSegmenter(engines[0], side_px=manifests[0].side_px),
            PatchClassifier(engines[1], manifests[1]),
            manifests,
            engine=engines[1].description,
        )

    @property
    def models(self) -> tuple[ModelIdentity, ...]:
        """Identities of both networks."""
        return tuple(manifest.identity for manifest in self._manifests)

    @property
    def engine(self) -> str:
        """Inference engine and arithmetic."""
        return self._engine

    @property
    def classifier(self) -> PatchClassifier:
        """The classification network and its patches."""
        return self._classifier

    def segment(self, film: PreprocessedFilm, settings: TriageSettings) -> ChestSegmentation:
        """Return the network's masks of a preprocessed film."""
        return self._segmenter.segment(film, settings.mask_method)

    def run(
        self,
        radiograph: Radiograph,
        *,
        settings: TriageSettings | None = None,
        corrected: ChestSegmentation | None = None,
        progress: ProgressCallback | None = None,
    ) -> TriageResult:
        """Triage one radiograph.

        Parameters
        ----------
        radiograph
            The film.
        settings
            Choices of the method; those of the default mode by default.
        corrected
            Masks that replace the network's.
        progress
            Told of each stage.

        Returns
        -------
        TriageResult
            Masks, biomarkers, vote, saliency, recommendation and warnings.

        Raises
        ------
        MaskMismatchError
            If the corrected masks have another size than the film.
        """
        report = progress or _no_progress
        settings = settings or TriageSettings.for_mode(Mode.DEFAULT)
        fingerprint = pixel_sha256(radiograph.pixels)
        if settings.seed is None:
            settings = dataclasses.replace(settings, seed=seed_from_hash(fingerprint))
        report("preprocessing", 0.0)
        film = PreprocessedFilm.of(radiograph)
        report("segmentation", 0.1)
        segmentation = corrected or self.segment(film, settings)
        _check_size(radiograph, segmentation)
        report("biomarkers", 0.4)
        measured = measure_biomarkers(radiograph, segmentation, film.table)
        report("eligibility", 0.45)
        warnings = radiograph.warnings + assess_eligibility(radiograph, segmentation)
        report("classification", 0.5)
        classification, saliency = None, None
        if not any(item.blocks_classification for item in warnings):
            classification, saliency = self._classify(film, segmentation, settings, report)
            warnings += tie_warnings(classification)
        report("finished", 1.0)
        return TriageResult(
            facts=radiograph.facts,
            shape=radiograph.shape,
            spacing=radiograph.spacing,
            segmentation=segmentation,
            biomarkers=measured.biomarkers,
            calipers=measured.calipers,
            classification=classification,
            saliency=saliency,
            recommendation=recommend(
                classification.votes if classification else None,
                self._manifests[1].classes,
                warnings,
            ),
            warnings=warnings,
            provenance=self._provenance(settings, fingerprint),
        )

    def _provenance(self, settings: TriageSettings, pixel_hash: str) -> Provenance:
        return Provenance(
            software_version=__version__,
            settings=settings,
            models=self.models,
            engine=self._engine,
            pixel_sha256=pixel_hash,
        )

    def _classify(
        self,
        film: PreprocessedFilm,
        segmentation: ChestSegmentation,
        settings: TriageSettings,
        report: ProgressCallback,
    ) -> tuple[Classification, SaliencyMap]:
        masked, lung_fields = film.masked(segmentation.labels, settings.working_size)
        evidence = self._classifier.examine(masked, lung_fields, settings, seed=settings.seed or 0)
        votes = count_votes(evidence, settings.tie_rule)
        report("saliency", 0.9)
        saliency = project_class_maps(evidence, lung_fields, settings.saliency_method)
        labels = tuple(item.label for item in self._manifests[1].classes)
        found = Classification(evidence=evidence, votes=votes, class_labels=labels)
        return found, saliency


def _check_size(radiograph: Radiograph, segmentation: ChestSegmentation) -> None:
    if segmentation.labels.shape != radiograph.shape:
        rows, columns = radiograph.shape
        mask_rows, mask_columns = segmentation.labels.shape
        raise MaskMismatchError(
            f"{radiograph.facts.file_name}: the mask has {mask_columns} x {mask_rows} pixels, "
            f"the film {columns} x {rows}. Give the mask that was drawn on this film."
        )


@lru_cache(maxsize=1)
def shipped_pipeline() -> TriagePipeline:
    """Return the shipped networks, loaded at the first call.

    Returns
    -------
    TriagePipeline
        The same one at every call of a process.
    """
    return TriagePipeline.load()


def triage_radiograph(
    radiograph: Radiograph,
    *,
    settings: TriageSettings | None = None,
    corrected: ChestSegmentation | None = None,
    pipeline: TriagePipeline | None = None,
    progress: ProgressCallback | None = None,
) -> TriageResult:
    """Triage one frontal chest radiograph.

    Parameters
    ----------
    radiograph
        From `CXRTriageLib.read_radiograph`.
    settings
        Choices of the method; those of the default mode by default.
    corrected
        Masks that replace the network's.
    pipeline
        Networks to use; the shipped ones by default, loaded once in a process.
    progress
        Told of each stage.

    Returns
    -------
    TriageResult
        Masks, biomarkers, vote, saliency, recommendation and warnings.

    Raises
    ------
    ModelError
        If a network is missing, changed or does not fit.
    MaskMismatchError
        If the corrected masks have another size than the film.
    """
    return (pipeline or shipped_pipeline()).run(
        radiograph, settings=settings, corrected=corrected, progress=progress
    )
