"""What may lie in the repository, and how much it may weigh."""

from __future__ import annotations

import re

import pytest

from support.source_tree import ROOT, name_of, repository_files

TOP_LEVEL = {
    "CMakeLists.txt", "CXRTriage", "CXRTriageLib", "LICENSE.txt", "README.md", "Resources",
    "Testing", "pyproject.toml", "setup.py",
}  # fmt: skip
FILM_ENDINGS = {".dcm", ".dicom", ".jpeg", ".tif", ".tiff", ".bmp", ".nii", ".nrrd", ".mha"}
PICTURE_ENDINGS = {".png", ".jpg"}
PICTURE_FOLDERS = ("Resources/Icons/", "Resources/Documentation/")
MEGABYTE = 1_000_000
LARGEST_FILE = 15 * MEGABYTE
ALL_MODELS = 25 * MEGABYTE

# A folder of one machine, or the host of a package registry; neither is there for anyone else.
OF_ONE_MACHINE = re.compile(
    r"(?<![\w.~$}])/(?:farm|home|root|tmp|work|Users)/"
    r"|\bpypi\.org|\bpythonhosted\.org|\bdeb\.debian\.org|\bregistry\.npmjs"
)


@pytest.fixture(scope="module")
def files():
    return repository_files()


def test_top_level_holds_the_agreed_names(files):
    visible = {name_of(path).partition("/")[0] for path in files}

    assert {name for name in visible if not name.startswith(".")} == TOP_LEVEL


def test_no_film_is_in_the_repository(files):
    films = [name_of(path) for path in files if path.suffix.lower() in FILM_ENDINGS]
    pictures = [
        name_of(path)
        for path in files
        if path.suffix.lower() in PICTURE_ENDINGS and not name_of(path).startswith(PICTURE_FOLDERS)
    ]

    assert films + pictures == []


def test_files_are_small_enough_for_every_clone(files):
    sizes = {name_of(path): path.stat().st_size for path in files}

    assert {name: size for name, size in sizes.items() if size > LARGEST_FILE} == {}


def test_shipped_models_are_small_together(files):
    models = ROOT / "Resources" / "Models"

    assert sum(path.stat().st_size for path in files if models in path.parents) <= ALL_MODELS


def test_no_file_names_a_folder_of_one_machine_or_a_registry(files):
    offenders = [
        f"{name_of(path)}:{number}: {line.strip()[:100]}"
        for path in files
        if b"\0" not in (content := path.read_bytes())
        for number, line in enumerate(content.decode("utf-8").splitlines(), start=1)
        if OF_ONE_MACHINE.search(line)
    ]

    assert offenders == []


def test_text_files_end_their_lines_as_git_does(files):
    texts = (path for path in files if path.suffix in {".py", ".md", ".toml", ".json", ".ini"})

    assert [name_of(path) for path in texts if b"\r" in path.read_bytes()] == []
