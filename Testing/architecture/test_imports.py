"""Dependencies point one way, the library is headless, and inference needs no PyTorch."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from support.source_tree import LIBRARY, LIBRARY_FILES, ROOT, name_of, parsed

VALUES = {"domain", "errors"}
INFERENCE = VALUES | {
    "version", "resources", "optional", "messages", "reading", "preprocessing", "networks",
    "eligibility", "segmentation", "classification", "biomarkers", "saliency",
}  # fmt: skip
"""What a result is made with; measuring how good it is, and writing it down, come after."""

MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "version": set(),
    "resources": set(),
    "optional": {"errors"},
    "domain": {"errors"},
    "messages": VALUES,
    "cohort": VALUES,
    "reading": VALUES | {"optional"},
    "preprocessing": VALUES,
    "networks": VALUES | {"optional", "resources"},
    "metrics": VALUES,
    "eligibility": VALUES,
    "biomarkers": VALUES,
    "saliency": VALUES,
    "segmentation": VALUES | {"optional", "preprocessing", "networks"},
    "classification": VALUES | {"optional", "preprocessing", "networks"},
    "exporting": VALUES | {"optional", "resources", "version"},
    "pipeline": INFERENCE,
    "site_evaluation": INFERENCE | {"cohort", "metrics", "exporting", "pipeline"},
    "evaluation": INFERENCE | {"cohort", "metrics", "pipeline", "site_evaluation"},
    "controls": INFERENCE | {"cohort", "metrics", "pipeline", "site_evaluation"},
    "training": (INFERENCE - {"messages"}) | {"cohort", "metrics"},
    "jobs": INFERENCE | {"cohort", "evaluation", "pipeline", "training"},
    "reproduction": INFERENCE
    | {
        "cohort",
        "controls",
        "evaluation",
        "exporting",
        "jobs",
        "metrics",
        "pipeline",
        "site_evaluation",
        "training",
    },
    "benchmarking": INFERENCE | {"metrics", "pipeline"},
    "commands": INFERENCE
    | {
        "benchmarking",
        "cohort",
        "controls",
        "metrics",
        "evaluation",
        "exporting",
        "jobs",
        "pipeline",
        "reproduction",
        "site_evaluation",
        "training",
    },
}

NEVER = {"qt", "ctk", "slicer", "vtk", "vtkmodules", "PyQt5"}
"""Packages of the desktop."""

TRAINING_ONLY = {
    "lightning", "matplotlib", "onnx", "onnxscript", "pytorch_grad_cam", "safetensors",
    "sklearn", "torch", "torchvision",
}  # fmt: skip
"""What the extra "train" installs; a machine that only runs the networks has none of it."""

WITHOUT_PACKAGES = """
import importlib, sys

class Absent:
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in {packages}:
            raise ModuleNotFoundError("No module named " + repr(name), name=name)

sys.meta_path.insert(0, Absent)
for module in {modules}:
    importlib.import_module(module)
"""
"""A program that imports modules as on a machine that lacks some packages."""

BEYOND_INFERENCE = {
    "controls", "evaluation", "jobs", "reproduction", "site_evaluation", "training",
}  # fmt: skip
"""Parts that only those reach who have the extra "train" or "evaluate"."""


def imported_names(path: Path, *, whole_file: bool = True) -> Iterator[str]:
    """Yield what a file imports, with relative names made absolute."""
    tree = parsed(path)
    package = path.relative_to(ROOT).parts[:-1]
    for node in ast.walk(tree) if whole_file else tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else ()
            module = (node.module,) if node.module else ()
            yield from (".".join((*base, *module, alias.name)) for alias in node.names)


def part_of(path: Path) -> str:
    """Return the first-level part of the library that a file belongs to."""
    return path.relative_to(LIBRARY).with_suffix("").parts[0]


def module_of(path: Path) -> str:
    """Return the dotted name of a module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def packages_of(names: Iterator[str]) -> set[str]:
    """Return the top-level packages of imported names."""
    return {name.partition(".")[0] for name in names}


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter in the root of the project."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_table_names_every_part_and_has_no_cycle():
    parts = {part_of(path) for path in LIBRARY_FILES} - {"__init__", "__main__"}

    assert parts == set(MAY_IMPORT)
    TopologicalSorter(MAY_IMPORT).prepare()


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_part_imports_only_what_the_table_allows(part):
    used = {
        name.split(".")[1]
        for path in LIBRARY_FILES
        if part_of(path) == part
        for name in imported_names(path)
        if name.startswith("CXRTriageLib.")
    }

    assert used - {part} <= MAY_IMPORT[part]


def test_modules_do_not_import_each_other_in_a_circle():
    modules = {module_of(path) for path in LIBRARY_FILES}
    graph = {
        module_of(path): {
            found
            for name in imported_names(path)
            for found in (name, name.rpartition(".")[0])
            if found in modules - {module_of(path)}
        }
        for path in LIBRARY_FILES
        if path.name != "__init__.py"
    }

    TopologicalSorter(graph).prepare()


def test_library_imports_no_package_of_the_desktop():
    offenders = {
        f"{name_of(path)} imports {sorted(found)}"
        for path in LIBRARY_FILES
        if (found := packages_of(imported_names(path)) & NEVER)
    }

    assert not offenders


def test_only_one_module_imports_openvino_since_it_must_be_kept_quiet():
    importing = {
        name_of(path)
        for path in LIBRARY_FILES
        if "openvino" in {name.partition(".")[0] for name in imported_names(path)}
    }

    assert importing == {"CXRTriageLib/networks/quiet_openvino.py"}


def test_inference_imports_training_packages_only_inside_the_networks():
    offenders = {
        f"{name_of(path)} imports {sorted(found)}"
        for path in LIBRARY_FILES
        if part_of(path) not in BEYOND_INFERENCE | {"benchmarking", "networks"}
        and (found := packages_of(imported_names(path, whole_file=False)) & TRAINING_ONLY)
    }

    assert not offenders


def test_inference_and_its_commands_can_be_imported_without_training_packages():
    modules = [
        module_of(path)
        for path in LIBRARY_FILES
        if path.stem != "__main__"
        and part_of(path) not in BEYOND_INFERENCE
        and not packages_of(imported_names(path, whole_file=False)) & TRAINING_ONLY
    ]
    code = WITHOUT_PACKAGES.format(packages=TRAINING_ONLY | NEVER, modules=modules)
    imported = run_python(code)

    assert imported.returncode == 0, imported.stderr


@pytest.mark.parametrize("module", ["CXRTriageLib.pipeline.triage", "CXRTriageLib.commands.main"])
def test_inference_leaves_training_and_desktop_packages_alone(module):
    code = f"import sys, {module}; print(*sorted(m.partition('.')[0] for m in sys.modules))"
    loaded = run_python(code)

    assert loaded.returncode == 0, loaded.stderr
    assert not (TRAINING_ONLY | NEVER) & set(loaded.stdout.split())


def test_importing_the_library_loads_nothing_heavy():
    code = "import sys, CXRTriageLib; print(*sorted(m.partition('.')[0] for m in sys.modules))"
    loaded = run_python(code)
    heavy = {"scipy", "skimage", "SimpleITK", "pydicom", "openvino", "PIL"}

    assert loaded.returncode == 0, loaded.stderr
    assert not (TRAINING_ONLY | NEVER | heavy) & set(loaded.stdout.split())
