"""Section 2: masks against drawn ones, and the cardiothoracic ratio against the reference."""

from __future__ import annotations

from collections.abc import Iterator

from CXRTriageLib.site_evaluation.report.analysis import RatioAgreement, SiteAnalysis
from CXRTriageLib.site_evaluation.report.comparison_blocks import comparison_blocks
from CXRTriageLib.site_evaluation.report.document import (
    Block,
    Column,
    Kind,
    Plot,
    Section,
    Table,
    Text,
)
from CXRTriageLib.site_evaluation.report.plots import bland_altman_plot
from CXRTriageLib.site_evaluation.report.wording import count_text, counted, label_of, reading


def segmentation_section(analysis: SiteAnalysis) -> Section:
    """Return the section about masks.

    Parameters
    ----------
    analysis
        All numbers.

    Returns
    -------
    Section
        A sentence where no film has a drawn mask.
    """
    blocks: list[Block] = []
    if analysis.overlaps:
        blocks.append(_overlaps(analysis))
    else:
        blocks.append(Text(text="No film of this evaluation carries drawn masks (column label)."))
    if analysis.ratio is not None:
        blocks += _ratio(analysis.ratio)
    if analysis.correction is not None:
        blocks += comparison_blocks(
            analysis.correction,
            "effect_of_correction",
            ("network's masks", "corrected masks"),
            "What correcting the masks changes",
            dict(zip(analysis.facts.class_names, analysis.facts.class_labels, strict=True)),
        )
    return Section(key="segmentation", title="Segmentation", blocks=tuple(blocks))


def _overlaps(analysis: SiteAnalysis) -> Table:
    has_mm = any(row.measure.endswith("_mm") for row in analysis.overlaps)
    return Table(
        key="segmentation",
        title="Masks against drawn masks",
        columns=(
            Column(key="structure", heading="Structure"),
            Column(key="measure", heading="Measure"),
            Column(key="mean", heading="Mean", kind=Kind.NUMBER),
            Column(key="sd", heading="SD", kind=Kind.NUMBER),
            Column(key="median", heading="Median", kind=Kind.NUMBER),
            Column(key="worst", heading="Worst film", kind=Kind.NUMBER),
        ),
        rows=tuple(
            (label_of(row.organ), label_of(row.measure), row.mean, row.sd, row.median, row.worst)
            for row in analysis.overlaps
        ),
        reading=(
            *reading("interval", "jaccard", "dice", "hd95", "surface"),
            *(reading("millimeters") if has_mm else ()),
        ),
    )


def _ratio(ratio: RatioAgreement) -> Iterator[Block]:
    agreement, other = ratio.agreement, ratio.other_side
    yield Table(
        key="cardiothoracic_agreement",
        title="Cardiothoracic ratio from the masks against the one from drawn masks",
        columns=(
            Column(key="measure", heading="Measure"),
            Column(key="value", heading="Value", kind=Kind.NUMBER),
        ),
        rows=(
            ("Bias", agreement.bias),
            ("Lower limit of agreement", agreement.lower_limit),
            ("Upper limit of agreement", agreement.upper_limit),
            ("Mean distance", agreement.absolute_error),
            ("On the other side of 0.5 (share of films)", other.share),
        ),
        reading=(
            *reading("bias", "limits", "absolute_error", "other_side"),
            f"Above 0.5 by the drawn masks alone: {counted(other.missed, 'film')}; by the software "
            f"alone: {counted(other.added, 'film')}.",
        ),
    )
    films = count_text(agreement.bias.films, agreement.bias.patients)
    yield Plot(
        key="bland_altman",
        title="Bland-Altman plot of the cardiothoracic ratio",
        caption=f"n {films}. Left: each film's difference over its mean; the line is the bias, the "
        "dashed lines are the limits of agreement, gray their 95 % intervals. Right: both ratios; "
        "films in the upper left and lower right quarter are called differently.",
        svg=bland_altman_plot(ratio.measured, ratio.reference, agreement),
    )
