"""Training of the segmentation network (paper, section II-A)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from CXRTriageLib.cohort.film_list import LabelKind, ListedFilm, Split
from CXRTriageLib.cohort.row_problems import RowProblems
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.errors import ManifestError
from CXRTriageLib.networks.fc_densenet import FCDenseNet, FCDenseNetLayout
from CXRTriageLib.networks.resnet_unet import ResNetUNet
from CXRTriageLib.networks.weights import Task
from CXRTriageLib.training.fitting import NetworkTraining, TrainingRun, fit, shared_batches
from CXRTriageLib.training.initial_weights import load_initial_weights
from CXRTriageLib.training.labeled_films import STORED_SIDE_PX, MaskedFilm, load_masked_films
from CXRTriageLib.training.lightning_setup import (
    VALIDATION_SCORE,
    optimizer_and_schedule,
    prepare_process,
)
from CXRTriageLib.training.losses import PartialLabelLoss
from CXRTriageLib.training.pixel_scores import (
    COUNTS,
    PixelScores,
    pixel_counts,
    whole_lung_counts,
)
from CXRTriageLib.training.possible_labels import ORGANS_DRAWN
from CXRTriageLib.training.processes import (
    Processes,
    ValidationShare,
    gathered_rows,
    gathered_sum,
)
from CXRTriageLib.training.recipes import WHOLE_LUNGS, SegmentationRecipe
from CXRTriageLib.training.segmentation_data import (
    Batch,
    EpochSampler,
    MaskedFilmDataset,
    source_weights,
)

VALIDATION_BATCH = 8
ORGAN_KINDS = tuple(kind for kind, organs in ORGANS_DRAWN.items() if organs)
WHOLE_LUNG_KINDS = (LabelKind.LUNGS_WITH_RETROCARDIAC,)
"""What label images draw that judge a training."""
STEP_SEEDS = 10**9
"""Seeds that one process has for its steps."""


class SegmentationTraining(NetworkTraining):
    """A segmentation network, its loss and its optimizer.

    Parameters
    ----------
    recipe
        Hyper-parameters.
    films
        Films with masks to learn from, and to choose by.
    seed
        Of the whole training.
    processes
        Who trains together.
    """

    def __init__(
        self,
        recipe: SegmentationRecipe,
        films: tuple[Sequence[MaskedFilm], Sequence[MaskedFilm]],
        *,
        seed: int,
        processes: Processes | None = None,
    ) -> None:
        super().__init__()
        network = new_network(recipe)
        self._frozen = frozen_masks(network) if recipe.learns == WHOLE_LUNGS else []
        self.network = network.to(memory_format=torch.channels_last)
        self.loss = PartialLabelLoss(recipe.class_weights)
        self._recipe, self._seed = recipe, seed
        self._processes = processes or Processes()
        self._training_films, self._validation_films = films
        self._learned = torch.zeros(COUNTS, dtype=torch.float64)
        self._judged: list[Tensor] = []

    def train(self, mode: bool = True) -> Self:  # noqa: FBT001, FBT002 - PyTorch's signature
        """Change to training mode, or out of it; frozen layers never change to it."""
        super().train(mode)
        for layer in self._frozen:
            layer.eval()
        return self

    def training_batches(self, epoch: int) -> DataLoader[Any]:
        """Return the batches of an epoch."""
        recipe, films = self._recipe, self._training_films
        weights = source_weights(films, partial_label_share=recipe.partial_label_share)
        sampler = EpochSampler(
            len(films),
            weights=weights if recipe.balance_sources else None,
            films_per_epoch=recipe.films_per_epoch,
            seed=self._seed,
            processes=self._processes,
        )
        sampler.epoch = epoch
        dataset = MaskedFilmDataset(
            films, side=recipe.side_at(epoch), augment=recipe.augment, seed=self._seed
        )
        return shared_batches(dataset, sampler, recipe.batch_size, self._processes)

    def validation_batches(self) -> DataLoader[Any]:
        """Return the validation films at the last stage's side, so that scores compare."""
        side = self._recipe.side_px[-1]
        dataset = MaskedFilmDataset(self._validation_films, side=side, augment=False)
        share = ValidationShare(len(dataset), self._processes)
        return DataLoader(dataset, batch_size=VALIDATION_BATCH, sampler=share)

    def batch_loss(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return the loss of a batch, and the logits."""
        images, possible, _ = batch
        logits = self.network(images.contiguous(memory_format=torch.channels_last))
        return self.loss(logits, possible), logits

    def training_step(self, batch: Batch, _index: int) -> Tensor:
        """Return the loss of a batch."""
        # A resumed training drops the same feature maps as one that was never stopped.
        torch.manual_seed(self._seed + self.global_step + STEP_SEEDS * self._processes.rank)
        loss, logits = self.batch_loss(batch)
        _, possible, drawn = batch
        self.log("training_loss", loss, on_step=False, on_epoch=True, sync_dist=True)
        counts = self._counts(logits, possible, drawn).sum(dim=0)
        self._learned = self._learned.to(counts.device) + counts
        return loss

    def validation_step(self, batch: Batch, _index: int) -> None:
        """Count the pixels of each film, and note its loss."""
        _, logits = self.batch_loss(batch)
        _, possible, drawn = batch
        counts = self._counts(logits, possible, drawn)
        losses = [
            self.loss(logits[film : film + 1], possible[film : film + 1])
            for film in range(len(possible))
        ]
        self._judged.append(torch.cat((counts, torch.stack(losses)[:, None].double()), dim=1))

    def on_validation_epoch_end(self) -> None:
        """Log what the epoch has reached on films that it learned from, and on others."""
        own = ValidationShare(len(self._validation_films), self._processes).own
        judged = gathered_rows(torch.cat(self._judged), own)
        scores = {"validation": PixelScores.of(judged[:, :COUNTS])}
        learned = gathered_sum(self._learned.to(self.device))
        if learned.any():
            scores["training"] = PixelScores.of(learned[None])
        self.log(VALIDATION_SCORE, scores["validation"].jaccard, sync_dist=True)
        self.log("validation_loss", float(judged[:, COUNTS].mean()), sync_dist=True)
        for part, reached in scores.items():
            self.log(f"{part}_accuracy", reached.accuracy, sync_dist=True)
            self.log(f"{part}_f1", reached.f1, sync_dist=True)
        self._judged.clear()
        self._learned = torch.zeros_like(self._learned)

    def _counts(self, logits: Tensor, possible: Tensor, drawn: Tensor) -> Tensor:
        if self._recipe.learns == WHOLE_LUNGS:
            return whole_lung_counts(logits, possible)
        return pixel_counts(logits, possible, drawn)

    def configure_optimizers(self) -> Any:
        """Return optimizer and schedule."""
        patience = self._recipe.plateau_patience
        return optimizer_and_schedule(self, self._recipe, plateau_patience=patience)


def frozen_masks(network: nn.Module) -> list[nn.Module]:
    """Take all that masks come from out of the training and return it.

    Parameters
    ----------
    network
        A `ResNetUNet`; changed in place: its frozen parameters want no gradient.

    Returns
    -------
    list of Module
        To be kept in evaluation mode, so that their statistics stay as they are.
    """
    layers = [part for name, part in network.named_children() if name != WHOLE_LUNGS]
    for layer in layers:
        layer.requires_grad_(requires_grad=False)
    return layers


def new_network(recipe: SegmentationRecipe) -> nn.Module:
    """Return the network that a recipe asks for, with random weights.

    Parameters
    ----------
    recipe
        Hyper-parameters.

    Returns
    -------
    Module
        `FCDenseNet` or `ResNetUNet`.
    """
    if recipe.architecture == "resnet18_unet":
        return ResNetUNet(len(Structure), input_scale=recipe.input_scale, dropout=recipe.dropout)
    layout = FCDenseNetLayout(dropout=recipe.dropout)
    return FCDenseNet(len(Structure), layout=layout, input_scale=recipe.input_scale)


def train_segmentation(
    films: Sequence[ListedFilm],
    recipe: SegmentationRecipe,
    run: TrainingRun,
    *,
    init: Path | None = None,
) -> Path:
    """Train a segmentation network, going on from an earlier run in the same folder.

    Parameters
    ----------
    films
        Rows of a manifest; those without a label image or for the test are left out.
    recipe
        Hyper-parameters.
    run
        Where and how.
    init
        What to start from; see `load_initial_weights`.

    Returns
    -------
    Path
        The checkpoint that the recipe keeps.

    Raises
    ------
    ManifestError
        If the training or the validation split has no film that can be used, or with all rows
        whose film or label image cannot.
    """
    training = [film for film in films if film.split is Split.TRAIN and film.label]
    judges = WHOLE_LUNG_KINDS if recipe.learns == WHOLE_LUNGS else ORGAN_KINDS
    validation = [
        film for film in films if film.split is Split.VALIDATION and film.label_kind in judges
    ]
    if not training or not validation:
        raise ManifestError(
            "The manifest needs films with masks in both splits, 'train' and 'validation', "
            f"got {len(training)} and {len(validation)}. For 'validation' only masks count that "
            f"draw what is learned: label_kind {' or '.join(kind.value for kind in judges)}."
        )
    prepare_process(run.seed)
    run.processes.join(run.device)
    problems = RowProblems("The manifest")
    # Without augmentation nothing is zoomed, and a second resampling would only blur.
    side = STORED_SIDE_PX if recipe.augment else max(recipe.side_px)
    parts = (
        load_masked_films(training, side=side, problems=problems),
        load_masked_films(validation, side=recipe.side_px[-1], problems=problems),
    )
    problems.refuse_any()
    module = SegmentationTraining(recipe, parts, seed=run.seed, processes=run.processes)
    if run.checkpoint is None:
        load_initial_weights(module.network, init, Task.SEGMENTATION)
    return fit(module, recipe, run)
