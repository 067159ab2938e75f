"""Where the files beside the code lie: in a checkout, in a wheel, in 3D Slicer."""

from __future__ import annotations

from pathlib import Path

_LIBRARY = Path(__file__).resolve().parent


def resource_path(*parts: str) -> Path:
    """Return the path of a file or folder below ``Resources``.

    Parameters
    ----------
    *parts
        Names below ``Resources``.

    Returns
    -------
    Path
        In a wheel ``Resources`` lies inside the package, in a checkout and in a build of the
        3D Slicer extension beside it. The path need not exist.
    """
    inside = _LIBRARY / "Resources"
    root = inside if inside.is_dir() else _LIBRARY.parent / "Resources"
    return root.joinpath(*parts)
