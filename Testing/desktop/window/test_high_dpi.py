"""On a screen with more pixels the film has them all, and the mouse hits what it points at."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.exporting.palette import STRUCTURE_COLORS


@pytest.mark.parametrize("factor", ["1", "1.5", "2"])
def test_brush_and_mask_are_where_the_mouse_is(factor, film, tmp_path):
    answer = tmp_path / "found.json"
    paths = {"PYTHONPATH": os.pathsep.join(sys.path), "XDG_DATA_HOME": str(tmp_path)}

    done = subprocess.run(
        [sys.executable, "-m", "support.sharp_window", str(film), str(answer)],
        env={**os.environ, **paths, "QT_SCALE_FACTOR": factor},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    found = json.loads(answer.read_text(encoding="utf-8"))
    assert found["ratio"] == pytest.approx(float(factor), rel=0.1)
    assert found["frame"] == pytest.approx([found["ratio"] * side for side in found["view"]], abs=1)
    assert found["under"] == [200, 100]
    assert found["painted"] == pytest.approx([200, 100], abs=0.01)
    toward = np.subtract(STRUCTURE_COLORS[Structure.HEART], found["before"])
    change = np.subtract(found["after"], found["before"])
    share = change[0] / toward[0]
    assert share > 0.05
    np.testing.assert_allclose(change, share * toward, atol=2)
