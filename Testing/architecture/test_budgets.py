"""Modules, functions and parameter lists stay short enough to be read at once."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

import pytest

from support.source_tree import (
    DESKTOP_FILES,
    LIBRARY_FILES,
    TEST_FILES,
    FunctionNode,
    functions_of,
    name_of,
    parameters_of,
)

MODULE_LINES = 300
TEST_LINES = 400
FUNCTION_LINES = 40
MEDIAN_FUNCTION_LINES = 10
PARAMETERS = 6

PARTS = pytest.mark.parametrize("files", [LIBRARY_FILES, DESKTOP_FILES], ids=["library", "desktop"])


def lines_of(path: Path) -> int:
    """Count the lines of a file."""
    return len(path.read_text(encoding="utf-8").splitlines())


def body_lines_of(function: FunctionNode) -> int:
    """Count the lines of a function's body without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


@PARTS
def test_modules_are_short(files):
    too_long = {name_of(path): lines_of(path) for path in files}

    assert {name: n for name, n in too_long.items() if n > MODULE_LINES} == {}


def test_test_modules_are_short():
    too_long = {name_of(path): lines_of(path) for path in TEST_FILES}

    assert {name: n for name, n in too_long.items() if n > TEST_LINES} == {}


@PARTS
def test_functions_are_short(files):
    lines = {
        f"{name_of(path)}:{function.name}": body_lines_of(function)
        for path in files
        for function in functions_of(path)
    }

    assert {name: n for name, n in lines.items() if n > FUNCTION_LINES} == {}
    assert statistics.median(lines.values()) <= MEDIAN_FUNCTION_LINES


@PARTS
def test_functions_have_few_parameters(files):
    counts = {
        f"{name_of(path)}:{function.name}": len(parameters_of(function))
        for path in files
        for function in functions_of(path)
    }

    assert {name: n for name, n in counts.items() if n > PARAMETERS} == {}
