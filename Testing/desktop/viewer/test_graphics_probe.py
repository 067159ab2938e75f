"""What a machine lacks is named before it could crash anything."""

from __future__ import annotations

import os

import pytest

from CXRTriageViewer import graphics_probe
from CXRTriageViewer.graphics_probe import missingLibraries, probeGraphics, screenProblem

pytestmark = pytest.mark.skipif(os.name != "posix", reason="system libraries of Linux")


def test_missing_libraries_are_named():
    assert missingLibraries({"libc.so.6": "libc6", "libabsent.so.9": "libabsent9"}) == {
        "libabsent.so.9": "libabsent9"
    }


def test_missing_library_comes_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setattr(graphics_probe, "_ANY_PLATFORM", {"libabsent.so.9": "libabsent9"})

    problem = screenProblem({"QT_QPA_PLATFORM": "offscreen"})

    assert "libabsent.so.9" in problem
    assert problem.endswith("sudo apt-get install libabsent9")


def test_no_screen_is_a_problem_and_offscreen_is_none():
    assert "no screen" in screenProblem({})
    assert screenProblem({"QT_QPA_PLATFORM": "offscreen"}) == ""


def test_good_answer_is_kept_for_the_next_start(tmp_path, monkeypatch):
    cache = tmp_path / "cache" / "graphics.json"
    first = probeGraphics(cache, os.environ)
    assert first.problem == ""

    def fail(*_):
        raise AssertionError

    monkeypatch.setattr(graphics_probe, "_draws", fail)
    assert probeGraphics(cache, os.environ) == first


def test_answer_for_another_machine_is_not_taken(tmp_path, monkeypatch):
    cache = tmp_path / "graphics.json"
    cache.write_text('{"key": "elsewhere", "window": "vtkWin32OpenGLRenderWindow"}')
    monkeypatch.setattr(graphics_probe, "_draws", lambda *_: True)

    assert probeGraphics(cache, {}).window == graphics_probe.WINDOWS[0]


def test_bad_answer_is_asked_again(tmp_path, monkeypatch):
    cache = tmp_path / "graphics.json"
    monkeypatch.setattr(graphics_probe, "_draws", lambda *_: False)

    assert "draws nothing" in probeGraphics(cache, {}).problem
    monkeypatch.setattr(graphics_probe, "_draws", lambda *_: True)
    assert probeGraphics(cache, {}).problem == ""


def test_machine_without_opengl_is_told_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(graphics_probe, "_RENDERERS", {"libabsentgl.so.1": "libabsentgl1"})

    problem = probeGraphics(tmp_path / "graphics.json", {}).problem

    assert "OpenGL is missing" in problem
    assert "apt-get install libegl1" in problem


def test_process_that_crashes_counts_as_no_opengl(monkeypatch):
    monkeypatch.setattr(graphics_probe, "_DRAW_ONE_FRAME", "import os; os.abort()")

    assert not graphics_probe._draws("", os.environ)
