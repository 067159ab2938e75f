"""Hyper-parameters, read from TOML files so that a site can change them without code."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.settings import WorkingSize
from CXRTriageLib.errors import InvalidValueError
from CXRTriageLib.resources import resource_path

SIDE_STEP_PX = 32
"""FC-DenseNet103 halves its input five times."""
EVERYTHING, WHOLE_LUNGS = "everything", "whole_lungs"
BEST_EPOCH, LAST_EPOCH = "best", "last"
RESNET_STAGES = 5
"""ResNet-18 without its last layer: the first convolution and four residual stages."""


@dataclass(frozen=True, kw_only=True)
class OptimizerRecipe:
    """What both trainings share.

    Attributes
    ----------
    optimizer
        "adam" (weight decay as an L2 penalty, as in the paper) or "adamw" (decoupled).
    learning_rate, weight_decay
        Of the optimizer.
    schedule
        "constant", "plateau" (a tenth whenever the training loss stops falling) or "cosine"
        (short warm-up, then half a cosine down to zero).
    early_stop_patience
        Epochs without a better validation score before training ends; 0 never stops early.
    kept_epoch
        "best": the network of the epoch with the best validation score; "last": that of the
        last one, where validation films are so few that a score is luck.
    batch_size
        Films or patches in one step.
    """

    optimizer: str
    learning_rate: float
    weight_decay: float
    schedule: str
    early_stop_patience: int
    kept_epoch: str
    batch_size: int

    def __post_init__(self) -> None:
        _check_choice("optimizer", self.optimizer, ("adam", "adamw"))
        _check_choice("schedule", self.schedule, ("constant", "plateau", "cosine"))
        _check_choice("kept_epoch", self.kept_epoch, (BEST_EPOCH, LAST_EPOCH))
        if self.batch_size < 1 or self.learning_rate <= 0:
            raise InvalidValueError("batch_size and learning_rate must be positive.")

    @property
    def stage_epochs(self) -> tuple[int, ...]:
        """Epochs of each stage, one after the other."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class SegmentationRecipe(OptimizerRecipe):
    """Hyper-parameters of the segmentation network.

    Attributes
    ----------
    architecture
        "fc_densenet103", the paper's, or "resnet18_unet".
    side_px, epochs
        Stages of image size, and epochs at each.
    films_per_epoch
        Films drawn for an epoch; 0 takes every film once.
    plateau_patience
        Epochs without a lower training loss before the learning rate falls.
    class_weights
        Weight of background, heart, left and right lung in the loss (paper, equation 2).
    dropout
        Probability that a feature map is dropped: a new one in FC-DenseNet103, one of the
        coarsest in the U-Net.
    input_scale
        What gray values 0 to 255 are multiplied by on entry.
    augment
        Whether films are changed at random, so that they imitate other machines.
    balance_sources
        Whether small sources are drawn more often than their share.
    learns
        "everything", or "whole_lungs": only the part of the U-Net that tells the whole lungs, by
        films that draw them, while its masks stay as they are.
    partial_label_share
        Share of the films drawn that have no heart in their label image, where sources are
        balanced; they teach what lungs look like on other machines, and nothing of the heart.
    """

    architecture: str
    side_px: tuple[int, ...]
    epochs: tuple[int, ...]
    films_per_epoch: int
    plateau_patience: int
    class_weights: tuple[float, ...]
    dropout: float
    input_scale: float
    augment: bool
    balance_sources: bool
    learns: str
    partial_label_share: float

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_choice("architecture", self.architecture, ("fc_densenet103", "resnet18_unet"))
        _check_choice("learns", self.learns, (EVERYTHING, WHOLE_LUNGS))
        if self.learns == WHOLE_LUNGS and self.architecture != "resnet18_unet":
            raise InvalidValueError(f"Only resnet18_unet learns '{WHOLE_LUNGS}'.")
        if len(self.side_px) != len(self.epochs) or not self.epochs:
            raise InvalidValueError("side_px and epochs need the same number of entries.")
        if any(side < 1 or side % SIDE_STEP_PX for side in self.side_px) or min(self.epochs) < 1:
            raise InvalidValueError(
                f"Every side_px must be a multiple of {SIDE_STEP_PX}, and every stage of epochs "
                "at least 1."
            )
        if len(self.class_weights) != len(Structure):
            raise InvalidValueError(f"class_weights needs {len(Structure)} entries.")
        if not 0 <= self.partial_label_share <= 1:
            raise InvalidValueError("partial_label_share must be from 0 to 1.")

    @property
    def stage_epochs(self) -> tuple[int, ...]:
        """Epochs at each image size."""
        return self.epochs

    def side_at(self, epoch: int) -> int:
        """Return the image side of an epoch, counted from 0."""
        for side, epochs in zip(self.side_px, self.epochs, strict=True):
            if epoch < epochs:
                return side
            epoch -= epochs
        return self.side_px[-1]


