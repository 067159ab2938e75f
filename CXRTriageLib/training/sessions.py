"""A training from its manifest to a network that can be used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from CXRTriageLib.cohort.film_list import ListedFilm
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.networks.fc_densenet import FCDenseNet
from CXRTriageLib.networks.resnet import PatchResNet18
from CXRTriageLib.networks.weights import Approach, Task
from CXRTriageLib.training.checkpoints import load_checkpoint
from CXRTriageLib.training.classification_training import (
    ClassificationPlan,
    train_classification,
)
from CXRTriageLib.training.model_facts import model_classes, training_facts
from CXRTriageLib.training.packaging import NetworkDescription, package_network
from CXRTriageLib.training.recipes import (
    ClassificationRecipe,
    SegmentationRecipe,
    read_recipe,
)
from CXRTriageLib.training.segmentation_training import train_segmentation

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
    output
        Folder of checkpoints, curves and the trained network.
    models
        Folder with the segmentation network that masks films for classification; the shipped
        one by default.
    seed
        Of everything that is random.
    device
        "auto", "cpu" or "cuda".
    """

    films: Sequence[ListedFilm]
    recipe_name: str
    output: Path
    models: Path | None = None
    seed: int = 0
    device: str = "auto"

    def segmentation(self, *, init: Path | None = None) -> Path:
        """Train a segmentation network and write it.

        Parameters
        ----------
        init
            Checkpoint of an earlier training to start from.

        Returns
        -------
        Path
            Its manifest.
        """
        recipe = read_recipe(SegmentationRecipe, self.recipe_name)
        checkpoint = train_segmentation(
            self.films, recipe, self.output, init=init, seed=self.seed, device=self.device
        )
        films = [film for film in self.films if film.label is not None]
        facts = training_facts(recipe, films, checkpoint=checkpoint, seed=self.seed, init=init)
        return package_network(
            load_checkpoint(FCDenseNet(len(Structure)), checkpoint),
            self.output / MODELS_FOLDER / Task.SEGMENTATION.value,
            NetworkDescription(
                name="chest-segmentation",
                task=Task.SEGMENTATION,
                architecture="fc_densenet103",
                classes=model_classes(structure.name.lower() for structure in Structure),
            ),
            facts=facts,
        )

    def classification(
        self, class_names: tuple[str, ...], approach: Approach, *, init: Path | None
    ) -> Path:
        """Train a classification network and write it.

        Parameters
        ----------
        class_names
            Order of the classes.
        approach
            Patches, or the whole film at patch size.
        init
            ImageNet weights; torchvision's by default.

        Returns
        -------
        Path
            Its manifest.
        """
        recipe = read_recipe(ClassificationRecipe, self.recipe_name)
        plan = ClassificationPlan(
            class_names=class_names, approach=approach, models=self.models, init=init
        )
        checkpoint = train_classification(
            self.films, recipe, self.output, plan, seed=self.seed, device=self.device
        )
        films = [
            film for film in self.films if film.may_be_classified and film.class_name in class_names
        ]
        facts = training_facts(recipe, films, checkpoint=checkpoint, seed=self.seed, init=init)
        return package_network(
            load_checkpoint(PatchResNet18(len(class_names)), checkpoint),
            self.output / MODELS_FOLDER / Task.CLASSIFICATION.value,
            NetworkDescription(
                name=f"pneumonia-{approach.value}",
                task=Task.CLASSIFICATION,
                architecture="resnet18",
                classes=model_classes(class_names),
                approach=approach,
            ),
            facts=facts,
        )
