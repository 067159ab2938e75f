"""Training of the segmentation network (paper, section II-A)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from lightning.pytorch import LightningModule
from torch import Tensor
from torch.utils.data import DataLoader

from CXRTriageLib.cohort.film_list import LabelKind, ListedFilm, Split
from CXRTriageLib.domain.anatomy import LUNGS, ORGANS, Structure
from CXRTriageLib.errors import ManifestError
from CXRTriageLib.metrics.overlap import jaccard
from CXRTriageLib.networks.fc_densenet import FCDenseNet, FCDenseNetLayout
from CXRTriageLib.preprocessing.resampling import NETWORK_SIDE_PX
from CXRTriageLib.training.checkpoints import load_checkpoint
from CXRTriageLib.training.lightning_setup import (
    VALIDATION_SCORE,
    checkpoint_to_resume,
    make_trainer,
    optimizer_and_schedule,
    prepare_process,
)
from CXRTriageLib.training.losses import LABEL_KINDS, PartialLabelLoss
from CXRTriageLib.training.recipes import SegmentationRecipe
from CXRTriageLib.training.segmentation_data import (
    STORED_SIDE_PX,
    Batch,
    EpochSampler,
    MaskedFilm,
    MaskedFilmDataset,
    load_masked_films,
    source_weights,
)

VALIDATION_BATCH = 8
ORGANS_DRAWN = {
    LabelKind.LUNGS_AND_HEART: ORGANS,
    LabelKind.LUNGS: LUNGS,
    LabelKind.LUNGS_WITH_RETROCARDIAC: (),
}


class SegmentationTraining(LightningModule):
    """FC-DenseNet103, its loss and its optimizer.

    Parameters
    ----------
    recipe
        Hyper-parameters.
    films
        Films with masks to learn from, and to choose by.
    seed
        Of the whole training.
    """

    def __init__(
        self,
        recipe: SegmentationRecipe,
        films: tuple[Sequence[MaskedFilm], Sequence[MaskedFilm]],
        *,
        seed: int,
    ) -> None:
        super().__init__()
        layout = FCDenseNetLayout(dropout=recipe.dropout)
        network = FCDenseNet(classes=len(Structure), layout=layout, input_scale=recipe.input_scale)
        self.network = network.to(memory_format=torch.channels_last)
        self.loss = PartialLabelLoss(recipe.class_weights)
        self._recipe, self._seed = recipe, seed
        self._training_films, self._validation_films = films
        self._scores: list[float] = []

    def train_dataloader(self) -> DataLoader[Any]:
        """Return the batches of the current epoch."""
        recipe, films = self._recipe, self._training_films
        weights = source_weights(films, partial_label_share=recipe.partial_label_share)
        sampler = EpochSampler(
            len(films),
            weights=weights if recipe.balance_sources else None,
            films_per_epoch=recipe.films_per_epoch,
            seed=self._seed,
        )
        sampler.epoch = self.current_epoch
        dataset = MaskedFilmDataset(
            films,
            side=recipe.side_at(self.current_epoch),
            augment=recipe.augment,
            seed=self._seed,
        )
        return DataLoader(
            dataset,
            batch_size=recipe.batch_size,
            sampler=sampler,
            num_workers=1,
            drop_last=len(sampler) >= recipe.batch_size,
        )

    def val_dataloader(self) -> DataLoader[Any]:
        """Return the validation films at the last stage's side, so that scores compare."""
        side = self._recipe.side_px[-1]
        dataset = MaskedFilmDataset(self._validation_films, side=side, augment=False)
        return DataLoader(dataset, batch_size=VALIDATION_BATCH)

    def training_step(self, batch: Batch, _index: int) -> Tensor:
        """Return the loss of a batch."""
        # A resumed training drops the same feature maps as one that was never stopped.
        torch.manual_seed(self._seed + self.global_step)
        images, labels, kinds = batch
        images = images.contiguous(memory_format=torch.channels_last)
        loss: Tensor = self.loss(self.network(images), labels, kinds)
        self.log("training_loss", loss, on_step=False, on_epoch=True, prog_bar=True)
        return loss

    def validation_step(self, batch: Batch, _index: int) -> None:
        """Collect the Jaccard index of every organ that is drawn."""
        images, labels, kinds = batch
        images = images.contiguous(memory_format=torch.channels_last)
        found = self.network(images).argmax(dim=1).cpu().numpy()
        for predicted, drawn, kind in zip(found, labels.cpu().numpy(), kinds.tolist(), strict=True):
            self._scores += _drawn_jaccards(predicted, drawn, LABEL_KINDS[kind])

    def on_validation_epoch_end(self) -> None:
        """Log the mean Jaccard index."""
        self.log(VALIDATION_SCORE, float(np.mean(self._scores)), prog_bar=True)
        self._scores.clear()

    def configure_optimizers(self) -> Any:
        """Return optimizer and schedule."""
        patience = self._recipe.plateau_patience
        return optimizer_and_schedule(self, self._recipe, plateau_patience=patience)


def _drawn_jaccards(predicted: Any, drawn: Any, kind: LabelKind) -> list[float]:
    return [
        jaccard(predicted == organ, drawn == organ)
        for organ in ORGANS_DRAWN[kind]
        if (drawn == organ).any()
    ]


def train_segmentation(
    films: Sequence[ListedFilm],
    recipe: SegmentationRecipe,
    output: Path,
    *,
    init: Path | None = None,
    seed: int = 0,
    device: str = "auto",
) -> Path:
    """Train a segmentation network, going on from an earlier run in the same folder.

    Parameters
    ----------
    films
        Rows of a manifest; those without a label image or for the test are left out.
    recipe
        Hyper-parameters.
    output
        Folder of checkpoints and curves.
    init
        Checkpoint of an earlier training to start from; random weights by default.
    seed
        Of everything that is random.
    device
        "auto", "cpu" or "cuda".

    Returns
    -------
    Path
        The checkpoint with the best validation score.

    Raises
    ------
    ManifestError
        If the training or the validation split has no film that can be used.
    """
    prepare_process(seed)
    training = [film for film in films if film.split is Split.TRAIN and film.label]
    validation = [
        film
        for film in films
        if film.split is Split.VALIDATION and ORGANS_DRAWN.get(film.label_kind)
    ]
    if not training or not validation:
        raise ManifestError(
            "The manifest needs films with masks in both splits, 'train' and 'validation', "
            f"got {len(training)} and {len(validation)}. Masks whose lungs are drawn behind the "
            "heart do not count for 'validation'."
        )
    # Without augmentation nothing is zoomed, and a second resampling would only blur.
    side = STORED_SIDE_PX if recipe.augment else max(recipe.side_px)
    parts = (
        load_masked_films(training, side=side),
        load_masked_films(validation, side=NETWORK_SIDE_PX),
    )
    module = SegmentationTraining(recipe, parts, seed=seed)
    resumed = checkpoint_to_resume(output)
    if init is not None and resumed is None:
        load_checkpoint(module.network, init).train()
    trainer = make_trainer(output, recipe, epochs=recipe.total_epochs, device=device)
    trainer.fit(module, ckpt_path=resumed)
    return output / "best.ckpt"
