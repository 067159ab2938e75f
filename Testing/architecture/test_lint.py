"""Lint, format and types are clean, by the tools' own verdict."""

from __future__ import annotations

import subprocess
import sys

import pytest

from support.source_tree import ROOT


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["ruff", "check"], id="lint"),
        pytest.param(["ruff", "format", "--check"], id="format"),
        pytest.param(["mypy"], id="types"),
    ],
)
def test_source_is_clean(command):
    checked = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr
