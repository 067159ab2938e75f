"""Section 4: biomarkers by class, as Fig. 4 and 5 and Tables VI to IX for this site."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from CXRTriageLib.site_evaluation.report.analysis import PAPER_BIOMARKERS, SiteAnalysis
from CXRTriageLib.site_evaluation.report.document import (
    Block,
    Column,
    Kind,
    Plot,
    Section,
    Table,
    Text,
)
from CXRTriageLib.site_evaluation.report.group_blocks import (
    PAPER_TABLES_WITHOUT_SUPINE,
    group_blocks,
    group_title,
    pair_title,
)
from CXRTriageLib.site_evaluation.report.plots import group_plot
from CXRTriageLib.site_evaluation.report.wording import counted, label_of
from CXRTriageLib.site_evaluation.statistics.columns import Numbers
from CXRTriageLib.site_evaluation.statistics.group_tests import (
    ordered_groups,
    stars,
)
from CXRTriageLib.site_evaluation.statistics.selection import off_range


def biomarker_section(analysis: SiteAnalysis) -> Section:
    """Return the section about biomarkers.

    Parameters
    ----------
    analysis
        All numbers.

    Returns
    -------
    Section
        The listing of cardiothoracic ratios is there also where no film has a class.
    """
    blocks: list[Block] = []
    groups = ordered_groups(analysis.main, analysis.facts.class_names)
    if groups:
        blocks += _by_group(analysis, groups)
        blocks += _patches(analysis)
    else:
        blocks.append(Text(text="No film carries a class, so that there are no groups to compare."))
    blocks += _alarms(analysis)
    return Section(key="biomarkers", title="Biomarkers by class", blocks=tuple(blocks))


def _by_group(analysis: SiteAnalysis, groups: Sequence[str]) -> Iterator[Block]:
    main = analysis.main
    values: dict[str, list[Numbers]] = {}
    for group in groups:
        chosen = main.group == group
        columns = [main.biomarker(name)[chosen] for name in PAPER_BIOMARKERS]
        name = f"{group_title(group, analysis.facts)}\n(n {np.count_nonzero(chosen)})"
        values[name] = [column[~np.isnan(column)] for column in columns]
    yield Plot(
        key="biomarkers",
        title="Biomarkers by class (Fig. 4 of the paper)",
        caption="Each dot is a film; the bar beside is the mean with one standard deviation. "
        "Intensities are those of the equalized film, 0 to 1. Where the dots of two groups overlap "
        "widely, the biomarker cannot tell a single patient's class, whatever its p value.",
        svg=group_plot(values, [label_of(name) for name in PAPER_BIOMARKERS]),
    )
    yield from group_blocks(analysis.biomarkers, analysis.facts)
    if analysis.biomarkers_without_supine:
        yield from group_blocks(
            analysis.biomarkers_without_supine,
            analysis.facts,
            suffix="_without_ap_supine",
            addition=", without AP supine films",
            paper_tables=PAPER_TABLES_WITHOUT_SUPINE,
        )


def _patches(analysis: SiteAnalysis) -> Iterator[Block]:
    if not analysis.patches:
        return
    main, patches = analysis.main, analysis.films.patches
    of_class = main.class_name[patches.film]
    values: dict[str, list[Numbers]] = {}
    for name in analysis.facts.class_names:
        chosen = of_class == name
        if chosen.any():
            title = f"{group_title(name, analysis.facts)}\n(n {np.count_nonzero(chosen)} patches)"
            values[title] = [
                column[chosen].astype(np.float64) for column in (patches.mean, patches.sd)
            ]
    yield Plot(
        key="patches",
        title="Patches that voted for the class of their film (Fig. 5 of the paper)",
        caption=f"{counted(len(patches.film), 'patch').replace('patchs', 'patches')} of "
        f"{counted(len(np.unique(patches.film)), 'film')}. Left: mean gray of each patch "
        "(inter-patch); right: its standard deviation (intra-patch).",
        svg=group_plot(values, ["Mean of a patch", "SD within a patch"]),
    )
    if analysis.patch_pairs:
        yield _patch_pairs(analysis)
    yield from group_blocks(
        analysis.patches,
        analysis.facts,
        suffix="_patches",
        addition=", one value a film from its patches",
    )


def _patch_pairs(analysis: SiteAnalysis) -> Table:
    return Table(
        key="patch_pairs",
        title="Patches as in the paper, each counted as independent",
        columns=(
            Column(key="pair", heading="Pair"),
            Column(key="patches", heading="Patches"),
            Column(key="mean_p", heading="Mean, rank-sum p", kind=Kind.P_VALUE),
            Column(key="mean_stars", heading="Stars"),
            Column(key="sd_p", heading="SD, rank-sum p", kind=Kind.P_VALUE),
            Column(key="sd_stars", heading="Stars"),
        ),
        rows=tuple(
            (
                pair_title(pair, analysis.facts),
                pair.patches,
                pair.mean_p,
                stars(pair.mean_p),
                pair.sd_p,
                stars(pair.sd_p),
            )
            for pair in analysis.patch_pairs
        ),
        reading=(
            "Patches of one film resemble each other, so these p values are far too small. "
            "The tables below take one value a film; trust those.",
        ),
    )


def _alarms(analysis: SiteAnalysis) -> Iterator[Block]:
    main, (low, high) = analysis.main, analysis.options.normal_cardiothoracic_range
    ratio = main.biomarker("cardiothoracic_ratio")
    known = int(np.count_nonzero(~np.isnan(ratio)))
    if not known:
        yield Text(text="No film has a cardiothoracic ratio.")
        return
    alarms = off_range(main, (low, high))
    projection = int(np.count_nonzero(np.isin(main.view[alarms], ("AP", "AP supine"))))
    lead = (
        f"{counted(len(alarms), 'film')} of {known} with a cardiothoracic ratio lie off the "
        f"normal range of {low:.2f} to {high:.2f} (the paper's alarm, section III-B). "
        f"{projection} of them are AP, where the heart is drawn larger than it is and the range "
        "does not hold."
    )
    yield _alarm_table(analysis, alarms, lead)


def _alarm_table(analysis: SiteAnalysis, alarms: NDArray[np.int64], lead: str) -> Table:
    main = analysis.main
    ratio = main.biomarker("cardiothoracic_ratio")
    labels = dict(zip(analysis.facts.class_names, analysis.facts.class_labels, strict=True))
    has_kept = bool((main.identifiers != "").any())
    return Table(
        key="cardiothoracic_alarms",
        title="Films whose cardiothoracic ratio lies off the normal range, the farthest first",
        lead=lead,
        columns=(
            Column(key="row", heading="Row of the manifest"),
            Column(key="key", heading="Key"),
            *((Column(key="identifiers", heading="Kept identifiers"),) if has_kept else ()),
            Column(key="ratio", heading="Ratio", kind=Kind.NUMBER),
            Column(key="view", heading="View"),
            Column(key="class", heading="Class of the manifest"),
            Column(key="found", heading="Class found"),
        ),
        rows=tuple(
            (
                int(main.row[film]),
                str(main.key[film]),
                *((str(main.identifiers[film]),) if has_kept else ()),
                float(ratio[film]),
                str(main.view[film]),
                labels.get(str(main.class_name[film]), str(main.class_name[film])),
                labels.get(str(main.found[film]), "No class"),
            )
            for film in alarms.tolist()
        ),
        shown=30,
    )
