"""What 3D Slicer's Extensions Index asks of the files, and every file is packaged."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys

import pytest

from support.source_tree import ROOT, repository_files

MODULE = ROOT / "CXRTriage"
NOT_FOR_SLICER = "CXRTriageViewer/"
SUBMISSION = ".ci/index_submission.py"
SUBMITTED = ("CMakeLists.txt", "CXRTriage/CXRTriage.json", "README.md", SUBMISSION)
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


@pytest.fixture
def submission(tmp_path):
    """Return what runs the command of the submission in a copy of its files."""
    for name in SUBMITTED:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)

    def run(*arguments):
        command = [sys.executable, str(tmp_path / SUBMISSION), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    return run


def addresses_in(folder):
    """Return every address that the index would follow."""
    cmake = (folder / "CMakeLists.txt").read_text("utf-8")
    entry = json.loads((folder / "CXRTriage" / "CXRTriage.json").read_text("utf-8"))
    return [*re.findall(r'set\(EXTENSION_\w+ "(https://[^"]+)"\)', cmake), entry["scm_url"]]


def test_address_that_nobody_knows_cannot_be_taken_for_a_real_one(submission):
    hosts = {address.split("/")[2] for address in addresses_in(ROOT)}
    told = submission()

    assert len(hosts) == 1
    is_unknown = hosts.pop().endswith(".invalid")
    assert is_unknown == ("The repository's address is not known" in told.stdout)
    assert not (is_unknown and told.returncode == 0)


def test_address_is_written_wherever_the_index_reads_it(submission, tmp_path):
    address = "https://code.example/radiology/SlicerCXRTriage"

    told = submission("--address", address)

    assert "address" not in told.stdout
    assert addresses_in(tmp_path) == [
        address,
        f"{address}/raw/main/Resources/Icons/CXRTriage.png",
        f"{address}/raw/main/Resources/Documentation/result.jpg",
        f"{address}.git",
    ]
    for linked in addresses_in(tmp_path)[1:3]:
        assert (ROOT / linked.removeprefix(f"{address}/raw/main/")).is_file()
    before = addresses_in(ROOT)[0]
    for name in SUBMITTED[:2]:
        expected = (ROOT / name).read_text("utf-8").replace(before, address)
        assert (tmp_path / name).read_text("utf-8") == expected


@pytest.mark.parametrize(
    "address",
    ["http://code.example/me/SlicerCXRTriage", "https://code.example/me/CXRTriage", "SlicerX"],
)
def test_address_that_the_index_would_refuse_is_refused(submission, address):
    assert submission("--address", address).returncode == 2


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
