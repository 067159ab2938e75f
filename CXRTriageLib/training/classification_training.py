"""Training of the classification network (paper, section II-B)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import torch
from torch import Tensor
from torch.nn import functional
from torch.utils.data import DataLoader

from CXRTriageLib.cohort.film_list import ListedFilm, Split
from CXRTriageLib.cohort.row_problems import RowProblems
from CXRTriageLib.domain.settings import WorkingSize
from CXRTriageLib.errors import ManifestError
from CXRTriageLib.networks.resnet import PatchResNet18
from CXRTriageLib.networks.weights import Approach, Task
from CXRTriageLib.training.checkpoints import CLASS_NAMES_KEY
from CXRTriageLib.training.fitting import NetworkTraining, TrainingRun, fit, shared_batches
from CXRTriageLib.training.frozen_layers import estimate_statistics, frozen_layers
from CXRTriageLib.training.initial_weights import load_initial_weights
from CXRTriageLib.training.lightning_setup import (
    VALIDATION_SCORE,
    optimizer_and_schedule,
    prepare_process,
)
from CXRTriageLib.training.masked_films import FilmStore, LungFilm, load_lung_films
from CXRTriageLib.training.patch_data import PatchChanges, PatchDataset, film_weights
from CXRTriageLib.training.processes import (
    Processes,
    ValidationShare,
    gathered_rows,
    gathered_sum,
)
from CXRTriageLib.training.recipes import ClassificationRecipe
from CXRTriageLib.training.segmentation_data import EpochSampler
from CXRTriageLib.training.vote_scores import accuracy, confusion, film_votes, macro_f1

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


class ClassificationTraining(NetworkTraining):
    """ResNet-18, its loss and its optimizer.

    Parameters
    ----------
    recipe
        Hyper-parameters.
    task
        Classes and films.
    seed
        Of the whole training.
    processes
        Who trains together.
    """

    network: PatchResNet18

    def __init__(
        self,
        recipe: ClassificationRecipe,
        task: ClassificationTask,
        *,
        seed: int,
        processes: Processes | None = None,
    ) -> None:
        super().__init__()
        classes = len(task.class_names)
        network = PatchResNet18(
            classes, input_mean=recipe.input_mean, input_scale=recipe.input_scale
        )
        self._frozen = frozen_layers(network, recipe.frozen_stages)
        self.network = network.to(memory_format=torch.channels_last)
        self._recipe, self._task, self._seed = recipe, task, seed
        self._processes = processes or Processes()
        self._learned = torch.zeros((classes, classes), dtype=torch.float64)
        self._judged: list[Tensor] = []
        self._ballots = VALIDATION_PATCHES if task.approach is Approach.LOCAL else 1

    def train(self, mode: bool = True) -> Self:  # noqa: FBT001, FBT002 - PyTorch's signature
        """Change to training mode, or out of it; frozen layers never change to it."""
        super().train(mode)
        for layer in self._frozen:
            layer.eval()
        return self

    def training_batches(self, epoch: int) -> DataLoader[Any]:
        """Return the batches of an epoch, as far as they are this process's."""
        return self.batches_of(epoch, self._processes)

    def batches_of(self, epoch: int, processes: Processes) -> DataLoader[Any]:
        """Return the batches of an epoch for one of several processes."""
        recipe, films = self._recipe, self._task.training
        sampler = EpochSampler(
            len(films),
            weights=film_weights(films, recipe.balance),
            films_per_epoch=len(films) * recipe.patches_per_film,
            seed=self._seed,
            processes=processes,
        )
        sampler.epoch = epoch
        dataset = PatchDataset(
            films,
            self._task.class_names,
            approach=self._task.approach,
            changes=PatchChanges.of(recipe),
            seed=self._seed,
        )
        return shared_batches(dataset, sampler, recipe.batch_size, processes)

    def validation_batches(self) -> DataLoader[Any]:
        """Return the same patches of the validation films at every epoch."""
        dataset = PatchDataset(
            self._task.validation,
            self._task.class_names,
            approach=self._task.approach,
            changes=None,
            repeats=self._ballots,
        )
        share = ValidationShare(len(dataset), self._processes)
        return DataLoader(dataset, batch_size=VALIDATION_BATCH, sampler=share)

    def batch_loss(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Return the loss of a batch, and the logits."""
        patches, classes, _ = batch
        logits, _ = self.network(patches.contiguous(memory_format=torch.channels_last))
        loss = functional.cross_entropy(
            logits.float(), classes, label_smoothing=self._recipe.label_smoothing
        )
        return loss, logits

    def training_step(self, batch: Batch, _index: int) -> Tensor:
        """Return the loss of a batch."""
        loss, logits = self.batch_loss(batch)
        self.log("training_loss", loss, on_step=False, on_epoch=True, sync_dist=True)
        counts = confusion(batch[1], logits.argmax(dim=1), logits.shape[1])
        self._learned = self._learned.to(counts.device) + counts
        if self._recipe.l1:
            absolute = [parameter.abs().sum() for parameter in self.network.parameters()]
            loss = loss + self._recipe.l1 * torch.stack(absolute).sum()
        return loss

    def validation_step(self, batch: Batch, _index: int) -> None:
        """Collect film, class, vote and loss of every patch."""
        _, classes, films = batch
        _, logits = self.batch_loss(batch)
        losses = functional.cross_entropy(logits.float(), classes, reduction="none")
        columns = (films, classes, logits.argmax(dim=1), losses)
        self._judged.append(torch.stack([column.double() for column in columns], dim=1))

    def on_validation_epoch_end(self) -> None:
        """Log accuracy and macro F1 of training patches, and of one vote for each other film."""
        share = ValidationShare(len(self._task.validation) * self._ballots, self._processes)
        rows = gathered_rows(torch.cat(self._judged), share.own)
        classes = len(self._task.class_names)
        votes = confusion(*film_votes(rows, classes), classes)
        self.log("validation_loss", float(rows[:, 3].mean()), sync_dist=True)
        self.log(VALIDATION_SCORE, macro_f1(votes), sync_dist=True)
        counts = {"validation": votes, "training": gathered_sum(self._learned.to(self.device))}
        for part, table in counts.items():
            if table.any():
                self.log(f"{part}_accuracy", accuracy(table), sync_dist=True)
                self.log(f"{part}_f1", macro_f1(table), sync_dist=True)
        self._judged.clear()
        self._learned = torch.zeros_like(self._learned)

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Note the order of the classes beside the weights."""
        checkpoint[CLASS_NAMES_KEY] = list(self._task.class_names)

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
        What to start from, see `load_initial_weights`; torchvision's ImageNet weights by
        default.
    masked_films
        Folder where masked films are kept, which trainings may share; one in the output
        folder by default.
    """

    class_names: tuple[str, ...]
    approach: Approach = Approach.LOCAL
    models: Path | None = None
    init: Path | None = None
    masked_films: Path | None = None


def train_classification(
    films: Sequence[ListedFilm],
    recipe: ClassificationRecipe,
    run: TrainingRun,
    plan: ClassificationPlan,
) -> Path:
    """Train a classification network, going on from an earlier run in the same folder.

    Parameters
    ----------
    films
        Rows of a manifest; those without a class of the plan, flagged, or for the test are
        left out.
    recipe
        Hyper-parameters.
    run
        Where and how.
    plan
        Classes, approach and where to start from.

    Returns
    -------
    Path
        The checkpoint that the recipe keeps.

    Raises
    ------
    ManifestError
        If a class has no film in the training or the validation split, or with all rows whose
        film cannot be read.
    """
    names = plan.class_names
    usable = [film for film in films if film.may_be_classified and film.class_name in names]
    _check_classes(usable, names)
    prepare_process(run.seed)
    run.processes.join(run.device)
    store = FilmStore(
        folder=plan.masked_films or run.output / "films",
        size=WorkingSize(recipe.working_size),
        models=plan.models,
    )
    problems = RowProblems("The manifest")
    with run.processes.first_before_others():
        training, validation = (
            load_lung_films([film for film in usable if film.split is split], store, problems)
            for split in (Split.TRAIN, Split.VALIDATION)
        )
    problems.refuse_any()
    # Films without plausible lungs have gone.
    _check_classes([film.listed for film in (*training, *validation)], names)
    task = ClassificationTask(
        class_names=names, approach=plan.approach, training=training, validation=validation
    )
    module = ClassificationTraining(recipe, task, seed=run.seed, processes=run.processes)
    if run.checkpoint is None:
        load_initial_weights(module.network, plan.init, Task.CLASSIFICATION, names)
        if recipe.frozen_stages:
            estimate_statistics(module.network, module.batches_of(0, Processes()))
    return fit(module, recipe, run)


def _check_classes(films: Sequence[ListedFilm], class_names: Sequence[str]) -> None:
    for split in (Split.TRAIN, Split.VALIDATION):
        there = {film.class_name for film in films if film.split is split}
        if absent := set(class_names) - there:
            raise ManifestError(
                f"The manifest has no film of {', '.join(sorted(absent))} with plausible lungs "
                f"in the split '{split.value}'. Every class needs films in 'train' and "
                "'validation'."
            )
