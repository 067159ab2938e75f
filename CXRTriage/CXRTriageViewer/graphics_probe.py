"""Whether this machine can show anything, found out before anything could crash.

A system library that is missing ends a process inside Qt or VTK without a word. So libraries
are looked for by name first, and the first OpenGL frame is drawn by another process. This
module imports neither Qt nor VTK.
"""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

WINDOW_VARIABLE = "VTK_DEFAULT_OPENGL_WINDOW"
"""Tells VTK which render window to make."""

WINDOWS = ("vtkEGLRenderWindow", "vtkOSOpenGLRenderWindow")
"""Neither needs an X server; the second draws without any OpenGL driver."""

PROBE_SECONDS = 60

_ANY_PLATFORM = {
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
}
_X_PLATFORM = {
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libdbus-1.so.3": "libdbus-1-3",
}
_RENDERERS = {"libEGL.so.1": "libegl1", "libOSMesa.so.8": "libosmesa6"}

_DRAW_ONE_FRAME = """
import vtkmodules.vtkRenderingOpenGL2
from vtkmodules.vtkRenderingCore import vtkRenderer, vtkRenderWindow
from vtkmodules.vtkCommonCore import vtkUnsignedCharArray

window, renderer, pixels = vtkRenderWindow(), vtkRenderer(), vtkUnsignedCharArray()
renderer.SetBackground(1, 0, 0)
window.SetOffScreenRendering(1)
window.SetMultiSamples(0)
window.SetSize(8, 8)
window.AddRenderer(renderer)
window.Render()
window.GetRGBACharPixelData(0, 0, 7, 7, 0, pixels)
raise SystemExit(0 if [pixels.GetValue(i) for i in range(3)] == [255, 0, 0] else 3)
"""


@dataclass(frozen=True, kw_only=True)
class GraphicsAnswer:
    """What the probe found.

    Attributes
    ----------
    window
        Class of render window that draws; empty for VTK's own choice.
    problem
        Why nothing can be shown and what helps; empty where all is well.
    """

    window: str = ""
    problem: str = ""


def screenProblem(environment: Mapping[str, str]) -> str:
    """Say why Qt could open no window, or nothing.

    Parameters
    ----------
    environment
        Of this process.

    Returns
    -------
    str
        For people, with the command that helps; empty where all is well.
    """
    if not sys.platform.startswith("linux"):
        return ""
    platform = environment.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if not platform and not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        return (
            "There is no screen to open a window on: neither DISPLAY nor WAYLAND_DISPLAY is set. "
            "Start the viewer on a desktop, or over SSH with: ssh -X"
        )
    onX = platform == "xcb" or (not platform and environment.get("DISPLAY"))
    missing = missingLibraries(_ANY_PLATFORM | (_X_PLATFORM if onX else {}))
    return _installationHint(missing) if missing else ""


def probeGraphics(cacheFile: Path, environment: Mapping[str, str]) -> GraphicsAnswer:
    """Find out whether OpenGL draws, in a process that may crash.

    A good answer is kept for the next start on the same machine; a bad one is not, since
    somebody may install what was missing.

    Parameters
    ----------
    cacheFile
        Where the answer is kept.
    environment
        Of this process.
    """
    key = _key(environment)
    if (kept := _kept(cacheFile, key)) is not None:
        return kept
    answer = _probe(environment)
    if not answer.problem:
        _keep(cacheFile, key, answer)
    return answer


def missingLibraries(packages: Mapping[str, str]) -> dict[str, str]:
    """Return those of some system libraries that cannot be loaded.

    Parameters
    ----------
    packages
        Debian package of each library.
    """
    return {name: package for name, package in packages.items() if not _loads(name)}


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _installationHint(missing: Mapping[str, str]) -> str:
    libraries = ", ".join(missing)
    return (
        f"System libraries are missing: {libraries}. Install them with: "
        f"{_aptCommand(missing.values())}"
    )


def _aptCommand(packages: Iterable[str]) -> str:
    return "sudo apt-get install " + " ".join(sorted(set(packages)))


def _probe(environment: Mapping[str, str]) -> GraphicsAnswer:
    if not sys.platform.startswith("linux"):
        drawn = _draws("", environment)
        return GraphicsAnswer(problem="" if drawn else _nothingDrawn())
    present = set(_RENDERERS) - set(missingLibraries(_RENDERERS))
    if not present:
        return GraphicsAnswer(
            problem="OpenGL is missing: there is neither libEGL.so.1 nor libOSMesa.so.8. "
            "Install it with: " + _aptCommand(["libegl1", "libgl1-mesa-dri"])
        )
    chosen = environment.get(WINDOW_VARIABLE)
    for window in [chosen] if chosen else WINDOWS:
        if _draws(window, environment):
            return GraphicsAnswer(window=window)
    return GraphicsAnswer(problem=_nothingDrawn())


def _nothingDrawn() -> str:
    if sys.platform.startswith("linux"):
        help_ = "Install a software renderer with: " + _aptCommand(["libegl1", "libgl1-mesa-dri"])
    else:
        help_ = "Install or update the driver of the graphics card."
    return f"OpenGL is installed, but draws nothing on this machine. {help_}"


def _draws(window: str, environment: Mapping[str, str]) -> bool:
    """Return whether another process draws a red frame and lives."""
    changed = {WINDOW_VARIABLE: window} if window else {}
    try:
        probe = subprocess.run(  # noqa: S603 - this interpreter with our own lines
            [sys.executable, "-c", _DRAW_ONE_FRAME],
            env={**environment, **changed},
            capture_output=True,
            timeout=PROBE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return probe.returncode == 0


def _key(environment: Mapping[str, str]) -> str:
    """Return what an answer depends on."""
    graphics = ("LIBGL", "MESA", "GALLIUM", "VTK_", "__EGL", "__GLX", "LD_LIBRARY")
    variables = [f"{name}={value}" for name, value in sorted(environment.items())]
    chosen = [entry for entry in variables if entry.startswith(graphics)]
    places = [f"{name}:{_loads(name)}" for name in _RENDERERS]
    return " ".join([version("vtk"), sys.platform, os.name, *places, *chosen])


def _kept(cacheFile: Path, key: str) -> GraphicsAnswer | None:
    try:
        stored = json.loads(cacheFile.read_text(encoding="utf-8"))
        return GraphicsAnswer(window=str(stored["window"])) if stored["key"] == key else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(cacheFile: Path, key: str, answer: GraphicsAnswer) -> None:
    """Write an answer down; a folder that cannot be written only costs the next start time."""
    try:
        cacheFile.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"key": key, "window": answer.window})
        cacheFile.write_text(text, encoding="utf-8")
    except OSError:
        return
