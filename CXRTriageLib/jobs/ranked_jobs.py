"""All jobs that a list of films allows, the most telling first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from CXRTriageLib.cohort.film_list import ListedFilm, Split
from CXRTriageLib.cohort.film_selection import FilmSelection, has_column
from CXRTriageLib.jobs.job import Job, ScoredFilms
from CXRTriageLib.networks.weights import Approach, Task

PAPER_COLUMN = "paper_class"
"""Column with the class that the paper's authors gave to a film of their list."""
SEEDS = tuple(range(10))
APPROACHES = (Approach.LOCAL, Approach.GLOBAL)

MASKS_UNSEEN = "masks-unseen"
LUNGS_NEVER_TRAINED_ON = (
    ScoredFilms(dataset="montgomery", split=None),
    ScoredFilms(dataset="shenzhen", split=Split.TEST),
)
"""What other groups print numbers for: all of Montgomery, and the test films of Shenzhen."""


def ranked_jobs(manifest: Path, class_names: Sequence[str]) -> list[Job]:
    """Return all jobs of a manifest.

    Masks on sources never trained on come first, then the paper's split once, then clean labels,
    then classes on sources never trained on, then the other nine seeds of the paper's split.

    Parameters
    ----------
    manifest
        List of films.
    class_names
        Classes to learn.

    Returns
    -------
    list of Job
        Without those that the films do not allow.

    Raises
    ------
    ManifestError
        If the manifest is refused.
    """
    films = FilmSelection().films_of(manifest)
    seeds = SEEDS if has_column(manifest, PAPER_COLUMN) else ()
    paper = [_paper_job(approach, seed) for seed in seeds for approach in APPROACHES]
    first = len(APPROACHES)
    return [
        *_masks_jobs(films),
        *paper[:first],
        *_clean_jobs(films),
        *_unseen_jobs(films, class_names),
        *paper[first:],
    ]


def paper_name(approach: Approach, seed: int) -> str:
    """Return the name of a job on the paper's list."""
    return f"paper-{approach.value}-{seed}"


def clean_name(approach: Approach) -> str:
    """Return the name of a job on clean labels."""
    return f"clean-{approach.value}"


def unseen_name(dataset: str) -> str:
    """Return the name of a job that never sees a source."""
    return f"classes-unseen-{dataset}"


def _masks_jobs(films: Sequence[ListedFilm]) -> Iterator[Job]:
    masked = {film.dataset for film in films if film.label is not None}
    left_out = tuple(films.dataset for films in LUNGS_NEVER_TRAINED_ON if films.dataset)
    if set(left_out) < masked:
        yield Job(
            name=MASKS_UNSEEN,
            purpose=f"masks on sources never trained on: {' and '.join(left_out)}",
            task=Task.SEGMENTATION,
            selection=FilmSelection(without=left_out),
            scored=LUNGS_NEVER_TRAINED_ON,
        )


def _paper_job(approach: Approach, seed: int) -> Job:
    return Job(
        name=paper_name(approach, seed),
        purpose=f"the paper's films and labels, split by image, {approach.value}",
        task=Task.CLASSIFICATION,
        selection=FilmSelection(class_column=PAPER_COLUMN, split_seed=seed),
        approach=approach,
        seed=seed,
    )


def _clean_jobs(films: Sequence[ListedFilm]) -> Iterator[Job]:
    if not any(film.may_be_classified and film.split is Split.TEST for film in films):
        return
    for approach in APPROACHES:
        yield Job(
            name=clean_name(approach),
            purpose=f"clean labels, split by patient, {approach.value}",
            task=Task.CLASSIFICATION,
            approach=approach,
            has_baseline=approach is Approach.LOCAL,
        )


def _unseen_jobs(films: Sequence[ListedFilm], class_names: Sequence[str]) -> Iterator[Job]:
    """Yield a job for each source without which every class still has films to learn from."""
    labeled = [film for film in films if film.may_be_classified and film.class_name in class_names]
    for dataset in sources_to_leave_out(labeled, class_names):
        yield Job(
            name=unseen_name(dataset),
            purpose=f"classes on a source never trained on: {dataset}",
            task=Task.CLASSIFICATION,
            selection=FilmSelection(without=(dataset,)),
            scored=(ScoredFilms(dataset=dataset, split=None),),
        )


def sources_to_leave_out(films: Sequence[ListedFilm], class_names: Sequence[str]) -> list[str]:
    """Return the sources that can be left out, the largest first.

    Parameters
    ----------
    films
        Films that have one of the classes.
    class_names
        Each must keep films in training and validation.

    Returns
    -------
    list of str
        Empty where class follows source.
    """
    sizes: dict[str, int] = {}
    for film in films:
        sizes[film.dataset] = sizes.get(film.dataset, 0) + 1
    wanted = {(name, split) for name in class_names for split in (Split.TRAIN, Split.VALIDATION)}
    return [
        dataset
        for dataset in sorted(sizes, key=lambda name: (-sizes[name], name))
        if wanted <= {(film.class_name, film.split) for film in films if film.dataset != dataset}
    ]
