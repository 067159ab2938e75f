"""The column of words beside the film of a result picture."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from CXRTriageLib.domain.patches import PatchVotes
from CXRTriageLib.domain.segmentation import MaskSource
from CXRTriageLib.domain.spacing import SpacingSource
from CXRTriageLib.domain.triage import TriageResult
from CXRTriageLib.exporting.film_layers import CALIPER_STYLES, MIDLINE, length_text
from CXRTriageLib.exporting.palette import (
    ALARM,
    FAINT_TEXT,
    GROUND,
    LEADING_BAR,
    LINE,
    OTHER_BAR,
    RULE,
    STRUCTURE_COLORS,
    TEXT,
    Color,
    saliency_colors,
)

PANEL_WIDTH_PX = 560
RATIO = "cardiothoracic_ratio"
MOST_WARNINGS = 6
"""The rest is counted, and stands in result.json."""

Font: TypeAlias = ImageFont.FreeTypeFont | ImageFont.ImageFont

_MARGIN_PX = 34
_TEXT_PX = 23
_SMALL_PX = 19
_HEADLINE_PX = 50
_HEADING_PX = 19
_SWATCH_PX = 46
_BAR_PX = 22
_LONGEST_PANEL_PX = 6000

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
        RGB, `PANEL_WIDTH_PX` wide.
    """
    column = _Column()
    _write_class(column, result)
    _write_ratio(column, result)
    _write_recommendation(column, result)
    _write_warnings(column, result)
    _write_legend(column, result)
    return column.finished(_footer(result), height=height)


class _Column:
    """Writes downwards and remembers how far it came."""

    def __init__(self) -> None:
        self._image = Image.new("RGB", (PANEL_WIDTH_PX, _LONGEST_PANEL_PX), GROUND)
        self._draw = ImageDraw.Draw(self._image)
        self._y = _MARGIN_PX
        self._right = PANEL_WIDTH_PX - _MARGIN_PX

    def gap(self, height: int) -> None:
        """Leave some rows empty."""
        self._y += height

    def heading(self, text: str) -> None:
        """Begin a part."""
        self._y += 16
        self._draw.line([(_MARGIN_PX, self._y), (self._right, self._y)], fill=RULE, width=2)
        self._y += 16
        self.text(text.upper(), size=_HEADING_PX, color=FAINT_TEXT)
        self._y += 4

    def text(
        self, text: str, *, size: int = _TEXT_PX, color: Color = TEXT, indent: int = 0
    ) -> None:
        """Write a paragraph that is broken where the column ends."""
        font = ImageFont.load_default(size)
        left = _MARGIN_PX + indent
        for line in _broken(text, font, width=self._right - left):
            self._draw.text((left, self._y), line, font=font, fill=color)
            self._y += round(size * 1.32)

    def bar(self, name: str, share: float, *, words: str, color: Color) -> None:
        """Write a name over a bar from 0 to 1, with words at the right."""
        font = ImageFont.load_default(_TEXT_PX)
        self._draw.text((_MARGIN_PX, self._y), name, font=font, fill=TEXT)
        self._draw.text((self._right, self._y), words, font=font, fill=TEXT, anchor="ra")
        self._y += round(_TEXT_PX * 1.3)
        box = (_MARGIN_PX, self._y, self._right, self._y + _BAR_PX)
        self._draw.rectangle(box, fill=RULE)
        length = round(share * (self._right - _MARGIN_PX))
        if length > 0:
            self._draw.rectangle((*box[:2], _MARGIN_PX + length, box[3]), fill=color)
        self._y += _BAR_PX + 14

    def swatch(self, name: str, color: Color, *, dashed: bool = False) -> None:
        """Write what a line of this color stands for."""
        middle = self._y + round(_TEXT_PX * 0.6)
        for start in range(0, _SWATCH_PX, 16 if dashed else _SWATCH_PX):
            end = start + (9 if dashed else _SWATCH_PX)
            self._draw.line(
                [(_MARGIN_PX + start, middle), (_MARGIN_PX + end, middle)], fill=color, width=5
            )
        self.text(name, indent=_SWATCH_PX + 18)

    def ramp(self, low: str, high: str) -> None:
        """Draw the colors of saliency with the words for its ends."""
        width = self._right - _MARGIN_PX
        self._image.paste(_ramp(width, _BAR_PX), (_MARGIN_PX, self._y))
        self._y += _BAR_PX + 6
        font = ImageFont.load_default(_SMALL_PX)
        self._draw.text((_MARGIN_PX, self._y), low, font=font, fill=FAINT_TEXT)
        self._draw.text((self._right, self._y), high, font=font, fill=FAINT_TEXT, anchor="ra")
        self._y += round(_SMALL_PX * 1.4)

    def finished(self, footer: list[tuple[str, int, Color]], *, height: int) -> Image.Image:
        """Write the last lines at the bottom and return the column, cut to its length."""
        top, self._y = self._y, 0
        fonts = [(text, ImageFont.load_default(size), size) for text, size, _ in footer]
        needed = sum(
            round(size * 1.32) * len(_broken(text, font, width=self._right - _MARGIN_PX))
            for text, font, size in fonts
        )
        length = min(max(height, top + needed + 2 * _MARGIN_PX), _LONGEST_PANEL_PX)
        self._y = length - needed - _MARGIN_PX
        for text, size, color in footer:
            self.text(text, size=size, color=color)
        return self._image.crop((0, 0, PANEL_WIDTH_PX, length))


