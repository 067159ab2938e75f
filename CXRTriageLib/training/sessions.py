"""A training from its manifest to a network that can be used."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from torch import nn

from CXRTriageLib.classification.patches import PATCH_SIDE_PX
from CXRTriageLib.cohort.film_list import ListedFilm
from CXRTriageLib.cohort.film_selection import FilmSelection, check_classes_are_known
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.networks.resnet import PatchResNet18
from CXRTriageLib.networks.torch_engine import ARCHITECTURES
from CXRTriageLib.networks.weights import MANIFEST_NAME, Task, file_sha256
from CXRTriageLib.training.checkpoints import how_it_ended, load_checkpoint
from CXRTriageLib.training.classification_training import (
    ClassificationPlan,
    train_classification,
)
from CXRTriageLib.training.fitting import TrainingRun
from CXRTriageLib.training.initial_weights import init_sha256
from CXRTriageLib.training.lightning_setup import kept_checkpoint
from CXRTriageLib.training.model_facts import model_classes, training_facts
from CXRTriageLib.training.packaging import NetworkDescription, package_network
from CXRTriageLib.training.recipes import (
    ClassificationRecipe,
    OptimizerRecipe,
    SegmentationRecipe,
    read_recipe,
)
from CXRTriageLib.training.segmentation_training import train_segmentation
from CXRTriageLib.training.training_record import TrainingRecord

MODELS_FOLDER = "models"


@dataclass(frozen=True, kw_only=True)
class TrainingSession:
    """What both trainings are told.

    Attributes
    ----------
    films
        Rows of a manifest.
    recipe_name
        Name or path of a recipe.
    run
        Where and how to train.
    selection
        How the films were selected, for the network's manifest.
    """

    films: Sequence[ListedFilm]
    recipe_name: str
    run: TrainingRun
    selection: FilmSelection = field(default_factory=FilmSelection)

    def segmentation(self, *, init: Path | None = None) -> Path:
        """Train a segmentation network and write it.

        Parameters
        ----------
        init
            What to start from; see `load_initial_weights`.

        Returns
        -------
        Path
            Its manifest.
        """
        recipe = read_recipe(SegmentationRecipe, self.recipe_name)
        films = [film for film in self.films if film.label is not None]
        record = TrainingRecord.of(Task.SEGMENTATION.value, recipe, films, seed=self.run.seed)
        if not self._is_finished(record, recipe):
            train_segmentation(films, recipe, self.run, init=init)
        description = NetworkDescription(
            name="chest-segmentation",
            task=Task.SEGMENTATION,
            architecture=recipe.architecture,
            classes=model_classes(structure.name.lower() for structure in Structure),
            side_px=recipe.side_px[-1],
        )
        network = ARCHITECTURES[recipe.architecture](len(Structure))
        return self._packaged(network, description, (recipe, films, init))

    def classification(self, plan: ClassificationPlan, *, left_out: Sequence[str] = ()) -> Path:
        """Train a classification network and write it.

        Parameters
        ----------
        plan
            Classes, approach and where to start from.
        left_out
            Classes of the manifest that are left out on purpose.

        Returns
        -------
        Path
            Its manifest.
        """
        recipe = read_recipe(ClassificationRecipe, self.recipe_name)
        names = plan.class_names
        check_classes_are_known(self.films, names, left_out)
        films = [film for film in self.films if film.may_be_classified and film.class_name in names]
        record = TrainingRecord.of(
            Task.CLASSIFICATION.value,
            recipe,
            films,
            seed=self.run.seed,
            classes=(*names, plan.approach.value),
        )
        if not self._is_finished(record, recipe):
            train_classification(films, recipe, self.run, plan)
        description = NetworkDescription(
            name=f"pneumonia-{plan.approach.value}",
            task=Task.CLASSIFICATION,
            architecture="resnet18",
            classes=model_classes(names),
            approach=plan.approach,
            side_px=PATCH_SIDE_PX,
        )
        return self._packaged(PatchResNet18(len(names)), description, (recipe, films, plan.init))

    def _is_finished(self, record: TrainingRecord, recipe: OptimizerRecipe) -> bool:
        """Say whether there is nothing left to train; refuse to mix two trainings."""
        run = self.run
        run.processes.share_of(recipe.batch_size)
        checkpoint = run.checkpoint
        if checkpoint is not None or run.processes.is_first:
            record.keep(run.output, is_begun=checkpoint is not None)
        ended = how_it_ended(checkpoint, sum(recipe.stage_epochs))
        if ended:
            run.tell(f"The training in {run.output} is finished: {ended}.")
        return ended is not None

    def _packaged(
        self,
        network: nn.Module,
        description: NetworkDescription,
        learned_from: tuple[OptimizerRecipe, Sequence[ListedFilm], Path | None],
    ) -> Path:
        folder = self.run.output / MODELS_FOLDER / description.task.value
        recipe, films, init = learned_from
        checkpoint = kept_checkpoint(self.run.output, recipe)
        manifest = folder / MANIFEST_NAME
        if _holds(manifest, checkpoint) or not self.run.processes.is_first:
            return manifest
        facts = training_facts(
            recipe,
            films,
            checkpoint=checkpoint,
            seed=self.run.seed,
            started_from_sha256=init_sha256(init, description.task),
            selection=self.selection,
        )
        return package_network(
            load_checkpoint(network, checkpoint), folder, description, facts=facts
        )


def _holds(manifest: Path, checkpoint: Path) -> bool:
    """Say whether a network was written from this very checkpoint."""
    if not manifest.is_file():
        return False
    document = json.loads(manifest.read_text(encoding="utf-8"))
    kept: str = document["training"]["checkpoint_sha256"]
    return kept == file_sha256(checkpoint)
