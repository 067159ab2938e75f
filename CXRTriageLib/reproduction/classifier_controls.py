"""What the classifier could lean on, what its probabilities are worth, and how steady it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from CXRTriageLib.cohort.film_list import Split
from CXRTriageLib.controls.film_sample import REPEATED_FILMS, few_of_each, films_by_split
from CXRTriageLib.errors import ManifestError, MissingDependencyError
from CXRTriageLib.jobs.job import MANIFEST
from CXRTriageLib.networks.weights import Task, read_manifest
from CXRTriageLib.optional import require
from CXRTriageLib.reproduction.study import Study
from CXRTriageLib.site_evaluation.report.calibration_blocks import calibration_blocks
from CXRTriageLib.site_evaluation.report.control_section import controls_plot
from CXRTriageLib.site_evaluation.report.document import (
    Block,
    Cell,
    Column,
    Kind,
    Section,
    Table,
    Text,
)
from CXRTriageLib.site_evaluation.report.subgroup_blocks import subgroup_blocks
from CXRTriageLib.site_evaluation.report.wording import counted, label_of, reading

if TYPE_CHECKING:
    from CXRTriageLib.controls.control_run import RepeatedTables
    from CXRTriageLib.controls.control_tables import ControlTables
    from CXRTriageLib.controls.saliency_tables import MapRow, SteadinessRow

CONTROLS_FOLDER = "controls"
NOT_THE_TEST_SPLIT = (
    "The controls were not run: they learn on training films and answer for test films, and only "
    "one split was asked for. Leave --split out to run them."
)
SCORE_COLUMNS = (
    Column(key="control", heading="What answers"),
    Column(key="accuracy", heading="Class: accuracy [%]", kind=Kind.PERCENT),
    Column(key="balanced_accuracy", heading="Class: balanced accuracy [%]", kind=Kind.PERCENT),
    Column(key="chance", heading="Guessing [%]", kind=Kind.PERCENT),
    Column(key="source", heading="Source: balanced accuracy [%]", kind=Kind.PERCENT),
    Column(key="source_chance", heading="Guessing [%]", kind=Kind.PERCENT),
)
WITHIN_COLUMNS = (
    Column(key="source", heading="Source"),
    Column(key="classes", heading="Classes"),
    Column(key="auc", heading="AUC [%]", kind=Kind.PERCENT),
)
MAP_COLUMNS = (
    Column(key="rank_correlation", heading="Rank correlation", kind=Kind.NUMBER),
    Column(key="structural_similarity", heading="SSIM", kind=Kind.NUMBER),
)
STEADINESS_COLUMNS = (
    Column(key="mode", heading="Mode"),
    Column(key="seeds", heading="Seeds"),
    Column(key="changed", heading="Films whose class changes [%]", kind=Kind.PERCENT),
    Column(key="share_sd", heading="SD of the vote share", kind=Kind.NUMBER),
    *MAP_COLUMNS,
)
RANDOMIZATION_COLUMNS = (Column(key="random", heading="Random weights"), *MAP_COLUMNS)


def controls_section(study: Study) -> Section:
    """Return the controls of the classifier, its calibration, and its steadiness.

    Values of each film are kept in a folder of the output, so that a stopped run goes on.

    Parameters
    ----------
    study
        Its films.

    Returns
    -------
    Section
        A sentence where the films do not allow it.
    """
    return Section(
        key="controls",
        title="Controls: what the classifier leans on, and how steady it is",
        blocks=tuple(_blocks(study)),
    )


def _blocks(study: Study) -> Iterator[Block]:
    if study.scored is not Split.TEST:
        yield Text(text=NOT_THE_TEST_SPLIT)
        return
    network = read_manifest(Task.CLASSIFICATION, study.models)
    listed = [film.listed for film in study.films]
    try:
        films = films_by_split(listed, network.class_names, MANIFEST)
        require("torch", extra="train", purpose="randomizing weights")
        require("sklearn", extra="train", purpose="training small models")
    except (ManifestError, MissingDependencyError) as error:
        yield Text(text=f"The controls were not run. {error}", is_warning=True)
        return
    from CXRTriageLib.controls.control_run import ControlRun

    run = ControlRun.load(study.models, study.output / CONTROLS_FOLDER)
    tables = run.tables(films, draws=study.draws)
    yield from _leaning(tables)
    yield from _probabilities(tables)
    yield from subgroup_blocks(tables.subgroups)
    yield from _steadiness(run.repeated(few_of_each(films[Split.TEST], REPEATED_FILMS)))


def _leaning(tables: ControlTables) -> Iterator[Block]:
    verdict = tables.verdict
    close = "; ".join(label_of(name) for name in verdict.close_controls)
    sentences = (
        verdict.sentence,
        f"Comes close to the classifier: {close}." if close else "",
        "Its own features tell the source at least as well as the class."
        if verdict.features_tell_source
        else "",
        verdict.rule,
    )
    yield Text(text=" ".join(filter(None, sentences)), is_warning=verdict.leans_on_source)
    yield _scores(tables)
    yield controls_plot(tables.scores)
    if tables.within_sources:
        yield Table(
            key="within_sources",
            title="Two classes of one source, told apart by the classifier",
            columns=WITHIN_COLUMNS,
            rows=tuple(
                (row.source, f"{row.class_name} against {row.other_class}", row.area)
                for row in tables.within_sources
            ),
            reading=(*reading("area"), "Within one source the source cannot give the class away."),
        )


def _scores(tables: ControlTables) -> Table:
    probes = {probe.features: probe for probe in tables.source_probes}
    return Table(
        key="controls",
        title="The vote beside what answers without looking at the lungs",
        columns=SCORE_COLUMNS,
        rows=tuple(
            (
                label_of(score.control),
                score.accuracy,
                score.balanced_accuracy,
                score.chance,
                probe.balanced_accuracy if probe else None,
                1 / probe.sources if probe else None,
            )
            for score in tables.scores
            for probe in [probes.get(score.control)]
        ),
        reading=(
            *reading("control", "probe"),
            f"Small models are logistic regressions that learned on {tables.training_films} "
            "training films, their regularization chosen by cross-validation by patient.",
        ),
    )


def _probabilities(tables: ControlTables) -> Iterator[Block]:
    test = tables.calibration
    if test is None:
        yield Text(text="No film has a vote, so that there is no calibration.")
        return
    curves = {"As they are": test.before}
    if not test.is_at_limit:
        curves["With the temperature"] = test.after
    yield from calibration_blocks(curves, test)


def _steadiness(repeated: RepeatedTables) -> Iterator[Block]:
    films = counted(repeated.repeated_films, "test film")
    if not repeated.steadiness:
        yield Text(text="No film has a vote that could be repeated.")
        return
    yield Table(
        key="vote_steadiness",
        title=f"The same {films}, patches drawn anew for each seed",
        columns=STEADINESS_COLUMNS,
        rows=tuple(_steadiness_row(row) for row in repeated.steadiness),
        reading=(
            "Rank correlation and SSIM (structural similarity) compare the saliency of one seed "
            "with that of the next, within the lungs; 1 is the same. The lattice of the default "
            "mode draws nothing.",
        ),
    )
    yield Table(
        key="saliency_randomization",
        title="Saliency against that of networks whose weights are random from the output on",
        columns=RANDOMIZATION_COLUMNS,
        rows=tuple((row.compared, *_agreement(row)) for row in repeated.randomization),
        reading=(
            "Far below the agreement of two seeds is good: the map then shows what the network "
            "has learned, and not the edges of the film.",
        ),
    )


def _steadiness_row(row: SteadinessRow) -> tuple[Cell, ...]:
    return (row.mode, row.seeds, row.changed, row.share_sd, *_agreement(row.maps))


def _agreement(row: MapRow) -> tuple[Cell, ...]:
    return row.rank_correlation, row.structural_similarity
