"""Films give votes, controls and features; what the manifest says is not kept with them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from CXRTriageLib.classification.patches import BorderRule, cut_patches, patch_boxes
from CXRTriageLib.cohort.film_list import read_film_list
from CXRTriageLib.controls.film_controls import STORE_NAME, Networks, control_films
from CXRTriageLib.controls.pooled_features import PooledFeatures
from CXRTriageLib.domain.settings import Mode, TriageSettings
from CXRTriageLib.networks.device import Device
from CXRTriageLib.networks.torch_engine import load_network
from CXRTriageLib.networks.weights import Task, read_manifest
from CXRTriageLib.pipeline.triage import TriagePipeline
from support.film_folders import write_synthetic_chests

SETTINGS = TriageSettings.for_mode(Mode.DEFAULT)


@pytest.fixture(scope="module")
def manifest(small_models):
    return read_manifest(Task.CLASSIFICATION, small_models / "small")


@pytest.fixture(scope="module")
def networks(small_models, manifest):
    pipeline = TriagePipeline.load(small_models / "small", device=Device.CPU, threads=1)
    return Networks(pipeline=pipeline, features=PooledFeatures(manifest))


@pytest.fixture
def films(tmp_path):
    return read_film_list(write_synthetic_chests(tmp_path, [("test", "viral"), ("test", "normal")]))


def test_features_are_those_of_the_last_residual_stage(networks, manifest):
    film = np.random.default_rng(0).uniform(0, 255, (400, 400)).astype(np.float32)
    boxes = patch_boxes(np.array([[150, 150], [260, 220]]), (400, 400), border=BorderRule.SHIFTED)
    with torch.inference_mode():
        stage = load_network(manifest).features(torch.from_numpy(cut_patches(film, boxes)))

    found = networks.features.of_film(film, boxes)

    expected = stage.mean(dim=(0, 2, 3)).numpy()
    assert found.shape == (512,)
    assert np.corrcoef(found, expected)[0, 1] > 0.999


def test_a_film_is_measured_once_and_described_by_its_manifest(tmp_path, networks, films):
    first = control_films(films, networks, tmp_path / "out", SETTINGS)
    lines = (tmp_path / "out" / STORE_NAME).read_text(encoding="utf-8").split()
    mended = [dataclasses.replace(film, sex="F", age_years=104.0) for film in films]
    second = control_films(mended, networks, tmp_path / "out", SETTINGS)

    assert (tmp_path / "out" / STORE_NAME).read_text(encoding="utf-8").split() == lines
    assert [item.record.class_name for item in first] == ["viral", "normal"]
    assert [item.record.sex for item in second] == ["F", "F"]
    assert second[0].record.age_years == 90
    for before, after in zip(first, second, strict=True):
        assert after.features == before.features
        assert after.record.controls == before.record.controls
        assert after.record.controls is not None


def test_a_refused_film_counts_as_not_classified(tmp_path, networks, films):
    films[0].image.write_bytes(b"no picture")

    refused, _ = control_films(films, networks, tmp_path / "out", SETTINGS)

    assert refused.record.is_done
    assert refused.record.found_class is None
    assert refused.features == ()
