"""Training of the classification network (paper, section II-B)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from lightning.pytorch import LightningModule
from sklearn.metrics import f1_score
from torch import Tensor
from torch.nn import functional
from torch.utils.data import DataLoader

from CXRTriageLib.cohort.film_list import ListedFilm, Split
from CXRTriageLib.domain.settings import WorkingSize
from CXRTriageLib.errors import ManifestError
from CXRTriageLib.networks.resnet import PatchResNet18
from CXRTriageLib.networks.weights import Approach
from CXRTriageLib.training.initial_weights import load_imagenet_weights
from CXRTriageLib.training.lightning_setup import (
    VALIDATION_SCORE,
    checkpoint_to_resume,
    make_trainer,
    optimizer_and_schedule,
    prepare_process,
)
from CXRTriageLib.training.masked_films import LungFilm, load_lung_films
from CXRTriageLib.training.patch_data import PatchChanges, PatchDataset, film_weights
from CXRTriageLib.training.recipes import ClassificationRecipe
from CXRTriageLib.training.segmentation_data import EpochSampler

VALIDATION_PATCHES = 5
"""Patches of each validation film: enough for a vote, few enough for every epoch."""
VALIDATION_BATCH = 64

Batch = tuple[Tensor, Tensor, Tensor]
"""Patches (n, 1, 224, 224) float32, classes (n,) int64, film indices (n,) int64."""


@dataclass(frozen=True, kw_only=True)
class ClassificationTask:
    """What is to be learned, and from what.

    Attributes
    ----------
    class_names
        Order of the classes.
    approach
        Patches, or the whole film at patch size.
    training, validation
        Lung-masked films.
    """

    class_names: tuple[str, ...]
    approach: Approach
    training: Sequence[LungFilm]
    validation: Sequence[LungFilm]


class ClassificationTraining(LightningModule):
    """ResNet-18, its loss and its optimizer.

    Parameters
    ----------
    recipe
        Hyper-parameters.
    task
        Classes and films.
    seed
        Of the whole training.
    """

    def __init__(
        self, recipe: ClassificationRecipe, task: ClassificationTask, *, seed: int
    ) -> None:
        super().__init__()
        network = PatchResNet18(
            len(task.class_names), input_mean=recipe.input_mean, input_scale=recipe.input_scale
        )
        self.network = network.to(memory_format=torch.channels_last)
        self._recipe, self._task, self._seed = recipe, task, seed
        self._votes: list[tuple[int, int, int]] = []

    def train_dataloader(self) -> DataLoader[Any]:
        """Return the batches of the current epoch."""
        recipe, films = self._recipe, self._task.training
        sampler = EpochSampler(
            len(films),
            weights=film_weights(films, recipe.balance),
            films_per_epoch=len(films) * recipe.patches_per_film,
            seed=self._seed,
        )
        sampler.epoch = self.current_epoch
        dataset = PatchDataset(
            films,
            self._task.class_names,
            approach=self._task.approach,
            changes=PatchChanges.of(recipe),
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
        """Return the same patches of the validation films at every epoch."""
        is_local = self._task.approach is Approach.LOCAL
        dataset = PatchDataset(
            self._task.validation,
            self._task.class_names,
            approach=self._task.approach,
            changes=None,
            repeats=VALIDATION_PATCHES if is_local else 1,
        )
        return DataLoader(dataset, batch_size=VALIDATION_BATCH)

    def training_step(self, batch: Batch, _index: int) -> Tensor:
        """Return the loss of a batch."""
        patches, classes, _ = batch
        logits, _ = self.network(patches.contiguous(memory_format=torch.channels_last))
        loss = functional.cross_entropy(
            logits.float(), classes, label_smoothing=self._recipe.label_smoothing
        )
        accuracy = (logits.argmax(dim=1) == classes).float().mean()
        self.log("training_loss", loss, on_step=False, on_epoch=True, prog_bar=True)
        self.log("training_accuracy", accuracy, on_step=False, on_epoch=True)
        if self._recipe.l1:
            absolute = [parameter.abs().sum() for parameter in self.network.parameters()]
            loss = loss + self._recipe.l1 * torch.stack(absolute).sum()
        return loss

    def validation_step(self, batch: Batch, _index: int) -> None:
        """Collect the vote of every patch."""
        patches, classes, films = batch
        logits, _ = self.network(patches.contiguous(memory_format=torch.channels_last))
        ballots = logits.argmax(dim=1)
        self._votes += zip(films.tolist(), classes.tolist(), ballots.tolist(), strict=True)

    def on_validation_epoch_end(self) -> None:
        """Log macro F1 and accuracy of the votes, one vote for each film."""
        films, classes, ballots = np.array(self._votes).T
        truth = [classes[films == film][0] for film in np.unique(films)]
        found = [np.bincount(ballots[films == film]).argmax() for film in np.unique(films)]
        score = f1_score(truth, found, average="macro", zero_division=0)
        self.log(VALIDATION_SCORE, float(score), prog_bar=True)
        self.log("validation_accuracy", float(np.mean(np.equal(truth, found))))
        self._votes.clear()

    def configure_optimizers(self) -> Any:
        """Return optimizer and schedule."""
        return optimizer_and_schedule(self, self._recipe)


@dataclass(frozen=True, kw_only=True)
class ClassificationPlan:
    """What a site wants to have learned.

    Attributes
    ----------
    class_names
        Order of the classes.
    approach
        Patches, or the whole film at patch size.
    models
        Folder with the segmentation network; the shipped one by default.
    init
        ImageNet weights; torchvision's by default.
    """

    class_names: tuple[str, ...]
    approach: Approach = Approach.LOCAL
    models: Path | None = None
    init: Path | None = None


def train_classification(
    films: Sequence[ListedFilm],
    recipe: ClassificationRecipe,
    output: Path,
    plan: ClassificationPlan,
    *,
    seed: int = 0,
    device: str = "auto",
) -> Path:
    """Train a classification network, going on from an earlier run in the same folder.

    Parameters
    ----------
    films
        Rows of a manifest; those without a class of the plan, flagged, or for the test are
        left out.
    recipe
        Hyper-parameters.
    output
        Folder of checkpoints and curves.
    plan
        Classes, approach and where to start from.
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
        If a class has no film in the training or the validation split.
    """
    prepare_process(seed)
    names = plan.class_names
    usable = [film for film in films if film.may_be_classified and film.class_name in names]
    _check_classes(usable, names)
    size = WorkingSize(recipe.working_size)
    parts = [
        load_lung_films(
            [film for film in usable if film.split is split],
            output / "films",
            size=size,
            models=plan.models,
        )
        for split in (Split.TRAIN, Split.VALIDATION)
    ]
    # Films without plausible lungs have gone.
    _check_classes([film.listed for part in parts for film in part], names)
    task = ClassificationTask(
        class_names=names, approach=plan.approach, training=parts[0], validation=parts[1]
    )
    module = ClassificationTraining(recipe, task, seed=seed)
    resumed = checkpoint_to_resume(output)
    if resumed is None:
        load_imagenet_weights(module.network, plan.init)
    trainer = make_trainer(output, recipe, epochs=recipe.epochs, device=device)
    trainer.fit(module, ckpt_path=resumed)
    return output / "best.ckpt"


def _check_classes(films: Sequence[ListedFilm], class_names: Sequence[str]) -> None:
    for split in (Split.TRAIN, Split.VALIDATION):
        there = {film.class_name for film in films if film.split is split}
        if absent := set(class_names) - there:
            raise ManifestError(
                f"The manifest has no film of {', '.join(sorted(absent))} with plausible lungs "
                f"in the split '{split.value}'. Every class needs films in 'train' and "
                "'validation'."
            )
