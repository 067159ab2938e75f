"""What a trained network's manifest says of its training."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from CXRTriageLib.cohort.film_list import ListedFilm, Split
from CXRTriageLib.cohort.film_selection import FilmSelection
from CXRTriageLib.networks.weights import ModelClass, file_sha256
from CXRTriageLib.training.recipes import OptimizerRecipe
from CXRTriageLib.version import __version__

WEIGHTS_LICENCE = (
    "Research use only. Some of the films were given for research or non-commercial use only, "
    "and what was learned from them is passed on under the same terms. The licence of the "
    "software does not cover the weights."
)
KNOWN_LABELS = {
    "normal": "Normal",
    "bacterial": "Bacterial pneumonia",
    "tuberculosis": "Tuberculosis",
    "viral": "Viral pneumonia (COVID-19 included)",
}
CONFIRMED_CLASSES = ("viral",)
"""Classes for which the workflow asks for RT-PCR or CT (paper, Fig. 9)."""


def model_classes(names: Iterable[str]) -> tuple[ModelClass, ...]:
    """Return classes with a name for people and their place in the workflow.

    Parameters
    ----------
    names
        Keys of the classes, in the order of the outputs.

    Returns
    -------
    tuple of ModelClass
        A key that is not known serves as its own label.
    """
    return tuple(
        ModelClass(
            name=name,
            label=KNOWN_LABELS.get(name, name.replace("_", " ").capitalize()),
            confirm=name in CONFIRMED_CLASSES,
        )
        for name in names
    )


def training_facts(
    recipe: OptimizerRecipe,
    films: Sequence[ListedFilm],
    *,
    checkpoint: Path,
    seed: int,
    started_from_sha256: str | None = None,
    selection: FilmSelection | None = None,
) -> Mapping[str, Any]:
    """Return the part of a manifest that tells how a network came about.

    Parameters
    ----------
    recipe
        Hyper-parameters.
    films
        Films that were used.
    checkpoint
        The chosen checkpoint; its hash is noted.
    seed
        Of everything that was random.
    started_from_sha256
        Hash of the weights that the training started from.
    selection
        How the films were selected; as the manifest has them by default.

    Returns
    -------
    Mapping
        Ready for JSON; no film is named.
    """
    counts = Counter(
        (film.dataset, film.split.value if film.split else "")
        for film in films
        if film.split in (Split.TRAIN, Split.VALIDATION)
    )
    return {
        "version": __version__,
        "training": {
            "recipe": dataclasses.asdict(recipe),
            "seed": seed,
            "films": [
                {"dataset": dataset, "split": split, "films": count}
                for (dataset, split), count in sorted(counts.items())
            ],
            "selection": dataclasses.asdict(selection or FilmSelection()),
            "started_from_sha256": started_from_sha256,
            "checkpoint_sha256": file_sha256(checkpoint),
        },
        "licence": WEIGHTS_LICENCE,
    }
