"""The wheel brings every module and every resource, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile

import pytest

from support.source_tree import LIBRARY, ROOT, name_of, repository_files

DESKTOP = ROOT / "CXRTriage"
DOCUMENTATION = ROOT / "Resources" / "Documentation"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel from a copy, so that nothing is left in the checkout."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for path in repository_files():
        target = source / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    pip = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index"]
    build = subprocess.run(
        [*pip, "--wheel-dir", str(built), str(source)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert build.returncode == 0, build.stdout + build.stderr
    (path,) = built.glob("*.whl")
    return zipfile.ZipFile(path)


def test_wheel_holds_library_desktop_and_resources_and_nothing_else(wheel):
    resources = ROOT / "Resources"
    library = {name_of(path) for path in repository_files() if LIBRARY in path.parents}
    desktop = {
        path.relative_to(DESKTOP).as_posix()
        for path in repository_files()
        if DESKTOP in path.parents and path.suffix == ".py"
    }
    shipped = {
        f"CXRTriageLib/{name_of(path)}"
        for path in repository_files()
        if resources in path.parents and DOCUMENTATION not in path.parents
    }
    packed = {name for name in wheel.namelist() if ".dist-info/" not in name}

    assert packed == library | shipped | desktop
    assert "CXRTriageLib/py.typed" in packed


def test_wheel_installs_the_command(wheel):
    (entry_points,) = (name for name in wheel.namelist() if name.endswith("entry_points.txt"))

    assert "cxrtriage = CXRTriageLib.commands.main:main" in wheel.read(entry_points).decode()


def test_running_the_networks_needs_no_pytorch(wheel):
    (metadata,) = (name for name in wheel.namelist() if name.endswith("/METADATA"))
    lines = wheel.read(metadata).decode().splitlines()
    needed = [
        line for line in lines if line.startswith("Requires-Dist:") and "extra ==" not in line
    ]

    assert needed
    assert not [line for line in needed if "torch" in line or "lightning" in line]
