"""What 3D Slicer's Extensions Index asks of the files, and every file is packaged."""

from __future__ import annotations

import json
import re

import pytest

from support.source_tree import ROOT, repository_files

MODULE = ROOT / "CXRTriage"
NOT_FOR_SLICER = "CXRTriageViewer/"
RESOURCE_FOLDERS = {"Icons", "Models", "Schemas", "Recipes", "Report"}


def listed(cmake, variable):
    """Return the entries of a list in a CMake file."""
    found = re.search(rf"set\({variable}\n(.*?)\n  \)", cmake, re.DOTALL)
    assert found, f"{variable} is not set"
    return found[1].split()


@pytest.fixture(scope="module")
def files():
    return {path.relative_to(ROOT).as_posix() for path in repository_files()}


def test_module_lists_every_script_that_slicer_may_import(files):
    scripts = listed((MODULE / "CMakeLists.txt").read_text("utf-8"), "MODULE_PYTHON_SCRIPTS")

    there = {name.removeprefix("CXRTriage/") for name in files if name.startswith("CXRTriage/")}
    expected = {name for name in there if name.endswith(".py")}
    assert set(scripts) == {name for name in expected if not name.startswith(NOT_FOR_SLICER)}
    assert scripts == sorted(scripts)


def test_root_lists_the_whole_library(files):
    cmake = (ROOT / "CMakeLists.txt").read_text("utf-8")

    expected = {name for name in files if name.startswith("CXRTriageLib/")}
    found = {*listed(cmake, "LIBRARY_SCRIPTS"), *listed(cmake, "LIBRARY_RESOURCES")}
    assert {name for name in found if name.startswith("CXRTriageLib/")} == expected


def test_root_lists_the_resources_that_are_used(files):
    found = set(listed((ROOT / "CMakeLists.txt").read_text("utf-8"), "LIBRARY_RESOURCES"))

    expected = {
        name
        for name in files
        if name.startswith("Resources/") and name.split("/")[1] in RESOURCE_FOLDERS
    }
    assert {name for name in found if name.startswith("Resources/")} == {
        *expected,
        "Resources/requirements.txt",
    }


def test_module_folder_holds_one_script_and_is_no_package(files):
    scripts = [name for name in files if re.fullmatch(r"CXRTriage/[^/]+\.py", name)]

    assert scripts == ["CXRTriage/CXRTriage.py"]


def test_entry_of_the_index_fits_the_project():
    entry = json.loads((MODULE / "CXRTriage.json").read_text("utf-8"))
    cmake = (ROOT / "CMakeLists.txt").read_text("utf-8")

    assert "project(CXRTriage)" in cmake
    assert {"$schema", "category", "scm_url"} <= set(entry)
    assert "build_dependencies" not in entry
    assert entry["scm_url"].rstrip("/").removesuffix(".git").rpartition("/")[2].startswith("Slicer")
    assert re.search(r'set\s*\(EXTENSION_ICONURL\s*"([^"]+)"[ ]*\)', cmake)
    assert re.search(r'set\s*\(EXTENSION_SCREENSHOTURLS\s*"([^"]+)"\)', cmake)
    assert 'EXTENSION_DEPENDS "NA"' in cmake


def test_icon_is_128_pixels_square():
    from PIL import Image

    with Image.open(ROOT / "Resources" / "Icons" / "CXRTriage.png") as icon:
        assert icon.size == (128, 128)


def test_requirements_for_slicer_leave_out_pytorch_and_pyqt():
    lines = (ROOT / "Resources" / "requirements.txt").read_text("utf-8").splitlines()
    names = {re.split(r"[<>=]", line)[0].lower() for line in lines}

    assert {"openvino", "scikit-image"} <= names
    assert not names & {"torch", "torchvision", "pyqt5", "slicer-core", "vtk", "simpleitk"}
    assert all(">=" in line and "==" not in line for line in lines)
