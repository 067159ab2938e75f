"""One job: a network to be trained, and the films that it is then scored on."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from CXRTriageLib.cohort.film_list import ListedFilm, Split
from CXRTriageLib.cohort.film_selection import FilmSelection
from CXRTriageLib.networks.weights import MANIFEST_NAME, Approach, Task

MANIFEST = "manifest.csv"
TRAININGS_FOLDER = "trainings"
MASKED_FILMS_FOLDER = "films"
RESULTS_FOLDER = "results"


class JobState(Enum):
    """How far a job has come; the value is for people."""

    WAITING = "waiting"
    BEGUN = "training begun"
    TRAINED = "trained, not measured"
    DONE = "done"


@dataclass(frozen=True, kw_only=True)
class ScoredFilms:
    """Films that a network is scored on.

    Attributes
    ----------
    split
        Of this split alone; None takes all.
    dataset
        Of this source alone; None takes all.
    """

    split: Split | None = Split.TEST
    dataset: str | None = None

    def holds(self, film: ListedFilm) -> bool:
        """Say whether a film is one of them."""
        return self.split in (None, film.split) and self.dataset in (None, film.dataset)


@dataclass(frozen=True, kw_only=True)
class Job:
    """One network, and how it is judged.

    Attributes
    ----------
    name
        Of the job, its folder and its result.
    purpose
        One line for people.
    task
        What the network is for.
    selection
        Films that it is trained on.
    scored
        Films that it is scored on, whatever the selection leaves out.
    approach
        For classification: patches that vote, or the whole film.
    seed
        Of everything that is random.
    has_baseline
        Whether a logistic regression on biomarkers is scored beside it.
    """

    name: str
    purpose: str
    task: Task
    selection: FilmSelection = field(default_factory=FilmSelection)
    scored: tuple[ScoredFilms, ...] = (ScoredFilms(),)
    approach: Approach = Approach.LOCAL
    seed: int = 0
    has_baseline: bool = False

    def scored_films(self, manifest: Path) -> list[ListedFilm]:
        """Return the films that the network is scored on.

        Parameters
        ----------
        manifest
            The list of films.

        Returns
        -------
        list of ListedFilm
            Those with a label image for masks, with a class for classes.
        """
        # What the training leaves out is what the network is scored on.
        films = dataclasses.replace(self.selection, without=()).films_of(manifest)
        return [film for film in films if self._is_known(film) and self._is_scored(film)]

    def _is_scored(self, film: ListedFilm) -> bool:
        return any(films.holds(film) for films in self.scored)

    def _is_known(self, film: ListedFilm) -> bool:
        if self.task is Task.SEGMENTATION:
            return film.label is not None
        return film.may_be_classified


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """Where jobs find their films and leave what they make.

    Attributes
    ----------
    data
        Folder of films with their manifest.
    output
        Folder of all jobs, which the report on the paper's tables may share.
    """

    data: Path
    output: Path

    @property
    def manifest(self) -> Path:
        """The list of films."""
        return self.data / MANIFEST

    def folder(self, job: Job) -> Path:
        """Return where a job trains: checkpoints, curves, and its network in ``models``."""
        return training_folder(self.output, job.name)

    def models(self, job: Job) -> Path:
        """Return the folder of the trained network, as ``--models`` takes it."""
        return self.folder(job) / "models"

    def result(self, job: Job) -> Path:
        """Return the file of the result."""
        return result_path(self.output, job.name)

    def state(self, job: Job) -> JobState:
        """Return how far a job has come."""
        if self.result(job).is_file():
            return JobState.DONE
        if (self.models(job) / job.task.value / MANIFEST_NAME).is_file():
            return JobState.TRAINED
        return JobState.BEGUN if any(self.folder(job).glob("*.ckpt")) else JobState.WAITING


def training_folder(output: Path, name: str) -> Path:
    """Return where the job of a name trains."""
    return output / TRAININGS_FOLDER / name


def result_path(output: Path, name: str) -> Path:
    """Return the file that holds the result of the job of a name."""
    return output / RESULTS_FOLDER / f"{name}.json"


@dataclass(frozen=True, kw_only=True)
class TrainingChoices:
    """How all jobs train.

    Attributes
    ----------
    class_names
        Order of the classes.
    recipes
        Name or path of a recipe for each task.
    init
        Weights to start from, None for ImageNet's.
    device
        "auto", "cpu" or "cuda".
    """

    class_names: tuple[str, ...]
    recipes: tuple[tuple[Task, str], ...]
    init: Path | None = None
    device: str = "auto"

    def arguments(self, job: Job, place: Workplace) -> list[str]:
        """Return the arguments of ``cxrtriage train``, which goes on where it was stopped.

        Parameters
        ----------
        job
            What to train.
        place
            Where.

        Returns
        -------
        list of str
            Without the word "train".
        """
        selection = job.selection
        given: list[object] = [
            job.task.value,
            *("--manifest", place.manifest),
            *("--output", place.folder(job)),
            *("--recipe", dict(self.recipes)[job.task]),
            *("--class-column", selection.class_column),
            *("--seed", job.seed),
            *("--device", self.device),
        ]
        if selection.split_seed is not None:
            given += ["--split-by-image", selection.split_seed]
        for dataset in selection.without:
            given += ["--without", dataset]
        if self.init is not None:
            given += ["--init", self.init]
        if job.task is Task.CLASSIFICATION:
            kept = place.output / TRAININGS_FOLDER / MASKED_FILMS_FOLDER
            given += ["--approach", job.approach.value, "--masked-films", kept]
            given += ["--classes", *self.class_names]
        return [str(item) for item in given]
