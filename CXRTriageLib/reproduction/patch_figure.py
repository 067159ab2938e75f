"""Fig. 5: gray of correctly classified patches, patch by patch and film by film."""

from __future__ import annotations

import dataclasses

import numpy as np

from CXRTriageLib.reproduction.study import Cohort, Study
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
from CXRTriageLib.site_evaluation.report.plots import group_plot
from CXRTriageLib.site_evaluation.report.wording import counted
from CXRTriageLib.site_evaluation.statistics.columns import PATCH_MEAN, PATCH_SD, FilmColumns
from CXRTriageLib.site_evaluation.statistics.group_tests import (
    group_tables,
    patch_p_values,
    stars,
)
from CXRTriageLib.site_evaluation.statistics.record_columns import PatchColumns

TITLE = "Fig. 5: correctly classified patches"
LABELS = ("Mean of a patch (inter-patch)", "SD within a patch (intra-patch)")
PAIR_COLUMNS = (
    Column(key="pair", heading="Pair"),
    Column(key="measure", heading="Measure"),
    Column(key="patch_p", heading="Patches: p", kind=Kind.P_VALUE),
    Column(key="patch_stars", heading="Stars"),
    Column(key="film_p", heading="One value a film: p", kind=Kind.P_VALUE),
    Column(key="film_stars", heading="Stars"),
    Column(key="holm_stars", heading="Holm stars"),
    Column(key="cliffs_delta", heading="Cliff's delta, films", kind=Kind.NUMBER),
)


def patch_figure(study: Study) -> Section:
    """Return Fig. 5 on the scored split.

    Parameters
    ----------
    study
        Its films.

    Returns
    -------
    Section
        Dots for patches and for films, and tests of pairs of classes both ways.
    """
    films, patches = _scored(study)
    if not len(patches.film):
        text = Text(text="No patch of a scored film voted for the class of its film.")
        return Section(key="fig5", title=TITLE, blocks=(text,))
    blocks: list[Block] = [
        _plot(films, patches, study),
        _film_plot(films, study),
        _tests(films, patches, study),
    ]
    return Section(key="fig5", title=TITLE, blocks=tuple(blocks))


def _scored(study: Study) -> tuple[FilmColumns, PatchColumns]:
    """Return the scored films, one group a class, and their patches."""
    main, patches = study.measured.films.main, study.measured.films.patches
    of_class = study.columns(Cohort.ALL)
    is_kept = np.isin(main.row, study.scored_rows) & np.isin(main.row, of_class.row)
    films = main.take(is_kept)
    place = np.cumsum(is_kept) - 1
    chosen = is_kept[patches.film]
    kept = PatchColumns(
        film=place[patches.film[chosen]], mean=patches.mean[chosen], sd=patches.sd[chosen]
    )
    return films.with_groups(films.class_name), kept


def _plot(films: FilmColumns, patches: PatchColumns, study: Study) -> Plot:
    of_class = films.class_name[patches.film]
    values = {}
    for name in study.measured.facts.class_names:
        chosen = of_class == name
        if chosen.any():
            columns = [part[chosen].astype(np.float64) for part in (patches.mean, patches.sd)]
            values[f"{name} (n {np.count_nonzero(chosen)} patches)"] = columns
    return Plot(
        key="fig5_patches",
        title="Every patch that voted for the class of its film, as in the paper",
        caption=f"{counted(len(np.unique(patches.film)), 'film')} of the {study.scored.value} "
        "split. Patches of one film resemble each other.",
        svg=group_plot(values, LABELS),
    )


def _film_plot(films: FilmColumns, study: Study) -> Plot:
    values = {}
    for name in study.measured.facts.class_names:
        columns = [
            films.biomarker(part)[films.class_name == name] for part in (PATCH_MEAN, PATCH_SD)
        ]
        known = [column[~np.isnan(column)] for column in columns]
        if len(known[0]):
            values[f"{name} (n {len(known[0])} films)"] = known
    return Plot(
        key="fig5_films",
        title="The same, one value a film",
        caption="Each dot is the mean over the correctly classified patches of one film.",
        svg=group_plot(values, LABELS),
    )


def _tests(films: FilmColumns, patches: PatchColumns, study: Study) -> Table:
    names = study.measured.facts.class_names
    by_patch = {
        frozenset((pair.first, pair.second)): pair for pair in patch_p_values(films, patches, names)
    }
    rows: list[tuple[Cell, ...]] = []
    for table, field in zip(
        group_tables(films, (PATCH_MEAN, PATCH_SD), names, draws=study.draws),
        ("mean_p", "sd_p"),
        strict=True,
    ):
        for pair in table.pairs:
            found = by_patch.get(frozenset((pair.first, pair.second)))
            patch_p = dataclasses.asdict(found)[field] if found else None
            rows.append(
                (
                    f"{pair.first} against {pair.second}",
                    LABELS[field == "sd_p"],
                    patch_p,
                    None if patch_p is None else stars(patch_p),
                    pair.p,
                    stars(pair.p),
                    stars(pair.holm_p),
                    pair.delta,
                )
            )
    return Table(
        key="fig5",
        title="Pairs of classes",
        columns=PAIR_COLUMNS,
        rows=tuple(rows),
        reading=(
            "The paper: inter-patch, viral with COVID-19 lies below every other class (p < 0.001 "
            "for all); intra-patch, it does not differ from normal (p > 0.05). It counted every "
            "patch as independent, which makes p far too small; the columns with one value a film "
            "do not.",
            "Patches lie on a grid over the lungs in the default mode; the paper drew them at "
            "random. Which ones are correct depends on the network, which is not the paper's.",
        ),
    )
