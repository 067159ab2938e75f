"""The paper's own experiment: networks trained on its list with random splits by image."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from CXRTriageLib.cohort.film_list import Split
from CXRTriageLib.cohort.film_selection import FilmSelection
from CXRTriageLib.networks.weights import MANIFEST_NAME, Approach, Task
from CXRTriageLib.reproduction.paper_numbers import paper_numbers
from CXRTriageLib.reproduction.study import Study
from CXRTriageLib.reproduction.study_films import MANIFEST_NAME as FILM_LIST
from CXRTriageLib.reproduction.study_films import PAPER_COLUMN, StudyFilm
from CXRTriageLib.site_evaluation.report.document import Cell, Column, Kind, Table
from CXRTriageLib.site_evaluation.report.wording import MEASURE_LABELS
from CXRTriageLib.site_evaluation.statistics.classification import overall_scores
from CXRTriageLib.site_evaluation.statistics.labeled_films import LabeledFilms

SEEDS = tuple(range(10))
FOLDER = "trainings"
MEASURES = ("accuracy", "precision", "recall", "f1", "specificity")
COLUMNS = (
    Column(key="approach", heading="Approach"),
    Column(key="measure", heading="Measure"),
    Column(key="trainings", heading="Trainings"),
    Column(key="mean", heading="Mean [%]", kind=Kind.PERCENT),
    Column(key="lowest", heading="Lowest [%]", kind=Kind.PERCENT),
    Column(key="highest", heading="Highest [%]", kind=Kind.PERCENT),
    Column(key="paper", heading="Paper [%]", kind=Kind.PERCENT),
    Column(key="difference", heading="Difference [points]", kind=Kind.PERCENT),
)


@dataclass(frozen=True, kw_only=True)
class TrainingJob:
    """One network to be trained.

    Attributes
    ----------
    approach
        Patches that vote, or the whole film.
    seed
        Of the split by image and of the training.
    output
        Folder of the whole study.
    """

    approach: Approach
    seed: int
    output: Path

    @property
    def folder(self) -> Path:
        """Where the training keeps its checkpoints and its network."""
        return self.output / FOLDER / f"{self.approach.value}-{self.seed}"

    @property
    def models(self) -> Path:
        """Folder of the trained network, as ``--models`` takes it."""
        return self.folder / "models"

    @property
    def is_finished(self) -> bool:
        """Whether there is a network."""
        return (self.models / Task.CLASSIFICATION.value / MANIFEST_NAME).is_file()

    def arguments(self, data: Path, recipe: str, init: Path | None) -> list[str]:
        """Return the arguments of ``cxrtriage train``, which goes on where it was stopped.

        Parameters
        ----------
        data
            Folder of the films.
        recipe
            Name or path of a recipe.
        init
            Weights to start from, or None for ImageNet's.
        """
        given = {
            "--manifest": data / FILM_LIST,
            "--class-column": PAPER_COLUMN,
            "--split-by-image": self.seed,
            "--seed": self.seed,
            "--approach": self.approach.value,
            "--recipe": recipe,
            "--masked-films": self.output / FOLDER / "films",
            "--output": self.folder,
        }
        if init is not None:
            given["--init"] = init
        pairs = [[name, str(value)] for name, value in given.items()]
        return [Task.CLASSIFICATION.value, *(part for pair in pairs for part in pair)]


def ranked_jobs(output: Path) -> Iterator[TrainingJob]:
    """Yield all trainings, local beside global of the same split, so that pairs come early."""
    for seed in SEEDS:
        for approach in (Approach.LOCAL, Approach.GLOBAL):
            yield TrainingJob(approach=approach, seed=seed, output=output)


def trained_table(study: Study) -> Table | None:
    """Return Table X of the paper's list, over all trainings that are finished.

    Parameters
    ----------
    study
        Its films.

    Returns
    -------
    Table or None
        Mean and range over seeds; None where no training is finished.
    """
    finished = [job for job in ranked_jobs(study.output) if job.is_finished]
    rows: list[tuple[Cell, ...]] = []
    for approach in Approach:
        found = [_scores(job, study) for job in finished if job.approach is approach]
        if scores := [item for item in found if item is not None]:
            rows += _rows(approach, scores)
    if not rows:
        return None
    return Table(
        key="table10_paper_films",
        title="Films of the paper's list, classes of its authors, random splits by image",
        columns=COLUMNS,
        rows=tuple(rows),
        reading=(
            "Each training has a split of its own, 0.7 / 0.1 / 0.2 of the films of each class, and "
            "is scored on its test films. Films of one patient may lie on both sides, as in the "
            "paper, so these numbers are too high.",
            "The paper shows one split. A paper's number between the lowest and the highest of "
            "ours is no difference.",
        ),
    )


def _scores(job: TrainingJob, study: Study) -> dict[str, float] | None:
    """Return the scores of one network, None where no film of its test can be scored."""
    selection = FilmSelection(class_column=PAPER_COLUMN, split_seed=job.seed)
    films = [
        StudyFilm(listed=film, paper_class=film.class_name)
        for film in selection.films_of(study.data / FILM_LIST)
        if film.split is Split.TEST and film.may_be_classified
    ]
    measured = study.measuring.measure(films, job.models, job.folder / "scored")
    labeled = LabeledFilms.of(measured.films.main, measured.facts.class_names)
    if not len(labeled):
        return None
    found = overall_scores(labeled, draws=0)
    values = {name: getattr(found, name).value for name in MEASURES}
    return {name: np.nan if value is None else value for name, value in values.items()}


def _rows(approach: Approach, scores: Sequence[dict[str, float]]) -> Iterator[tuple[Cell, ...]]:
    for name in MEASURES:
        values = np.array([item[name] for item in scores])
        printed = paper_numbers().scores[approach.value][name]
        mean = float(values.mean())
        ends = float(values.min()), float(values.max())
        ours = (approach.value, MEASURE_LABELS[name], len(values), mean, *ends)
        yield (*ours, printed, mean - printed)
