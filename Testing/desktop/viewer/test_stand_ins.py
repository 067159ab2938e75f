"""A scripted module finds here what it imports from 3D Slicer."""

from __future__ import annotations

import numpy as np
import pytest

from support.viewer_films import film_node

MODULE = """
import ctk
import qt
import slicer
import vtk
from slicer.i18n import tr as _
from slicer.ScriptedLoadableModule import *


class Sample(ScriptedLoadableModule):
    def __init__(self, parent):
        ScriptedLoadableModule.__init__(self, parent)
        self.parent.title = _("Sample")
        self.parent.categories = ["Quantification"]


class SampleWidget(ScriptedLoadableModuleWidget):
    def setup(self):
        ScriptedLoadableModuleWidget.setup(self)
        self.section = ctk.ctkCollapsibleButton()
        self.section.setText("Section")
        self.label = qt.QLabel("Inside")
        form = qt.QFormLayout(self.section)
        form.addRow(self.label)
        self.layout.addWidget(self.section)
        self.logic = SampleLogic()


class SampleLogic(ScriptedLoadableModuleLogic):
    pass


class SampleTest(ScriptedLoadableModuleTest):
    def runTest(self):
        self.delayDisplay("Start")
        self.assertIsNotNone(slicer.mrmlScene)
"""


@pytest.fixture
def slicer_names(qtbot, application_logic):
    """Register the stand-ins for a scene; returns the package slicer."""
    del qtbot  # it makes the application
    import slicer

    from CXRTriageViewer.stand_ins import registerStandIns

    registerStandIns(application_logic.logic, application_logic.moduleLogics)
    return slicer


@pytest.fixture
def sample_module(slicer_names, tmp_path):
    """Return a scripted module that was imported from a file."""
    del slicer_names  # the module imports them
    from CXRTriageViewer.stand_ins import importModule

    path = tmp_path / "Sample.py"
    path.write_text(MODULE, encoding="utf-8")
    return importModule(path)


def test_module_describes_itself(sample_module):
    description = sample_module.Sample(None)

    assert description.parent.title == "Sample"
    assert description.parent.categories == ["Quantification"]
    assert description.parent.contributors == []


def test_panel_is_built_and_sections_collapse(qtbot, sample_module):
    panel = sample_module.SampleWidget()
    qtbot.addWidget(panel.parent)
    panel.setup()
    panel.parent.show()
    open_height = panel.section.sizeHint().height()

    panel.section.setCollapsed(True)

    assert not panel.label.isVisible()
    assert panel.section.sizeHint().height() < open_height
    assert panel.section.property("collapsed") is True
    panel.section.setCollapsed(False)
    assert panel.label.isVisible()


def test_parameter_node_is_one_of_a_kind(sample_module):
    logic = sample_module.SampleLogic()

    first = logic.getParameterNode()
    first.SetParameter("mode", "default")

    assert sample_module.SampleLogic().getParameterNode() is first
    assert first.GetParameter("mode") == "default"


def test_self_test_of_a_module_runs(sample_module):
    sample_module.SampleTest().runTest()


@pytest.mark.usefixtures("slicer_names")
def test_missing_module_is_named(tmp_path):
    from CXRTriageViewer.stand_ins import importModule

    with pytest.raises(FileNotFoundError, match="Absent"):
        importModule(tmp_path / "Absent.py")


def test_volume_makes_the_way_to_a_file_and_back(slicer_names, tmp_path):
    pixels = np.arange(12, dtype=np.uint16).reshape(3, 4)
    film = film_node(slicer_names.mrmlScene, pixels)
    path = tmp_path / "film.nrrd"

    assert slicer_names.util.saveNode(film, str(path), {})
    again = slicer_names.util.loadVolume(str(path))

    assert np.array_equal(slicer_names.util.arrayFromVolume(again)[0], pixels)


def test_scene_makes_the_way_to_an_archive_and_back(slicer_names, tmp_path):
    film_node(slicer_names.mrmlScene, np.arange(12, dtype=np.uint16).reshape(3, 4))
    path = tmp_path / "scene.mrb"

    assert slicer_names.util.saveScene(str(path), {})
    slicer_names.mrmlScene.Clear(0)
    slicer_names.util.loadScene(str(path), {"clear": True})

    assert slicer_names.util.getNode("film").GetImageData().GetDimensions() == (4, 3, 1)


def test_file_that_is_none_says_so(slicer_names, tmp_path):
    with pytest.raises(RuntimeError, match="no such file"):
        slicer_names.util.loadVolume(str(tmp_path / "absent.nrrd"))


@pytest.mark.usefixtures("slicer_names")
def test_message_box_takes_properties_as_slicer_sets_them(qtbot):
    import ctk
    import qt

    box = ctk.ctkMessageBox()
    qtbot.addWidget(box)
    box.text = "In words"
    box.standardButtons = qt.QMessageBox.Ok | qt.QMessageBox.Cancel

    assert box.text() == "In words"
    assert len(box.buttons()) == 2
