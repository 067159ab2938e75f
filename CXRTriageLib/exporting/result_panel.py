"""The column of words beside the film of a result picture."""

from __future__ import annotations

from PIL import Image

from CXRTriageLib.domain.biomarker import Biomarker
from CXRTriageLib.domain.segmentation import MaskSource
from CXRTriageLib.domain.spacing import SpacingSource
from CXRTriageLib.domain.triage import Classification, TriageResult
from CXRTriageLib.exporting.film_layers import CALIPER_STYLES, MIDLINE, length_text
from CXRTriageLib.exporting.palette import (
    ALARM,
    FAINT_TEXT,
    LEADING_BAR,
    LINE,
    OTHER_BAR,
    STRUCTURE_COLORS,
    TEXT,
    Color,
)
from CXRTriageLib.exporting.word_column import HEADING_PX, SMALL_PX, TEXT_PX, WordColumn

RATIO = "cardiothoracic_ratio"
MOST_WARNINGS = 6
"""The rest is counted, and stands in result.json."""

_HEADLINE_PX = 50

_LEGEND = {
    MaskSource.NETWORK: "Masks by the network",
    MaskSource.CORRECTED: "Masks corrected by hand",
}
_LENGTHS = {
    SpacingSource.CALIBRATED: "Lengths are calibrated.",
    SpacingSource.DETECTOR: "Lengths are at the detector, where structures appear larger.",
    SpacingSource.UNKNOWN: "The pixel size is unknown, so there are no millimeters.",
}


def draw_panel(result: TriageResult, *, height: int) -> Image.Image:
    """Draw the column of words.

    Parameters
    ----------
    result
        What was found.
    height
        Of the film beside it. The column is longer where its words need it.

    Returns
    -------
    Image
        RGB, `word_column.PANEL_WIDTH_PX` wide.
    """
    column = WordColumn()
    _write_class(column, result)
    _write_ratio(column, result)
    _write_recommendation(column, result)
    _write_warnings(column, result)
    _write_legend(column, result)
    return column.finished(_footer(result), height=height)


def _write_class(column: WordColumn, result: TriageResult) -> None:
    column.text("CXRTriage", size=HEADING_PX, color=FAINT_TEXT)
    if result.classification is None:
        column.text("Not classified", size=_HEADLINE_PX, color=ALARM)
        column.text(result.recommendation.reason)
        return
    column.text(result.classification.winner_label, size=_HEADLINE_PX)
    column.text(result.recommendation.reason)
    _write_votes(column, result.classification)


def _write_votes(column: WordColumn, found: Classification) -> None:
    column.heading("Votes, and mean probability (p)")
    votes = found.votes
    for index, label in enumerate(found.class_labels):
        column.bar(
            label,
            votes.shares[index],
            words=f"{votes.shares[index]:.0%}   p {votes.mean_probabilities[index]:.2f}",
            color=LEADING_BAR if index == votes.winner else OTHER_BAR,
        )


def _write_ratio(column: WordColumn, result: TriageResult) -> None:
    ratio = _ratio_in(result.biomarkers)
    by_hand = _ratio_in(result.by_hand.biomarkers) if result.by_hand else None
    shown = by_hand or ratio
    if shown is None:
        return
    column.heading(shown.label)
    if shown.value is None:
        column.text(shown.reason, color=ALARM)
    else:
        column.text(f"{shown.value:.2f}", size=_HEADLINE_PX)
    if by_hand is not None:
        column.text("along lines placed by hand")
        column.text(_beside(ratio), color=FAINT_TEXT)
    if shown.value is not None:
        _write_lengths(column, result)


def _ratio_in(biomarkers: tuple[Biomarker, ...]) -> Biomarker | None:
    return next((item for item in biomarkers if item.name == RATIO), None)


def _beside(ratio: Biomarker | None) -> str:
    if ratio is None or ratio.value is None:
        return "The masks give no ratio."
    return f"From the masks: {ratio.value:.2f}"


def _write_lengths(column: WordColumn, result: TriageResult) -> None:
    lengths = [
        f"{CALIPER_STYLES[caliper.name][0]} {length}"
        for caliper in result.drawn_calipers
        if caliper.name in CALIPER_STYLES and (length := length_text(caliper, result.spacing))
    ]
    if lengths:
        column.text(", ".join(lengths))
    column.text(_LENGTHS[result.spacing.source], size=SMALL_PX, color=FAINT_TEXT)


def _write_recommendation(column: WordColumn, result: TriageResult) -> None:
    column.heading("Recommendation")
    column.text(result.recommendation.text)


def _write_warnings(column: WordColumn, result: TriageResult) -> None:
    # The reason why there is no class already stands at the top.
    said = "" if result.classification else result.recommendation.reason
    messages = [item.message for item in result.warnings if item.message not in said]
    if not messages:
        return
    column.heading("Warnings")
    for message in messages[:MOST_WARNINGS]:
        column.text(message, size=SMALL_PX, color=ALARM)
        column.gap(7)
    if len(messages) > MOST_WARNINGS:
        rest = len(messages) - MOST_WARNINGS
        column.text(f"and {rest} more in result.json", size=SMALL_PX, color=FAINT_TEXT)


def _write_legend(column: WordColumn, result: TriageResult) -> None:
    column.heading(_LEGEND[result.segmentation.source])
    present = [item for item in STRUCTURE_COLORS if result.segmentation.mask(item).any()]
    for structure in present:
        column.swatch(structure.spoken_name.capitalize(), STRUCTURE_COLORS[structure])
    if any(caliper.name == MIDLINE for caliper in result.calipers):
        column.swatch("Midline between the lungs", LINE, dashed=True)
    if result.saliency is not None and result.classification is not None:
        column.gap(10)
        column.text(f"What spoke for: {result.classification.winner_label}")
        column.gap(6)
        column.ramp("little", "most on this film")
    if not present:
        column.text("No lungs and no heart were found.", color=FAINT_TEXT)


def _footer(result: TriageResult) -> list[tuple[str, int, Color]]:
    provenance = result.provenance
    return [
        (
            f"Version {provenance.software_version}, mode {provenance.settings.mode.value}, "
            f"{provenance.engine}",
            SMALL_PX,
            FAINT_TEXT,
        ),
        (result.recommendation.disclaimer, TEXT_PX + 3, TEXT),
    ]
