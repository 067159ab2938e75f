"""A session is saved whole or not at all, and opens the same in another process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import slicer
import vtk

from CXRTriageLib.domain.anatomy import Structure
from CXRTriageScene.application_logic import ApplicationLogic
from CXRTriageScene.caliper_nodes import measureByHand
from CXRTriageScene.case_building import addCase, beginCorrection, removeCase, showResult
from CXRTriageScene.case_nodes import casesIn
from CXRTriageScene.mask_nodes import UnwrittenFileError, readMasks, replaceMasks, saveMasks
from CXRTriageScene.session import UnreadableSessionError, loadSession, saveSession
from support.mrml_scenes import node_ids
from support.results import CLASS_NAMES, chest_film, chest_labels, triage_result
from support.source_tree import ROOT

PATHS = os.pathsep.join(str(ROOT / part) for part in (".", "CXRTriage", "Testing"))
SAVES_UNTIL_KILLED = """
import sys
from pathlib import Path
from CXRTriageScene.application_logic import ApplicationLogic
from CXRTriageScene.case_building import addCase, showResult
from CXRTriageScene.session import saveSession
from support.results import chest_film, triage_result

application = ApplicationLogic()
showResult(addCase(chest_film(), "film", application.scene), triage_result())
while True:
    saveSession(application.scene, Path(sys.argv[1]))
    print("saved", flush=True)
"""

KILLED_AS_IT_REPLACES = """
import os, signal, sys
from pathlib import Path
from CXRTriageLib.domain.segmentation import ChestSegmentation
from CXRTriageScene.application_logic import ApplicationLogic
from CXRTriageScene.case_building import addCase, showMasks
from CXRTriageScene.session import saveSession
from support.results import chest_film, chest_labels

session, moment = Path(sys.argv[1]), sys.argv[2]
application = ApplicationLogic()
case = addCase(chest_film(), "film", application.scene)
case = showMasks(case, ChestSegmentation(labels=chest_labels()))
saveSession(application.scene, session)
showMasks(case, ChestSegmentation(labels=chest_labels()[:, ::-1].copy()))
replace = Path.replace

def killed(self, target):
    if moment == "after":
        replace(self, target)
    os.kill(os.getpid(), signal.SIGKILL)

