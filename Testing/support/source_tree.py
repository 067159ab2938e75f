"""The files of the repository, for tests that read code instead of running it."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "CXRTriageLib"
LIBRARY_FILES = sorted(LIBRARY.rglob("*.py"))
DESKTOP_FILES = sorted((ROOT / "CXRTriage").rglob("*.py"))
TEST_FILES = sorted((ROOT / "Testing").rglob("*.py"))

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    """Return the path of a file below the root, with slashes."""
    return path.relative_to(ROOT).as_posix()


def functions_of(path: Path) -> Iterator[FunctionNode]:
    """Yield every function and method of a file."""
    yield from (node for node in ast.walk(parsed(path)) if isinstance(node, FunctionNode))


def parameters_of(function: FunctionNode) -> list[str]:
    """Return the names of all parameters, without those that stand for the object itself."""
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    starred = [argument for argument in (arguments.vararg, arguments.kwarg) if argument]
    return [each.arg for each in (*named, *starred) if each.arg not in {"self", "cls"}]


def repository_files() -> list[Path]:
    """Return the files that git tracks, and those that it would if they were added."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode:
        pytest.skip("This is no checkout: git cannot say which files belong to the project.")
    paths = (ROOT / name for name in listing.stdout.split("\0") if name)
    return sorted(path for path in paths if path.is_file())
