"""The film of a result picture: saliency, contours and calipers over the radiograph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from skimage.measure import find_contours

from CXRTriageLib.domain.anatomy import LUNGS, ORGANS, Structure
from CXRTriageLib.domain.biomarker import Caliper
from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageLib.domain.segmentation import ChestSegmentation
from CXRTriageLib.domain.spacing import PixelSpacing
from CXRTriageLib.domain.triage import TriageResult
from CXRTriageLib.exporting.palette import (
    LINE,
    STRUCTURE_COLORS,
    Color,
    saliency_colors,
    saliency_opacity,
)

LONGEST_SIDE_PX = 1400
"""Of every film in its picture: lines and letters have the same size against all films."""

CALIPER_STYLES: dict[str, tuple[str, Color]] = {
    "thoracic_diameter": ("thorax", LINE),
    "heart_diameter": ("heart", STRUCTURE_COLORS[Structure.HEART]),
}
"""Word and color of each diameter that is drawn."""

MIDLINE = "midline"

_SUPERSAMPLING = 2
_SHADOW = (0, 0, 0, 150)
_FONT_PX = 30
_TICK_PX = 13
_DASH_PX = 14


@dataclass(frozen=True, kw_only=True)
class _Scale:
    """Picture pixels for each pixel of the film, along rows and along columns."""

    row: float
    column: float

    def to_picture(self, point: Sequence[float]) -> tuple[float, float]:
        """Map (row, column) on the film to (x, y) of the picture; pixel centers are whole."""
        return (point[1] + 0.5) * self.column - 0.5, (point[0] + 0.5) * self.row - 0.5


def draw_film(radiograph: Radiograph, result: TriageResult) -> Image.Image:
    """Draw the film with everything that was found on it.

    Parameters
    ----------
    radiograph
        The film; the picture shows it as the eye should see it, with its physical aspect.
    result
        What was found.

    Returns
    -------
    Image
        RGB; the longest side has `LONGEST_SIDE_PX`.
    """
    size, scale = _picture_size(radiograph.shape, radiograph.spacing.aspect)
    film = Image.fromarray(radiograph.for_display()).resize(size, Image.Resampling.LANCZOS)
    picture = _with_saliency(film, result)
    _draw_lines(picture, result, scale)
    _draw_words(picture, result, scale)
    return picture


def _picture_size(shape: tuple[int, int], aspect: float) -> tuple[tuple[int, int], _Scale]:
    rows, columns = shape
    factor = LONGEST_SIDE_PX / max(rows * aspect, columns)
    width, height = max(round(columns * factor), 1), max(round(rows * aspect * factor), 1)
    return (width, height), _Scale(row=height / rows, column=width / columns)


def _with_saliency(film: Image.Image, result: TriageResult) -> Image.Image:
    if result.saliency is None or result.classification is None:
        return film.convert("RGB")
    leading = result.saliency.values[result.classification.votes.winner]
    peak = float(leading.max())
    if peak <= 0:
        return film.convert("RGB")
    resized = Image.fromarray(leading / peak).resize(film.size, Image.Resampling.BILINEAR)
    values = np.asarray(resized, np.float32)
    opacity = saliency_opacity(values)[..., np.newaxis]
    gray = np.asarray(film, np.float32)[..., np.newaxis]
    blended = gray * (1 - opacity) + saliency_colors(values) * opacity
    return Image.fromarray(np.rint(blended).astype(np.uint8))


def _draw_lines(picture: Image.Image, result: TriageResult, scale: _Scale) -> None:
    # Pillow draws lines without smoothing; twice the size, made smaller, is smooth.
    finer = _Scale(row=scale.row * _SUPERSAMPLING, column=scale.column * _SUPERSAMPLING)
    size = (picture.width * _SUPERSAMPLING, picture.height * _SUPERSAMPLING)
    lines = Image.new("RGBA", size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(lines)
    for structure in ORGANS:
        _draw_contour(draw, result.segmentation, structure, finer)
    for caliper in sorted(result.drawn_calipers, key=lambda item: item.name != MIDLINE):
        if caliper.name == MIDLINE:
            _draw_dashes(draw, caliper, finer)
        elif caliper.name in CALIPER_STYLES:
            _draw_caliper(draw, caliper, finer)
    # Averaging with the opacity as weight, or the edges of lines would darken.
    smooth = lines.convert("RGBa").reduce(_SUPERSAMPLING).convert("RGBA")
    picture.paste(smooth, mask=smooth.getchannel("A"))


def _draw_contour(
    draw: ImageDraw.ImageDraw,
    segmentation: ChestSegmentation,
    structure: Structure,
    scale: _Scale,
) -> None:
    # A margin closes the contours of masks that reach the border.
    mask = np.pad(segmentation.mask(structure), 1).astype(np.float32)
    for contour in find_contours(mask, 0.5):
        points = [scale.to_picture(point) for point in (contour - 1).tolist()]
        draw.line(points, fill=_SHADOW, width=5 * _SUPERSAMPLING, joint="curve")
        draw.line(
            points,
            fill=(*STRUCTURE_COLORS[structure], 255),
            width=3 * _SUPERSAMPLING,
            joint="curve",
        )


def _draw_caliper(draw: ImageDraw.ImageDraw, caliper: Caliper, scale: _Scale) -> None:
    _, color = CALIPER_STYLES[caliper.name]
    ends = [scale.to_picture(caliper.start), scale.to_picture(caliper.end)]
    tick = _TICK_PX * _SUPERSAMPLING
    strokes = [ends, *([(x, y - tick), (x, y + tick)] for x, y in ends)]
    for fill, width in ((_SHADOW, 7), ((*color, 255), 3)):
        for stroke in strokes:
            draw.line(stroke, fill=fill, width=width * _SUPERSAMPLING)


def _draw_dashes(draw: ImageDraw.ImageDraw, caliper: Caliper, scale: _Scale) -> None:
    (x0, y0), (x1, y1) = scale.to_picture(caliper.start), scale.to_picture(caliper.end)
    count = max(int(np.hypot(x1 - x0, y1 - y0) / (_DASH_PX * _SUPERSAMPLING)), 1)
    steps = np.linspace(0, 1, count + 1)
    for first, second in zip(steps[::2], steps[1::2], strict=False):
        ends = [(x0 + step * (x1 - x0), y0 + step * (y1 - y0)) for step in (first, second)]
        draw.line(ends, fill=_SHADOW, width=5 * _SUPERSAMPLING)
        draw.line(ends, fill=(*LINE, 255), width=2 * _SUPERSAMPLING)


def _draw_words(picture: Image.Image, result: TriageResult, scale: _Scale) -> None:
    draw = ImageDraw.Draw(picture)
    for caliper in result.drawn_calipers:
        if caliper.name in CALIPER_STYLES:
            word, color = CALIPER_STYLES[caliper.name]
            length = length_text(caliper, result.spacing)
            middle = [(a + b) / 2 for a, b in zip(caliper.start, caliper.end, strict=True)]
            x, y = scale.to_picture(middle)
            text = f"{word} {length}".strip()
            half = ImageFont.load_default(_FONT_PX).getlength(text) / 2 + 4
            x = float(np.clip(x, half, max(picture.width - half, half)))
            _write(draw, (x, y - 8), text, color=color, anchor="ms")
    letters = side_letters(result.segmentation)
    _write(draw, (20, 16), letters[0], color=LINE, anchor="la", size=44)
    _write(draw, (picture.width - 20, 16), letters[1], color=LINE, anchor="ra", size=44)


def length_text(caliper: Caliper, spacing: PixelSpacing) -> str:
    """Return the length of a caliper with its unit, empty where millimeters are unknown.

    Parameters
    ----------
    caliper
        In pixels of the film.
    spacing
        Of the film.
    """
    if spacing.row_mm is None or spacing.column_mm is None:
        return ""
    rows = (caliper.end[0] - caliper.start[0]) * spacing.row_mm
    columns = (caliper.end[1] - caliper.start[1]) * spacing.column_mm
    return f"{np.hypot(rows, columns):.0f} mm"


def side_letters(segmentation: ChestSegmentation) -> tuple[str, str]:
    """Return the letters of the patient's sides, each on the side where that lung was found.

    Parameters
    ----------
    segmentation
        Masks. Without both lungs nothing tells the sides apart, and the letters are empty.

    Returns
    -------
    tuple
        The letter for the left edge of the picture and the one for its right edge.
    """
    means = {}
    for structure in LUNGS:
        columns = np.flatnonzero(segmentation.mask(structure).any(axis=0))
        if not columns.size:
            return "", ""
        means[structure] = columns.mean()
    as_usual = means[Structure.LEFT_LUNG] > means[Structure.RIGHT_LUNG]
    return ("R", "L") if as_usual else ("L", "R")


def _write(
    draw: ImageDraw.ImageDraw,
    position: tuple[float, float],
    text: str,
    *,
    color: Color,
    anchor: str,
    size: int = _FONT_PX,
) -> None:
    font = ImageFont.load_default(size)
    draw.text(
        position, text, fill=color, font=font, anchor=anchor, stroke_width=3, stroke_fill=(0, 0, 0)
    )
