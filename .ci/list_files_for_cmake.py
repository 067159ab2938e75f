"""Rewrite the lists of files in both CMake files from the tree; a test compares them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODULE = "CXRTriage/"
# It needs PyQt5, which must never meet 3D Slicer's own Qt.
NOT_FOR_SLICER = "CXRTriage/CXRTriageViewer/"
RESOURCES = ("Icons", "Models", "Recipes", "Report", "Schemas", "requirements.txt")


def files_of_the_repository() -> list[str]:
    """Return the paths of all files that git does not ignore."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(  # noqa: S603 - git, with fixed arguments
        command, cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = set(listed.stdout.split("\0")) - {""}
    return sorted(name for name in names if (ROOT / name).is_file())


def rewrite(path: Path, variable: str, names: Iterable[str]) -> None:
    """Replace one list of a CMake file."""
    lines = "\n".join(f"  {name}" for name in sorted(names))
    new = f"set({variable}\n{lines}\n  )"
    text = path.read_text(encoding="utf-8")
    text = re.sub(rf"set\({variable}\n.*?\n  \)", lambda _: new, text, flags=re.DOTALL)
    path.write_text(text, encoding="utf-8")


def main() -> None:
    """Rewrite all lists."""
    files = files_of_the_repository()
    library = [name for name in files if name.startswith("CXRTriageLib/")]
    resources = [
        name for name in files if name.startswith("Resources/") and name.split("/")[1] in RESOURCES
    ]
    scripts = [name for name in library if name.endswith(".py")]
    root = ROOT / "CMakeLists.txt"
    rewrite(root, "LIBRARY_SCRIPTS", scripts)
    rewrite(root, "LIBRARY_RESOURCES", [*(set(library) - set(scripts)), *resources])
    rewrite(
        ROOT / MODULE / "CMakeLists.txt",
        "MODULE_PYTHON_SCRIPTS",
        (
            name.removeprefix(MODULE)
            for name in files
            if name.startswith(MODULE) and name.endswith(".py")
            if not name.startswith(NOT_FOR_SLICER)
        ),
    )


if __name__ == "__main__":
    main()
