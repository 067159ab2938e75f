"""Recipes that differ from a shipped one in a few keys."""

from __future__ import annotations

from pathlib import Path

from CXRTriageLib.resources import resource_path


def write_recipe(path: Path, kind: str, **changes: str) -> Path:
    """Write the default recipe of "segmentation" or "classification" with changes.

    Parameters
    ----------
    path
        Where to write.
    kind
        Which recipe.
    **changes
        TOML text of the values that differ.
    """
    shipped = resource_path("Recipes", f"{kind}-default.toml").read_text(encoding="utf-8")
    lines = [
        f"{key} = {changes.pop(key)}" if (key := line.partition(" ")[0]) in changes else line
        for line in shipped.splitlines()
    ]
    assert not changes, changes
    path.write_text("\n".join(lines), encoding="utf-8")
    return path