def _broken(text: str, font: Font, *, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        for piece in _fitting(word, font, width=width):
            longer = f"{lines[-1]} {piece}".strip()
            if font.getlength(longer) <= width:
                lines[-1] = longer
            else:
                lines.append(piece)
    return lines


def _fitting(word: str, font: Font, *, width: int) -> list[str]:
    """Cut a word that no line can hold."""
    if font.getlength(word) <= width:
        return [word]
    half = len(word) // 2
    return [
        *_fitting(word[:half], font, width=width),
        *_fitting(word[half:], font, width=width),
    ]


def _ramp(width: int, height: int) -> Image.Image:
    values = np.broadcast_to(np.linspace(0, 1, width, dtype=np.float32), (height, width))
    return Image.fromarray(saliency_colors(values).astype(np.uint8))


def spoken(class_name: str) -> str:
    """Return the name of a class as it is written for people.

    Parameters
    ----------
    class_name
        From the model's manifest.
    """
    return class_name.replace("_", " ").capitalize()


def _write_class(column: _Column, result: TriageResult) -> None:
    column.text("CXRTriage", size=_HEADING_PX, color=FAINT_TEXT)
    if result.classification is None:
        column.text("Not classified", size=_HEADLINE_PX, color=ALARM)
        column.text(result.recommendation.reason)
        return
    votes = result.classification.votes
    column.text(spoken(votes.winner_name), size=_HEADLINE_PX)
    column.text(result.recommendation.reason)
    _write_votes(column, votes)


def _write_votes(column: _Column, votes: PatchVotes) -> None:
    column.heading("Votes, and mean probability (p)")
    for index, name in enumerate(votes.class_names):
        column.bar(
            spoken(name),
            votes.shares[index],
            words=f"{votes.shares[index]:.0%}   p {votes.mean_probabilities[index]:.2f}",
            color=LEADING_BAR if index == votes.winner else OTHER_BAR,
        )


def _write_ratio(column: _Column, result: TriageResult) -> None:
    ratio = next((item for item in result.biomarkers if item.name == RATIO), None)
    if ratio is None:
        return
    column.heading(ratio.label)
    if ratio.value is None:
        column.text(ratio.reason, color=ALARM)
        return
    lengths = [
        f"{CALIPER_STYLES[caliper.name][0]} {length}"
        for caliper in result.calipers
        if caliper.name in CALIPER_STYLES and (length := length_text(caliper, result.spacing))
    ]
    column.text(f"{ratio.value:.2f}", size=_HEADLINE_PX)
    if lengths:
        column.text(", ".join(lengths))
    column.text(_LENGTHS[result.spacing.source], size=_SMALL_PX, color=FAINT_TEXT)


def _write_recommendation(column: _Column, result: TriageResult) -> None:
    column.heading("Recommendation")
    column.text(result.recommendation.text)


def _write_warnings(column: _Column, result: TriageResult) -> None:
    # The reason why there is no class already stands at the top.
    said = "" if result.classification else result.recommendation.reason
    messages = [item.message for item in result.warnings if item.message not in said]
    if not messages:
        return
    column.heading("Warnings")
    for message in messages[:MOST_WARNINGS]:
        column.text(message, size=_SMALL_PX, color=ALARM)
        column.gap(7)
    if len(messages) > MOST_WARNINGS:
        rest = len(messages) - MOST_WARNINGS
        column.text(f"and {rest} more in result.json", size=_SMALL_PX, color=FAINT_TEXT)


def _write_legend(column: _Column, result: TriageResult) -> None:
    column.heading(_LEGEND[result.segmentation.source])
    present = [item for item in STRUCTURE_COLORS if result.segmentation.mask(item).any()]
    for structure in present:
        column.swatch(spoken(structure.name.lower()), STRUCTURE_COLORS[structure])
    if any(caliper.name == MIDLINE for caliper in result.calipers):
        column.swatch("Midline between the lungs", LINE, dashed=True)
    if result.saliency is not None and result.classification is not None:
        winner = result.classification.votes.winner_name
        column.gap(10)
        column.text(f"What spoke for {spoken(winner).lower()}:")
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
            _SMALL_PX,
            FAINT_TEXT,
        ),
        (result.recommendation.disclaimer, _TEXT_PX + 3, TEXT),
    ]
