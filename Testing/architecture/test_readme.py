"""What the README promises a newcomer exists."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from CXRTriageLib.commands.added_commands import added_commands
from CXRTriageLib.commands.main import COMMANDS
from support.source_tree import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
SHELL_BLOCKS = "\n".join(re.findall(r"^```sh\n(.*?)^```$", README, re.M | re.S))
COMMAND_LINES = re.findall(r"cxrtriage (\w+)([^\n&]*)", SHELL_BLOCKS)
MODE_OPTIONS = [("run", option) for option in re.findall(r"^\| `(--\w+)", README, re.M)]


def test_readme_is_short():
    assert len(README.splitlines()) <= 150


@pytest.mark.parametrize("marker", ["run", "test"])
def test_command_that_ci_runs_is_marked_once(marker):
    assert len(re.findall(rf"^<!-- {marker} -->\n```sh\n.+\n```$", README, re.M)) == 1


def test_links_lead_to_files():
    links = re.findall(r"\]\((?!https?:)([^)]+)\)", README)

    assert [link for link in links if not (ROOT / link).exists()] == []


def test_commands_exist():
    assert {command for command, _ in COMMAND_LINES} <= set(COMMANDS) | set(added_commands())


@pytest.mark.parametrize("command", sorted({name for name, _ in COMMAND_LINES}))
def test_options_exist(command):
    lines = [rest for name, rest in [*COMMAND_LINES, *MODE_OPTIONS] if name == command]
    shown = subprocess.run(
        [sys.executable, "-m", "CXRTriageLib", command, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert shown.returncode == 0, shown.stderr
    assert set(re.findall(r"--\w+", " ".join(lines))) <= set(re.findall(r"--\w+", shown.stdout))
