"""Installed packages add commands, and the command line finds them without knowing them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from support.source_tree import ROOT

COMMAND = """
PURPOSE = "greet 100 % of those who are named"


def add_arguments(parser):
    parser.add_argument("names", nargs="+")


def execute(arguments):
    print(*arguments.names)
    return 7
"""


@pytest.fixture
def run_command(tmp_path):
    """Return a function that runs the command line where packages add commands."""
    (tmp_path / "greeting_command.py").write_text(COMMAND, encoding="utf-8")
    information = tmp_path / "greetings-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: greetings\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(
        "[cxrtriage.commands]\ngreet = greeting_command\nbroken = absent_module\n"
    )

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "CXRTriageLib", *arguments],
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(tmp_path)])},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


def test_added_command_runs_with_its_arguments_and_its_exit_code(run_command):
    ran = run_command("greet", "Ada", "Marie")

    assert (ran.returncode, ran.stdout) == (7, "Ada Marie\n")


def test_help_lists_added_commands_and_those_that_are_broken(run_command):
    shown = run_command("--help")

    assert shown.returncode == 0
    assert "greet 100 % of those" in shown.stdout
    assert "'broken' cannot be loaded" in " ".join(shown.stdout.split())


def test_broken_command_says_what_to_do(run_command):
    ran = run_command("broken")

    assert ran.returncode == 2
    assert "Install the package that brings it again" in ran.stderr


def test_own_commands_go_before_added_ones(run_command):
    shown = run_command("run", "--help")

    assert shown.returncode == 0
    assert "--output" in shown.stdout


def test_unknown_command_is_wrong_usage(run_command):
    assert run_command("nonsense").returncode == 2