@dataclass(frozen=True, kw_only=True)
class ClassificationRecipe(OptimizerRecipe):
    """Hyper-parameters of the classification network.

    Attributes
    ----------
    epochs
        Epochs in all.
    patches_per_film
        Patches drawn from each film in an epoch.
    l1
        Weight of the sum of absolute parameters in the loss.
    rotation_degrees, flip
        Random rotation within plus and minus this angle; random left-right flip.
    gray_augment
        How strongly gamma, contrast, blur and noise imitate other machines: 0 not at all, 1 as
        for whole films in segmentation.
    working_size
        Size of the film that patches are cut from, a value of `WorkingSize`.
    input_mean, input_scale
        How gray values 0 to 255 enter the network: ``(gray - mean) * scale``.
    balance
        "class": all classes equally often; "class_and_source": and within a class all
        sources by the square root of their size; "none".
    label_smoothing
        Probability mass spread over all classes.
    frozen_stages
        Early stages of ResNet-18 that keep their weights, which saves their share of the time:
        0 none, 1 the first convolution, 2 to 5 the residual stages up to the first to fourth.
        Their batch normalization keeps the statistics of the training's own patches, which are
        estimated before it starts.
    """

    epochs: int
    patches_per_film: int
    l1: float
    rotation_degrees: float
    flip: bool
    gray_augment: float
    working_size: str
    input_mean: float
    input_scale: float
    balance: str
    label_smoothing: float
    frozen_stages: int

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_choice("balance", self.balance, ("none", "class", "class_and_source"))
        _check_choice("working_size", self.working_size, [size.value for size in WorkingSize])
        if self.epochs < 1 or self.patches_per_film < 1:
            raise InvalidValueError("epochs and patches_per_film must be positive.")
        if not 0 <= self.gray_augment <= 1:
            raise InvalidValueError("gray_augment must be from 0 to 1.")
        if not 0 <= self.frozen_stages <= RESNET_STAGES:
            raise InvalidValueError(f"frozen_stages must be from 0 to {RESNET_STAGES}.")

    @property
    def stage_epochs(self) -> tuple[int, ...]:
        """All epochs, which cost the same."""
        return (self.epochs,)


AnyRecipe = TypeVar("AnyRecipe", SegmentationRecipe, ClassificationRecipe)
_FOLDER_NAMES = {SegmentationRecipe: "segmentation", ClassificationRecipe: "classification"}


def read_recipe(kind: type[AnyRecipe], name: str) -> AnyRecipe:
    """Read a recipe by its name, or from a file.

    Parameters
    ----------
    kind
        `SegmentationRecipe` or `ClassificationRecipe`.
    name
        "paper", "default", "quick" for classification, "whole_lungs" for segmentation, or the
        path of a TOML file with the
        same keys.

    Returns
    -------
    SegmentationRecipe or ClassificationRecipe
        The hyper-parameters.

    Raises
    ------
    InvalidValueError
        If there is no such recipe, or a key is missing, unknown or of the wrong type.
    """
    named = resource_path("Recipes", f"{_FOLDER_NAMES[kind]}-{name}.toml")
    path = named if named.is_file() else Path(name)
    if not path.is_file():
        raise InvalidValueError(
            f"There is no recipe '{name}'. Give 'paper', 'default' or the path of a TOML file."
        )
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidValueError(f"{path.name} is not valid TOML: {error}.") from error
    expected = {field.name for field in dataclasses.fields(kind)}
    if wrong := expected ^ set(values):
        raise InvalidValueError(
            f"{path.name}: these keys are missing or unknown: {', '.join(sorted(wrong))}."
        )
    values = {key: tuple(v) if isinstance(v, list) else v for key, v in values.items()}
    types = get_type_hints(kind)
    if wrong := {key for key, value in values.items() if not _is_a(value, types[key])}:
        raise InvalidValueError(
            f"{path.name}: these keys have a value of the wrong type: {', '.join(sorted(wrong))}."
        )
    return kind(**values)


def _is_a(value: object, wanted: Any) -> bool:
    if items := get_args(wanted):
        return isinstance(value, tuple) and all(_is_a(item, items[0]) for item in value)
    # A bool is an int to Python, but not to whoever writes a recipe.
    return type(value) in ((int, float) if wanted is float else (wanted,))


def _check_choice(name: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise InvalidValueError(f"{name} must be one of {', '.join(allowed)}, got '{value}'.")
