"""Public names are documented, and what a docstring names exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.source_tree import (
    DESKTOP_FILES,
    LIBRARY_FILES,
    FunctionNode,
    name_of,
    parameters_of,
    parsed,
)

Documented = FunctionNode | ast.ClassDef


def public_nodes(path: Path) -> Iterator[Documented]:
    """Yield the public classes, functions and methods of a module, nested functions left out."""
    for node in parsed(path).body:
        if isinstance(node, Documented) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from (
                    member
                    for member in node.body
                    if isinstance(member, FunctionNode) and not member.name.startswith("_")
                )


def names_in_section(docstring: str, section: str) -> list[str] | None:
    """Return the names that a numpydoc section explains, or None without such a section."""
    found = re.search(rf"^{section}\n-+\n(.*?)(?=^\S[^\n]*\n-{{3,}}$|\Z)", docstring, re.M | re.S)
    if found is None:
        return None
    entries = re.findall(r"^\S.*$", found.group(1), re.M)
    return [name.lstrip("*") for entry in entries for name in entry.split(" : ")[0].split(", ")]


def constructor_parameters(node: ast.ClassDef) -> list[str] | None:
    """Return the parameters of a constructor that the class writes itself."""
    for member in node.body:
        if isinstance(member, FunctionNode) and member.name == "__init__":
            return parameters_of(member)
    return None


def fields_of(node: ast.ClassDef) -> list[str]:
    """Return the annotated names in the body of a class, and what it sets on itself."""
    annotated = [
        member.target.id
        for member in node.body
        if isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name)
    ]
    stored = (
        part
        for part in ast.walk(node)
        if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store)
    )
    return annotated + [part.attr for part in stored if ast.unparse(part.value) == "self"]


def disagreement(node: Documented) -> str | None:
    """Say how the docstring of a node differs from its code."""
    docstring = ast.get_docstring(node)
    if docstring is None:
        return "has no docstring"
    is_class = isinstance(node, ast.ClassDef)
    parameters = constructor_parameters(node) if is_class else parameters_of(node)
    explained = names_in_section(docstring, "Parameters")
    if explained is not None and parameters is not None and explained != parameters:
        return f"explains the parameters {explained}, has {parameters}"
    attributes = names_in_section(docstring, "Attributes")
    if is_class and attributes is not None and not set(attributes) <= set(fields_of(node)):
        return f"explains the attributes {attributes}, has {fields_of(node)}"
    return None


@pytest.mark.parametrize("path", [*LIBRARY_FILES, *DESKTOP_FILES], ids=name_of)
def test_docstrings_name_what_the_code_has(path):
    found = {node.name: disagreement(node) for node in public_nodes(path)}

    assert {name: problem for name, problem in found.items() if problem} == {}


def test_sections_are_told_apart():
    docstring = (
        "Do it.\n\nParameters\n----------\nfirst, second\n    Two.\n*rest\n    More.\n\n"
        "Returns\n-------\nint\n    One."
    )

    assert names_in_section(docstring, "Parameters") == ["first", "second", "rest"]
    assert names_in_section(docstring, "Attributes") is None
