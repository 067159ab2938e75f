"""Table X and Fig. 6: how often the class is right, by patches and by the whole film."""

from __future__ import annotations

import numpy as np

from CXRTriageLib.cohort.film_selection import FilmSelection
from CXRTriageLib.domain.estimate import Estimate
from CXRTriageLib.jobs.job import MANIFEST
from CXRTriageLib.jobs.ranked_jobs import PAPER_COLUMN, SEEDS
from CXRTriageLib.networks.weights import Task, read_manifest
from CXRTriageLib.reproduction.differences import largest_difference
from CXRTriageLib.reproduction.known_reasons import amount_of_training, shared_patients
from CXRTriageLib.reproduction.measuring import Measured
from CXRTriageLib.reproduction.paper_numbers import paper_numbers
from CXRTriageLib.reproduction.study import Study
from CXRTriageLib.reproduction.trainings import MEASURES, trained_table
from CXRTriageLib.site_evaluation.report.document import (
    Block,
    Cell,
    Column,
    Kind,
    Plot,
    Section,
    Table,
    Text,
)
from CXRTriageLib.site_evaluation.report.plots import confusion_plot
from CXRTriageLib.site_evaluation.report.wording import MEASURE_LABELS, counted, reading
from CXRTriageLib.site_evaluation.statistics.classification import overall_scores
from CXRTriageLib.site_evaluation.statistics.labeled_films import LabeledFilms

LOCAL, GLOBAL = "local", "global"
APPROACHES = {LOCAL: "patches that vote (local)", GLOBAL: "the whole film (global)"}
NO_GLOBAL = (
    "The global approach was not run: no network that looks at the whole film was given "
    "(--global-models)."
)
NOT_TRAINED = (
    "The paper's own experiment, networks trained on its list with random splits by image, was "
    "not run: none of its jobs is done ('cxrtriage jobs' works through them)."
)
COLUMNS = (
    Column(key="approach", heading="Approach"),
    Column(key="measure", heading="Measure"),
    Column(key="value", heading="Here [%]", kind=Kind.PERCENT),
    Column(key="paper", heading="Paper [%]", kind=Kind.PERCENT),
    Column(key="difference", heading="Difference [points]", kind=Kind.PERCENT),
)


def classification_table(study: Study) -> Section:
    """Return Table X on the scored split.

    Parameters
    ----------
    study
        Its films.

    Returns
    -------
    Section
        Scores of the network of patches and, where it was given, of the global one.
    """
    title = "Table X: classification"
    by_approach = _labeled(study)
    if not by_approach:
        text = Text(text=f"No film of the {study.scored.value} split has a class.")
        return Section(key="table10", title=title, blocks=(text, *_of_the_papers_list(study)))
    rows: list[tuple[Cell, ...]] = []
    differences: dict[str, float] = {}
    for approach, films in by_approach.items():
        scores = overall_scores(films, draws=study.draws)
        for name in MEASURES:
            found: Estimate = getattr(scores, name)
            printed = paper_numbers().scores[approach][name]
            difference = None if found.value is None else found.value - printed
            rows.append((APPROACHES[approach], MEASURE_LABELS[name], found, printed, difference))
            if difference is not None:
                differences[f"{approach}, {name}"] = difference
    table = Table(
        key="table10",
        title=f"Films of the {study.scored.value} split, split by patient, classes of the manifest",
        columns=COLUMNS,
        rows=tuple(rows),
        reading=(
            *filter(None, [largest_difference(differences, "share")]),
            "The two tests are not alike: the paper split by image, so that nearly half of its "
            "COVID-19 test films share a patient with training, and its tuberculosis and COVID-19 "
            "films each came from one source that its network could recognize; here two sources "
            "hold both normal films and tuberculosis, and the split is by patient.",
            *filter(None, [_training_sentence(study)]),
            *reading("interval", *MEASURES),
        ),
    )
    blocks: list[Block] = [table, *_of_the_papers_list(study)]
    if study.global_models is None:
        blocks.append(Text(text=NO_GLOBAL))
    return Section(key="table10", title=title, blocks=tuple(blocks))


def _training_sentence(study: Study) -> str:
    return amount_of_training(read_manifest(Task.CLASSIFICATION, study.models).training)


def _of_the_papers_list(study: Study) -> tuple[Block, ...]:
    """Return Table X of the paper's list, and what its random splits share."""
    trained = trained_table(study.output)
    if trained is None:
        return (Text(text=NOT_TRAINED),)
    splits = [
        [
            film
            for film in FilmSelection(class_column=PAPER_COLUMN, split_seed=seed).films_of(
                study.data / MANIFEST
            )
            if film.may_be_classified
        ]
        for seed in SEEDS
    ]
    shared = shared_patients(splits)
    return (trained, Text(text=shared)) if shared else (trained,)


def confusion_figure(study: Study) -> Section:
    """Return Fig. 6: the confusion matrices of both approaches."""
    blocks: list[Block] = []
    labels = list(study.measured.facts.class_labels)
    for approach, films in _labeled(study).items():
        confusion = films.confusion()[films.present]
        names = [labels[code] for code in films.present.tolist()]
        columns = [*labels, "No class"]
        title = f"Fig. 6: {APPROACHES[approach]}"
        blocks.append(
            Plot(
                key=f"fig6_{approach}",
                title=title,
                caption=f"{counted(len(films), 'film')} of the {study.scored.value} split; in each "
                "cell the films and their share of the row.",
                svg=confusion_plot(confusion, names, columns),
                is_wide=False,
            )
        )
        blocks.append(
            Table(
                key=f"fig6_{approach}",
                title=f"{title}, in numbers",
                columns=(
                    Column(key="class", heading="Class of the manifest"),
                    *(Column(key=f"found_{name}", heading=f"Found: {name}") for name in columns),
                ),
                rows=tuple(
                    (name, *(int(count) for count in row))
                    for name, row in zip(names, confusion, strict=True)
                ),
            )
        )
    if study.global_models is None:
        blocks.append(Text(text=NO_GLOBAL))
    return Section(key="fig6", title="Fig. 6: confusion matrices", blocks=tuple(blocks))


def _labeled(study: Study) -> dict[str, LabeledFilms]:
    """Return the scored films that have a class, by approach; none where there is no such film."""
    measured: dict[str, Measured | None] = {
        LOCAL: study.measured,
        GLOBAL: study.measured_globally,
    }
    found = {}
    for approach, item in measured.items():
        if item is None:
            continue
        main = item.films.main
        wanted = [row for row in study.scored_rows.tolist() if study.by_row[row].group]
        films = LabeledFilms.of(main.take(np.isin(main.row, wanted)), item.facts.class_names)
        if len(films):
            found[approach] = films
    return found
