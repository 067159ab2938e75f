"""The sample film: made in code, so that nobody's film is shipped."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from CXRTriageCase.synthetic_chest import synthetic_chest

SAMPLE_NAME = "CXRTriage phantom"
SAMPLE_SHAPE = (1024, 900)


def writeSampleFilm(path: Path) -> Path:
    """Write the sample film as a PNG of 16 bits.

    Parameters
    ----------
    path
        Ends in ``.png``.

    Returns
    -------
    Path
        The same.
    """
    Image.fromarray(synthetic_chest(SAMPLE_SHAPE).pixels).save(path)
    return path