Path.replace = killed
saveSession(application.scene, session)
"""

CORRECTED = chest_labels()
CORRECTED[250:253, 100:203] = Structure.HEART


@pytest.fixture
def case(scene):
    shown = beginCorrection(showResult(addCase(chest_film(), "film", scene), triage_result()))
    replaceMasks(shown.correctedMasks, shown.film, CORRECTED)
    shown.calipers["heart_diameter"].SetNthControlPointPosition(0, vtk.vtkVector3d(-40, -128, 0))
    return shown


def test_fresh_process_finds_the_same_masks_numbers_and_look(scene, case, tmp_path):
    saveSession(scene, tmp_path / "session.mrb")
    saveMasks(case.correctedMasks, tmp_path / "masks.seg.nrrd")

    opened = subprocess.run(
        [sys.executable, "-m", "support.session_process", str(tmp_path)],
        env=os.environ | {"PYTHONPATH": PATHS},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert opened.returncode == 0, opened.stderr
    with np.load(tmp_path / "found.npz") as found:
        assert np.array_equal(found["network"], chest_labels())
        assert np.array_equal(found["corrected"], CORRECTED)
        assert np.array_equal(found["exported"], CORRECTED)
        assert np.array_equal(found["pixels"], chest_film().pixels)
        assert np.array_equal(found["shown"], chest_film().for_display())
        placed = measureByHand(case.calipers, case.film)
        assert found["ratio"] == pytest.approx(placed.biomarkers[0].value, abs=1e-9)
        assert found["placed"].tolist() == ["heart_diameter"]
        assert found["source"] == "corrected"
        assert tuple(found["classes"]) == CLASS_NAMES
        assert found["votes"].tolist() == [3, 1, 0, 6]


def test_display_comes_back_with_the_session(case, scene, tmp_path):
    case.correctedMasks.GetDisplayNode().SetOpacity2DFill(0.35)
    case.film.GetDisplayNode().SetWindowLevel(900, 1500)
    saveSession(scene, tmp_path / "session.mrb")

    with ApplicationLogic() as other:
        (opened,) = loadSession(other.scene, tmp_path / "session.mrb")

        assert opened.correctedMasks.GetDisplayNode().GetOpacity2DFill() == pytest.approx(0.35)
        assert opened.film.GetDisplayNode().GetWindow() == 900
        display = opened.saliency["viral"].GetDisplayNode()
        assert display.GetColorNode().GetName() == "CXR saliency"
        assert display.GetLowerThreshold() == pytest.approx(0.1 * display.GetWindowLevelMax())


def test_session_opened_beside_itself_is_a_second_case(scene, case, tmp_path):
    saveSession(scene, tmp_path / "session.mrb")
    before = node_ids(scene)

    (twin,) = loadSession(scene, tmp_path / "session.mrb")

    assert len(casesIn(scene)) == 2
    assert twin.correctedMasks is not case.correctedMasks
    assert np.array_equal(readMasks(twin.correctedMasks, twin.film), CORRECTED)
    removeCase(twin)
    assert node_ids(scene) == before


@pytest.mark.usefixtures("case")
def test_saved_session_replaces_the_earlier_one_and_leaves_nothing_beside_it(scene, tmp_path):
    path = tmp_path / "session.mrb"
    path.write_bytes(b"earlier")

    saveSession(scene, path)

    assert path.read_bytes()[:2] == b"PK"
    assert list(tmp_path.iterdir()) == [path]


def test_failed_save_leaves_the_earlier_session(tmp_path):
    path = tmp_path / "session.mrb"
    path.write_bytes(b"earlier")

    class FullDisk:
        def WriteToMRB(self, name):
            Path(name).write_bytes(b"half of")
            return False

    with pytest.raises(UnwrittenFileError, match=r"session\.mrb"):
        saveSession(FullDisk(), path)

    assert path.read_bytes() == b"earlier"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a signal that cannot be caught")
def test_process_killed_in_the_middle_of_a_save_leaves_a_whole_session(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", SAVES_UNTIL_KILLED, str(tmp_path / "session.mrb")],
        env=os.environ | {"PYTHONPATH": PATHS},
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        for _ in range(4):
            assert process.stdout.readline() == b"saved\n"
        process.send_signal(signal.SIGKILL)

    with ApplicationLogic() as application:
        (opened,) = loadSession(application.scene, tmp_path / "session.mrb")
        assert np.array_equal(readMasks(opened.currentMasks, opened.film), chest_labels())
        saveSession(application.scene, tmp_path / "session.mrb")
    assert [path.name for path in tmp_path.iterdir()] == ["session.mrb"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a signal that cannot be caught")
@pytest.mark.parametrize("moment", ["before", "after"])
def test_kill_at_the_moment_of_replacing_leaves_the_old_or_the_new_session(tmp_path, moment):
    path = tmp_path / "session.mrb"

    killed = subprocess.run(
        [sys.executable, "-c", KILLED_AS_IT_REPLACES, str(path), moment],
        env=os.environ | {"PYTHONPATH": PATHS},
        check=False,
        timeout=120,
    )

    assert killed.returncode == -signal.SIGKILL
    with ApplicationLogic() as application:
        (opened,) = loadSession(application.scene, path)
        expected = chest_labels() if moment == "before" else chest_labels()[:, ::-1]
        assert np.array_equal(readMasks(opened.networkMasks, opened.film), expected)


@pytest.mark.parametrize("content", [None, b"", b"no archive"], ids=["missing", "empty", "other"])
def test_file_that_is_no_session_is_refused_in_words(scene, tmp_path, content):
    path = tmp_path / "session.mrb"
    if content is not None:
        path.write_bytes(content)

    folder = os.getcwd()  # noqa: PTH109 - as below
    with pytest.raises(UnreadableSessionError, match=r"session\.mrb cannot be opened"):
        loadSession(scene, path)

    assert not casesIn(scene)
    assert os.getcwd() == folder  # noqa: PTH109 - what a process's relative paths go from


def test_application_can_be_closed_twice_and_made_again():
    first = ApplicationLogic()
    scene = first.scene
    first.close()
    first.close()

    assert slicer.mrmlScene is None
    with ApplicationLogic() as second:
        assert second.scene is not scene
        assert slicer.mrmlScene is second.scene
