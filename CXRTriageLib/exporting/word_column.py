"""A column of words and bars for a result picture, written from top to bottom."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from CXRTriageLib.exporting.palette import FAINT_TEXT, GROUND, RULE, TEXT, Color, saliency_colors

PANEL_WIDTH_PX = 560
TEXT_PX = 23
SMALL_PX = 19
HEADING_PX = 19
MARGIN_PX = 34

Font: TypeAlias = ImageFont.FreeTypeFont | ImageFont.ImageFont

_SWATCH_PX = 46
_BAR_PX = 22
_GAP_PX = 16
_LONGEST_PANEL_PX = 6000


class WordColumn:
    """Writes downwards and remembers how far it came."""

    def __init__(self) -> None:
        self._image = Image.new("RGB", (PANEL_WIDTH_PX, _LONGEST_PANEL_PX), GROUND)
        self._draw = ImageDraw.Draw(self._image)
        self._y = MARGIN_PX
        self._right = PANEL_WIDTH_PX - MARGIN_PX

    def gap(self, height: int) -> None:
        """Leave some rows empty."""
        self._y += height

    def heading(self, text: str) -> None:
        """Begin a part."""
        self._y += 16
        self._draw.line([(MARGIN_PX, self._y), (self._right, self._y)], fill=RULE, width=2)
        self._y += 16
        self.text(text.upper(), size=HEADING_PX, color=FAINT_TEXT)
        self._y += 4

    def text(self, text: str, *, size: int = TEXT_PX, color: Color = TEXT, indent: int = 0) -> None:
        """Write a paragraph that is broken where the column ends."""
        font = ImageFont.load_default(size)
        left = MARGIN_PX + indent
        for line in _broken(text, font, width=self._right - left):
            self._draw.text((left, self._y), line, font=font, fill=color)
            self._y += round(size * 1.32)

    def bar(self, name: str, share: float, *, words: str, color: Color) -> None:
        """Write a name over a bar from 0 to 1, with words at the right."""
        font = ImageFont.load_default(TEXT_PX)
        self._draw.text((self._right, self._y), words, font=font, fill=TEXT, anchor="ra")
        room = self._right - MARGIN_PX - font.getlength(words) - _GAP_PX
        for line in _broken(name, font, width=room):
            self._draw.text((MARGIN_PX, self._y), line, font=font, fill=TEXT)
            self._y += round(TEXT_PX * 1.3)
        box = (MARGIN_PX, self._y, self._right, self._y + _BAR_PX)
        self._draw.rectangle(box, fill=RULE)
        length = round(share * (self._right - MARGIN_PX))
        if length > 0:
            self._draw.rectangle((*box[:2], MARGIN_PX + length, box[3]), fill=color)
        self._y += _BAR_PX + 14

    def swatch(self, name: str, color: Color, *, dashed: bool = False) -> None:
        """Write what a line of this color stands for."""
        middle = self._y + round(TEXT_PX * 0.6)
        for start in range(0, _SWATCH_PX, 16 if dashed else _SWATCH_PX):
            end = start + (9 if dashed else _SWATCH_PX)
            self._draw.line(
                [(MARGIN_PX + start, middle), (MARGIN_PX + end, middle)], fill=color, width=5
            )
        self.text(name, indent=_SWATCH_PX + 18)

    def ramp(self, low: str, high: str) -> None:
        """Draw the colors of saliency with the words for its ends."""
        width = self._right - MARGIN_PX
        self._image.paste(_ramp(width, _BAR_PX), (MARGIN_PX, self._y))
        self._y += _BAR_PX + 6
        font = ImageFont.load_default(SMALL_PX)
        self._draw.text((MARGIN_PX, self._y), low, font=font, fill=FAINT_TEXT)
        self._draw.text((self._right, self._y), high, font=font, fill=FAINT_TEXT, anchor="ra")
        self._y += round(SMALL_PX * 1.4)

    def finished(self, footer: list[tuple[str, int, Color]], *, height: int) -> Image.Image:
        """Write the last lines at the bottom and return the column, cut to its length."""
        top, self._y = self._y, 0
        fonts = [(text, ImageFont.load_default(size), size) for text, size, _ in footer]
        needed = sum(
            round(size * 1.32) * len(_broken(text, font, width=self._right - MARGIN_PX))
            for text, font, size in fonts
        )
        length = min(max(height, top + needed + 2 * MARGIN_PX), _LONGEST_PANEL_PX)
        self._y = length - needed - MARGIN_PX
        for text, size, color in footer:
            self.text(text, size=size, color=color)
        return self._image.crop((0, 0, PANEL_WIDTH_PX, length))


def _broken(text: str, font: Font, *, width: float) -> list[str]:
    lines = [""]
    for word in text.split():
        for piece in _fitting(word, font, width=width):
            longer = f"{lines[-1]} {piece}".strip()
            if font.getlength(longer) <= width:
                lines[-1] = longer
            else:
                lines.append(piece)
    return lines


def _fitting(word: str, font: Font, *, width: float) -> list[str]:
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
