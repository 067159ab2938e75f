"""The command opens the viewer, or says in a sentence what is missing."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from support.source_tree import ROOT

WITHOUT = """
import sys

class Absent:
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] == {package!r}:
            raise ModuleNotFoundError("No module named " + repr(name), name=name)

sys.meta_path.insert(0, Absent)
sys.argv = ["CXRTriageViewer"]
import runpy
runpy.run_module("CXRTriageViewer", run_name="__main__")
"""


def run_viewer(arguments, **environment):
    """Run a fresh viewer without a screen."""
    paths = os.pathsep.join([str(ROOT), str(ROOT / "CXRTriage")])
    inherited = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    return subprocess.run(
        [sys.executable, *arguments],
        env={**inherited, "PYTHONPATH": paths, "QT_QPA_PLATFORM": "offscreen", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("package", ["PyQt5", "slicer"])
def test_missing_package_is_named_with_the_extra_that_brings_it(package, tmp_path):
    ran = run_viewer(["-c", WITHOUT.format(package=package)], XDG_CACHE_HOME=str(tmp_path))

    assert ran.returncode == 1
    assert "pip install 'CXRTriage[viewer]'" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_missing_path_is_wrong_usage():
    ran = run_viewer(["-m", "CXRTriageViewer", "absent.dcm"])

    assert ran.returncode == 2
    assert "absent.dcm does not exist" in ran.stderr


def test_start_without_a_screen_says_so():
    ran = run_viewer(["-m", "CXRTriageViewer"], QT_QPA_PLATFORM="", WAYLAND_DISPLAY="")

    assert ran.returncode == 1
    assert "There is no screen" in ran.stderr


def test_start_without_opengl_says_how_to_install_it(tmp_path):
    # The name of a render window that VTK does not have draws nothing.
    ran = run_viewer(
        ["-m", "CXRTriageViewer"],
        XDG_CACHE_HOME=str(tmp_path),
        LIBGL_DRIVERS_PATH=str(tmp_path),
        __EGL_VENDOR_LIBRARY_DIRS=str(tmp_path),
        VTK_DEFAULT_OPENGL_WINDOW="vtkEGLRenderWindow",
    )

    assert ran.returncode == 1
    assert "apt-get install" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_start_without_a_font_says_how_to_install_one(tmp_path):
    nothing = tmp_path / "fonts.conf"
    nothing.write_text("<fontconfig></fontconfig>", encoding="utf-8")

    ran = run_viewer(
        ["-m", "CXRTriageViewer"],
        XDG_CACHE_HOME=str(tmp_path),
        FONTCONFIG_FILE=str(nothing),
        QT_QPA_FONTDIR=str(tmp_path),
    )

    assert ran.returncode == 1
    assert "No font is installed" in ran.stderr
    assert "apt-get install fonts-dejavu-core" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_importing_the_command_loads_no_desktop_package():
    code = (
        "import sys, CXRTriageViewer.viewer_command; "
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )

    loaded = run_viewer(["-c", code])

    assert loaded.returncode == 0, loaded.stderr
    assert not {"PyQt5", "slicer", "vtk", "vtkmodules"} & set(loaded.stdout.split())
