"""OpenVINO tells nobody that it is used."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from support.source_tree import ROOT

CODE = """
import sys

asked = []
sys.addaudithook(lambda event, arguments: asked.append(event) if event.startswith("socket.") else 0)
from CXRTriageLib.networks.quiet_openvino import openvino
from CXRTriageLib.networks.openvino_engine import shared_core
shared_core()
import openvino.tools.ovc as converter
assert "stub" in type(converter.telemetry).__module__, type(converter.telemetry)
print(*asked)
"""


def test_openvino_opens_no_connection_and_leaves_no_identifier(tmp_path: Path):
    home = {"HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path), "CI": ""}
    environment = {name: text for name, text in (os.environ | home).items() if text}

    finished = subprocess.run(
        [sys.executable, "-c", CODE],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )

    assert finished.stdout.strip() == ""
    assert list(tmp_path.iterdir()) == []
