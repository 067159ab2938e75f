"""Letters over a film."""

from __future__ import annotations

from typing import Any

_PLATE_OPACITY = 0.75


def putOnPlate(letters: Any) -> None:
    """Give letters a dark ground, so that they are read over white bone too.

    Parameters
    ----------
    letters
        vtkTextProperty of a display node.
    """
    letters.SetBackgroundColor(0.0, 0.0, 0.0)
    letters.SetBackgroundOpacity(_PLATE_OPACITY)
    letters.ShadowOff()
