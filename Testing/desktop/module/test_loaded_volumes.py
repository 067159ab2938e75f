"""Any film that another module has loaded into the scene can be read."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import SimpleITK
import slicer

from CXRTriageViewer.driven_window import openFilms


@pytest.fixture
def load(film, tmp_path):
    """Return what loads a film into the scene as another module would."""

    def loaded(name):
        path = tmp_path / f"{name}.nrrd"
        SimpleITK.WriteImage(SimpleITK.JoinSeries(SimpleITK.ReadImage(str(film))), str(path))
        node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", name)
        storage = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLVolumeArchetypeStorageNode")
        storage.SetFileName(str(path))
        node.SetAndObserveStorageNodeID(storage.GetID())
        return node

    return loaded


@pytest.fixture
def asked(window, monkeypatch, tmp_path):
    """Return the buttons of each question; the second one is pressed."""
    questions = []

    def answer(_title, _text, buttons):
        questions.append(list(buttons))
        return buttons[1]

    monkeypatch.setattr(window.panel.host, "ask", answer)
    monkeypatch.setattr(slicer, "app", SimpleNamespace(temporaryPath=str(tmp_path)), raising=False)
    return questions


def test_one_of_several_volumes_is_asked_for_the_shown_one_first(window, load, asked, qtbot):
    load("first")
    second = load("second")
    window.panel.host.sliceView().compositeNode().SetBackgroundVolumeID(second.GetID())

    window.panel.films.useLoadedVolume()
    qtbot.waitUntil(lambda: window.panel.case is not None, timeout=60_000)

    assert asked == [["1: second", "2: first", "Cancel"]]
    assert window.panel.case.path.name == "first.nrrd"


def test_only_volume_is_taken_without_a_question(window, load, asked, qtbot):
    load("only")

    window.panel.films.useLoadedVolume()
    qtbot.waitUntil(lambda: window.panel.case is not None, timeout=60_000)

    assert asked == []
    assert window.panel.case.path.name == "only.nrrd"


def test_film_that_was_opened_here_is_no_volume_of_another_module(window, film, monkeypatch):
    said = []
    monkeypatch.setattr(window.panel.host, "showError", lambda text, _details="": said.append(text))
    openFilms(window, [film])

    window.panel.films.useLoadedVolume()

    assert len(said) == 1
    assert said[0].startswith("The scene holds no volume that was loaded by others.")
