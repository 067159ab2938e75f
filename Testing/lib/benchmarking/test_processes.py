"""Every measurement has a process of its own, and says why where it has no figures."""

from __future__ import annotations

import os

import pytest
from PIL import Image

from CXRTriageLib.benchmarking.processes import Request, Task, measure
from CXRTriageLib.errors import BenchmarkError, MissingDependencyError
from support.source_tree import ROOT
from support.synthetic_chest import synthetic_chest

WITHOUT_TORCH = "import sys\nsys.modules['pytorch_grad_cam'] = None\n"


@pytest.fixture
def models(small_models):
    return small_models / "small"


def test_packages_that_are_missing_are_named_with_the_way_to_get_them(tmp_path, monkeypatch):
    (tmp_path / "sitecustomize.py").write_text(WITHOUT_TORCH)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    with pytest.raises(MissingDependencyError, match=r"grad_cam.*pip install 'CXRTriage\[train\]'"):
        measure(Request(task=Task.PAPER.value, film="none"))


def test_a_file_that_is_no_film_is_refused_by_name(models):
    text = ROOT / "README.md"

    with pytest.raises(BenchmarkError, match=r"README\.md is in no image format"):
        measure(Request(task=Task.FIRST_FILM.value, film=str(text), models=str(models)))


def test_a_film_that_gets_no_class_is_no_benchmark(models, tmp_path):
    path = tmp_path / "film.png"
    Image.fromarray(synthetic_chest((300, 270)).pixels).save(path)

    with pytest.raises(BenchmarkError, match=r"film\.png: .* Name another film with --film"):
        measure(Request(task=Task.PIPELINE.value, film=str(path), models=str(models)))


def test_a_process_that_dies_is_an_error_with_its_last_words(tmp_path, monkeypatch):
    (tmp_path / "sitecustomize.py").write_text("raise SystemExit('no more memory')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    with pytest.raises(BenchmarkError, match=r"code 1 and without figures: .*no more memory"):
        measure(Request(task=Task.PIPELINE.value, film="none"))


def test_environment_of_this_process_stays_as_it_is(models):
    before = dict(os.environ)

    with pytest.raises(BenchmarkError):
        measure(Request(task=Task.FIRST_FILM.value, film="none", models=str(models)))

    assert dict(os.environ) == before


def test_request_survives_the_command_line():
    request = Request(task=Task.PAPER.value, film="a b/ü.dcm", models=None, repeats=3)

    assert Request.from_text(request.to_text()) == request
