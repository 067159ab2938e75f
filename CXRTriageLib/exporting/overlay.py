"""The picture to look at: the film with what was found on it, and the words beside it."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from CXRTriageLib.domain.radiograph import Radiograph
from CXRTriageLib.domain.triage import TriageResult
from CXRTriageLib.exporting.film_layers import draw_film
from CXRTriageLib.exporting.palette import GROUND
from CXRTriageLib.exporting.result_panel import draw_panel

OVERLAY_FILE = "overlay.png"

_COMPRESSION_LEVEL = 3
"""Half the time of Pillow's default for a tenth more bytes."""


def draw_overlay(radiograph: Radiograph, result: TriageResult) -> Image.Image:
    """Draw film, masks, calipers, saliency of the leading class, and the legend.

    Parameters
    ----------
    radiograph
        The film that the result belongs to.
    result
        What was found.

    Returns
    -------
    Image
        RGB.
    """
    film = draw_film(radiograph, result)
    panel = draw_panel(result, height=film.height)
    picture = Image.new("RGB", (film.width + panel.width, panel.height), GROUND)
    picture.paste(film, (0, (panel.height - film.height) // 2))
    picture.paste(panel, (film.width, 0))
    return picture


def write_overlay(path: Path, radiograph: Radiograph, result: TriageResult) -> None:
    """Write the picture as PNG.

    Parameters
    ----------
    path
        Where to write; the ending is ``.png``.
    radiograph
        The film that the result belongs to.
    result
        What was found.
    """
    draw_overlay(radiograph, result).save(path, compress_level=_COMPRESSION_LEVEL)
