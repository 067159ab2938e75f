"""Windows on the film by name and key."""

from __future__ import annotations

from typing import Any

from CXRTriageScene.display_windows import DisplayWindow, displayWindows
from CXRTriageScene.film_look import isInverted, setInverted, showWindow
from CXRTriageScene.film_nodes import radiographOf
from CXRTriageScene.mask_nodes import readMasks
from CXRTriageViewer.readout import currentMasks


def windowsOf(scene: Any, film: Any) -> list[DisplayWindow]:
    """Return the windows that a film can be shown in.

    Parameters
    ----------
    scene
        The MRML scene.
    film
        The film node.
    """
    masks = currentMasks(scene, film)
    labels = None if masks is None else readMasks(masks, film)
    return displayWindows(radiographOf(film), labels)


def showNumber(scene: Any, film: Any, number: int) -> str:
    """Show a film in one of its windows.

    Parameters
    ----------
    scene
        The MRML scene.
    film
        The film node.
    number
        From 0, in the order of `windowsOf`.

    Returns
    -------
    str
        Name of the window; empty where the film has no such window.
    """
    windows = windowsOf(scene, film)
    if number >= len(windows):
        return ""
    showWindow(film, windows[number])
    return windows[number].name


def swapBlackAndWhite(film: Any) -> None:
    """Invert what is shown.

    Parameters
    ----------
    film
        The film node.
    """
    setInverted(film, inverted=not isInverted(film))
