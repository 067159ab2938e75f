"""The paper's procedure as published, in PyTorch, one patch at a time.

The networks and their weights are those of this library, so that only the procedure differs.
The authors' code also loads the checkpoint again for each patch of the map; here it is loaded
once, which makes the procedure faster than it was.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torch import Tensor, nn

from CXRTriageLib.benchmarking.measurement import Measurement, Timing, timings_of_stages
from CXRTriageLib.benchmarking.stage_clock import StageClock
from CXRTriageLib.classification.patches import BorderRule, cut_patches, patch_boxes
from CXRTriageLib.classification.sampling import random_centers
from CXRTriageLib.domain.arrays import FloatImage
from CXRTriageLib.domain.settings import Mode, TriageSettings
from CXRTriageLib.errors import BenchmarkError
from CXRTriageLib.networks.resnet import PatchResNet18
from CXRTriageLib.networks.torch_engine import TorchEngine, load_network
from CXRTriageLib.networks.weights import Task, read_manifest
from CXRTriageLib.preprocessing.working_film import PreprocessedFilm
from CXRTriageLib.reading import read_radiograph
from CXRTriageLib.segmentation.segmenter import ChestSegmenter

VOTES = "patches, one forward pass each"
MAPS = "maps, one forward and backward pass each"


class _Logits(nn.Module):
    """A classification network without its class maps, as pytorch-grad-cam expects it."""

    def __init__(self, network: PatchResNet18) -> None:
        super().__init__()
        self.network = network

    def forward(self, patches: Tensor) -> Tensor:
        """Return logits, (n, classes)."""
        logits: Tensor = self.network(patches)[0]
        return logits


class PaperProcedure:
    """Both networks in PyTorch, and the paper's way from a film to vote and map.

    Parameters
    ----------
    models
        Folder of networks; the shipped ones by default.
    """

    def __init__(self, models: Path | None) -> None:
        segmenting = read_manifest(Task.SEGMENTATION, models)
        self._segmenter = ChestSegmenter(
            TorchEngine(segmenting, device="cpu"), side_px=segmenting.side_px
        )
        manifest = read_manifest(Task.CLASSIFICATION, models)
        network = load_network(manifest)
        if not isinstance(network, PatchResNet18):
            raise BenchmarkError(
                f"{manifest.weights}: the paper's procedure needs a ResNet-18, "
                f"this is {manifest.architecture}. Leave the procedure out with --skip-paper."
            )
        self._classifier = _Logits(network)
        self._grad_cam = GradCAM(self._classifier, [network.backbone.layer4])
        self._settings = TriageSettings.for_mode(Mode.PAPER)

    def run(self, film: Path, patch_count: int | None = None) -> tuple[StageClock, FloatImage]:
        """Segment a film, let its patches vote, and make the map of the winning class.

        Parameters
        ----------
        film
            The file.
        patch_count
            The paper's 100 by default.

        Returns
        -------
        clock
            With the seconds of each stage.
        saliency
            Average of the maps of all patches, each scaled to its minimum and maximum; the
            film's own size, 0 to 1.

        Raises
        ------
        BenchmarkError
            If the network finds no lungs.
        """
        clock = StageClock("reading")
        radiograph = read_radiograph(film)
        clock.begin("preprocessing")
        preprocessed = PreprocessedFilm.of(radiograph)
        clock.begin("segmentation network and masks")
        masks = self._segmenter.segment(preprocessed, self._settings.mask_method)
        clock.begin("places of patches")
        masked, lungs = preprocessed.masked(masks.labels, self._settings.working_size)
        if not lungs.any():
            raise BenchmarkError(f"{film.name}: no lungs were found. Name another film: --film.")
        count = patch_count or self._settings.patch_count
        centers = random_centers(lungs, count, rng=np.random.default_rng(0))
        boxes = patch_boxes(centers, radiograph.shape, border=BorderRule.CLIPPED)
        patches = [torch.from_numpy(cut_patches(masked, box[np.newaxis])) for box in boxes]
        clock.begin(VOTES)
        winner = self._vote(patches)
        clock.begin(MAPS)
        saliency = self._map(patches, boxes, winner, radiograph.shape)
        clock.begin("end")
        return clock, saliency

    @torch.no_grad()
    def _vote(self, patches: list[Tensor]) -> int:
        ballots = [int(self._classifier(patch).argmax()) for patch in patches]
        return Counter(ballots).most_common(1)[0][0]

    def _map(
        self,
        patches: list[Tensor],
        boxes: NDArray[np.int64],
        winner: int,
        shape: tuple[int, int],
    ) -> FloatImage:
        total, coverage = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        for patch, (top, left, bottom, right) in zip(patches, boxes.tolist(), strict=True):
            (scaled,) = self._grad_cam(patch, [ClassifierOutputTarget(winner)])
            fitted = Image.fromarray(scaled).resize(
                (right - left, bottom - top), Image.Resampling.BILINEAR
            )
            total[top:bottom, left:right] += np.asarray(fitted)
            coverage[top:bottom, left:right] += 1
        return (total / np.maximum(coverage, 1)).astype(np.float32)


def time_paper_procedure(film: Path, models: Path | None, *, repeats: int) -> Measurement:
    """Time the paper's procedure with the networks loaded, after a short run that does not count.

    Parameters
    ----------
    film
        The file.
    models
        Folder of networks; the shipped ones by default.
    repeats
        Runs that count.

    Returns
    -------
    Measurement
        Vote and map of the winning class.

    Raises
    ------
    BenchmarkError
        If the network finds no lungs or is of another architecture.
    """
    procedure = PaperProcedure(models)
    _, saliency = procedure.run(film, patch_count=3)
    runs = [procedure.run(film)[0].stages_s() for _ in range(repeats)]
    return Measurement(
        engine=f"PyTorch CPU f32, {torch.get_num_threads()} threads",
        film_shape=(saliency.shape[0], saliency.shape[1]),
        patches=TriageSettings.for_mode(Mode.PAPER).patch_count,
        file_to_result=Timing(
            name="file to vote and map", runs_s=tuple(sum(run.values()) for run in runs)
        ),
        stages=timings_of_stages(runs),
    )
