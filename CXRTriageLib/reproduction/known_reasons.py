"""Why numbers differ from the paper's, as far as the films and networks at hand can tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from CXRTriageLib.cohort.film_list import ListedFilm, Split
from CXRTriageLib.site_evaluation.report.wording import number_text

PAPER_EPOCHS, PAPER_TRAINING_FILMS = 100, 354
"""Of the classifier: section II-B and Table III; a film gives one patch in an epoch."""


def choice_of_films(everywhere: Mapping[str, float], on_list: Mapping[str, float]) -> str:
    """Return a sentence about how much of the differences the choice of films makes.

    Parameters
    ----------
    everywhere
        Ours minus the paper's, by group, on all films.
    on_list
        The same on the films of the paper's own list.

    Returns
    -------
    str
        Empty where no group has both.
    """
    groups = sorted(set(everywhere) & set(on_list))
    if not groups:
        return ""
    all_films, listed = (
        float(np.mean([abs(found[group]) for group in groups])) for found in (everywhere, on_list)
    )
    share = (
        f"the choice of films makes {number_text(all_films - listed)} of it"
        if listed < all_films
        else "so that the choice of films is not what makes it"
    )
    return (
        f"Measured: over the {len(groups)} groups, means lie {number_text(all_films)} from the "
        f"paper's on all films, and {number_text(listed)} on the films of its own list; {share}. "
        "What is left comes from masks, copies of the films, and preprocessing."
    )


def amount_of_training(training: Mapping[str, Any]) -> str:
    """Return a sentence about how many patches a classifier has learned from.

    Parameters
    ----------
    training
        What a network's manifest says of its training.

    Returns
    -------
    str
        Empty where the manifest does not say it.
    """
    recipe = training.get("recipe", {})
    epochs, patches = recipe.get("epochs"), recipe.get("patches_per_film")
    films = sum(
        item["films"] for item in training.get("films", ()) if item["split"] == Split.TRAIN.value
    )
    if not (epochs and patches and films):
        return ""
    seen, paper = epochs * patches * films, PAPER_EPOCHS * PAPER_TRAINING_FILMS
    frozen = recipe.get("frozen_stages", 0)
    kept = f", with {frozen} stages of ResNet-18 left as they were" if frozen else ""
    return (
        f"Measured: the network was shown {seen:,} patches in its last training ({epochs} epochs "
        f"of {films:,} films{kept}), the paper's {paper:,} ({PAPER_EPOCHS} epochs of "
        f"{PAPER_TRAINING_FILMS} films)."
    )


def shared_patients(splits: Sequence[Sequence[ListedFilm]]) -> str:
    """Return a sentence about test films whose patient was learned from.

    Parameters
    ----------
    splits
        The films of each random split by image that may be classified.

    Returns
    -------
    str
        Empty where there is no test film.
    """
    shares = [share for films in splits if (share := _shared(films)) is not None]
    if not shares:
        return ""
    return (
        f"Measured: in {len(shares)} random splits by image, {100 * np.mean(shares):.0f} % of the "
        f"test films ({100 * min(shares):.0f} to {100 * max(shares):.0f} %) show a patient of the "
        "training films."
    )


def _shared(films: Sequence[ListedFilm]) -> float | None:
    known = {film.patient for film in films if film.split is Split.TRAIN}
    tested = [film.patient in known for film in films if film.split is Split.TEST]
    return float(np.mean(tested)) if tested else None
