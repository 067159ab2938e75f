"""Table V: overlap of lungs and heart, and what preprocessing does to another source's films."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from CXRTriageLib.cohort.film_list import Split
from CXRTriageLib.reproduction.differences import largest_difference
from CXRTriageLib.reproduction.paper_numbers import MeanAndSd, PaperJaccard, paper_numbers
from CXRTriageLib.reproduction.study import Study
from CXRTriageLib.reproduction.study_films import StudyFilm
from CXRTriageLib.site_evaluation.report.document import (
    Block,
    Cell,
    Column,
    Kind,
    Section,
    Table,
    Text,
)
from CXRTriageLib.site_evaluation.statistics.columns import FilmColumns, Numbers
from CXRTriageLib.site_evaluation.statistics.group_tests import stars
from CXRTriageLib.site_evaluation.statistics.overlap import lungs_jaccard, mean_estimate

PREPROCESSED, RAW = "preprocessed", "raw"

COLUMNS = (
    Column(key="films", heading="Films"),
    Column(key="input", heading="Input"),
    Column(key="structure", heading="Structure"),
    Column(key="jaccard", heading="Jaccard", kind=Kind.NUMBER),
    Column(key="sd", heading="SD", kind=Kind.NUMBER),
    Column(key="paper_jaccard", heading="Paper: Jaccard", kind=Kind.NUMBER),
    Column(key="paper_sd", heading="Paper: SD", kind=Kind.NUMBER),
    Column(key="difference", heading="Difference", kind=Kind.NUMBER),
)
PAIR_COLUMNS = (
    Column(key="films", heading="Films"),
    Column(key="count", heading="n"),
    Column(key="change", heading="Preprocessed minus raw, mean", kind=Kind.NUMBER),
    Column(key="median_change", heading="Median", kind=Kind.NUMBER),
    Column(key="p", heading="Signed-rank p", kind=Kind.P_VALUE),
    Column(key="stars", heading="Stars"),
    Column(key="paper_stars", heading="Paper: stars"),
)


@dataclass(frozen=True, kw_only=True)
class FilmSet:
    """Films of one row of the table.

    Attributes
    ----------
    title
        For people.
    films
        Measured films that have drawn lungs.
    raw
        Jaccard of the lungs without preprocessing, NaN where it was not measured.
    paper
        Rows of the paper's table that stand beside it.
    """

    title: str
    films: FilmColumns
    raw: Numbers
    paper: tuple[PaperJaccard, ...] = ()


def segmentation_table(study: Study) -> Section:
    """Return Table V.

    Parameters
    ----------
    study
        Its films.

    Returns
    -------
    Section
        Overlap for each source, and the Wilcoxon signed-rank test of raw against preprocessed.
    """
    sets = [item for item in _film_sets(study) if len(item.films)]
    title = "Table V: segmentation"
    if not sets:
        text = Text(text="No film with drawn lungs was measured, so there is no overlap.")
        return Section(key="table5", title=title, blocks=(text,))
    blocks: list[Block] = [_overlap_table(sets, study.draws), _input_table(sets)]
    return Section(key="table5", title=title, blocks=tuple(blocks))


def _film_sets(study: Study) -> list[FilmSet]:
    main = study.measured.films.main
    main = main.take(~np.isnan(lungs_jaccard(main)))
    raw = np.array([study.raw_jaccard.get(row, np.nan) for row in main.row.tolist()], np.float64)
    printed = paper_numbers().jaccard
    is_scored = np.isin(main.row, study.scored_rows)
    part = study.scored.value
    sets = []
    for dataset in sorted(set(main.site.tolist())):
        chosen = is_scored & (main.site == dataset)
        # The paper's 50 films of JSRT are a part of that source, as these films are.
        paper = tuple(row for row in printed if row.dataset == dataset == "jsrt")
        title = f"{dataset}, {part} films"
        sets.append(FilmSet(title=title, films=main.take(chosen), raw=raw[chosen], paper=paper))
    listed = [study.by_row[row] for row in main.row.tolist()]
    chosen = np.array([_is_paper_montgomery(film) for film in listed], np.bool_)
    known = sum(film.listed.split is Split.TRAIN for film in listed if _is_paper_montgomery(film))
    sets.append(
        FilmSet(
            title="montgomery, normal films of the paper's list"
            + (f" ({known} of the training part)" if known else ""),
            films=main.take(chosen),
            raw=raw[chosen],
            paper=tuple(row for row in printed if row.dataset == "montgomery"),
        )
    )
    return sets


def _is_paper_montgomery(film: StudyFilm) -> bool:
    return film.listed.dataset == "montgomery" and film.paper_class == "normal"


def _overlap_table(sets: Sequence[FilmSet], draws: int) -> Table:
    rows: list[tuple[Cell, ...]] = []
    differences: dict[str, float] = {}
    for item in sets:
        heart = item.films.agreement["heart", "jaccard"]
        printed = {(row.input, "lungs"): row.lungs for row in item.paper}
        printed |= {(row.input, "heart"): row.heart for row in item.paper if row.heart}
        for made_from, structure, values in (
            (PREPROCESSED, "lungs", lungs_jaccard(item.films)),
            (RAW, "lungs", item.raw),
            (PREPROCESSED, "heart", heart),
        ):
            paper = printed.get((made_from, structure))
            known = ~np.isnan(values)
            if not known.any():
                continue
            row = _row(values[known], item.films.patient[known].tolist(), paper, draws)
            rows.append((item.title, made_from, structure, *row))
            if paper is not None:
                name = f"{item.title}, {structure}, {made_from}"
                differences[name] = float(values[known].mean()) - paper.mean
    return Table(
        key="table5",
        title="Jaccard index of each film, mean over films",
        columns=COLUMNS,
        rows=tuple(rows),
        reading=(
            *filter(None, [largest_difference(differences, "mean")]),
            "Lungs: the mean of left and right lung, without a smoothing term, which the paper's "
            "code adds to both parts of the fraction.",
            "The shipped network learned from other films of every source that it is tested on, "
            "Montgomery among them; the paper's network had seen no film of Montgomery. The "
            "paper's 50 films of JSRT are not the ones here.",
            "In brackets the 95 % interval over resampled patients.",
        ),
    )


def _row(
    values: Numbers, patients: list[str], paper: MeanAndSd | None, draws: int
) -> tuple[Cell, ...]:
    sd = float(values.std(ddof=1)) if len(values) > 1 else None
    mean = mean_estimate(values, patients, draws=draws)
    if paper is None:
        return (mean, sd, None, None, None)
    return (mean, sd, paper.mean, paper.sd, float(values.mean()) - paper.mean)


def _input_table(sets: Sequence[FilmSet]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for item in sets:
        change = lungs_jaccard(item.films) - item.raw
        change = change[~np.isnan(change)]
        if not len(change):
            continue
        p = float(stats.wilcoxon(change).pvalue) if change.any() else None
        has_raw = any(row.input == RAW for row in item.paper)
        rows.append(
            (
                item.title,
                len(change),
                float(change.mean()),
                float(np.median(change)),
                p,
                None if p is None else stars(p),
                paper_numbers().jaccard_stars if has_raw else None,
            )
        )
    return Table(
        key="table5_inputs",
        title="Raw against preprocessed input, Wilcoxon signed-rank test on the lungs of each film",
        columns=PAIR_COLUMNS,
        rows=tuple(rows),
        reading=(
            "Raw: the gray of the file, 0 to 255, into the network that was trained on equalized "
            "films with a gamma of 0.5, as in the paper. The shipped network was trained with gray "
            "that varied at random, as films of other sites do, so that equalization can matter "
            "less for it than for the paper's.",
        ),
    )
