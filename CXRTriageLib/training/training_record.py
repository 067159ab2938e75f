"""What the training in a folder was asked to do, so that nothing else goes on from there."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from CXRTriageLib.cohort.film_list import ListedFilm
from CXRTriageLib.errors import ModelError
from CXRTriageLib.training.recipes import OptimizerRecipe

RECORD_NAME = "training.json"


@dataclass(frozen=True, kw_only=True)
class TrainingRecord:
    """The settings that decide what is learned.

    Attributes
    ----------
    task
        What the network is for.
    recipe
        Hyper-parameters.
    seed
        Of everything that is random.
    classes
        For classification: order of the classes, and the approach.
    films
        Hash of the films, their classes and their splits.
    """

    task: str
    recipe: Mapping[str, Any]
    seed: int
    classes: tuple[str, ...]
    films: str

    @classmethod
    def of(
        cls,
        task: str,
        recipe: OptimizerRecipe,
        films: Sequence[ListedFilm],
        *,
        seed: int,
        classes: tuple[str, ...] = (),
    ) -> TrainingRecord:
        """Return the record of a training.

        Parameters
        ----------
        task
            What the network is for.
        recipe
            Hyper-parameters.
        films
            Films that take part. Their folder does not count: films may be moved.
        seed
            Of everything that is random.
        classes
            For classification: order of the classes, and the approach.
        """
        told = sorted(
            (film.dataset, film.image.name, film.class_name, film.split.value if film.split else "")
            for film in films
        )
        return cls(
            task=task,
            recipe=dataclasses.asdict(recipe),
            seed=seed,
            classes=classes,
            films=hashlib.sha256(repr(told).encode()).hexdigest(),
        )

    def keep(self, output: Path, *, is_begun: bool) -> None:
        """Write the record, or refuse to go on from a training with another one.

        Parameters
        ----------
        output
            Folder of the training.
        is_begun
            Whether the folder holds a checkpoint.

        Raises
        ------
        ModelError
            If the folder holds a training with other settings; the message names them.
        """
        path = output / RECORD_NAME
        text = json.dumps(dataclasses.asdict(self), indent=2) + "\n"
        if is_begun and path.is_file():
            different = _differences(json.loads(path.read_text(encoding="utf-8")), json.loads(text))
            if different:
                raise ModelError(
                    f"{output}: this folder holds a training with other settings "
                    f"({', '.join(different)}). Give another --output, or the settings of that "
                    "training to go on with it."
                )
            return
        output.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)


def _differences(kept: Mapping[str, Any], asked: Mapping[str, Any]) -> list[str]:
    recipe = (kept.get("recipe", {}), asked["recipe"])
    keys = [key for key in asked if key != "recipe" and kept.get(key) != asked[key]]
    keys += [
        f"{key} in the recipe"
        for key in sorted(set(recipe[0]) | set(recipe[1]))
        if recipe[0].get(key) != recipe[1].get(key)
    ]
    return keys
