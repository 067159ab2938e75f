"""Repeated and randomized films are kept, and a refused film stops nobody."""

from __future__ import annotations

import pytest

from CXRTriageLib.cohort.film_list import read_film_list
from CXRTriageLib.controls.saliency_checks import randomization_of_films, repeats_of_films
from CXRTriageLib.controls.vote_steadiness import NO_VOTES
from CXRTriageLib.domain.settings import Mode
from CXRTriageLib.networks.device import Device
from CXRTriageLib.networks.weights import Task, read_manifest
from CXRTriageLib.pipeline.triage import TriagePipeline
from support.film_folders import write_synthetic_chests


@pytest.fixture(scope="module")
def pipeline(small_models):
    return TriagePipeline.load(small_models / "small", device=Device.CPU, threads=1)


@pytest.fixture
def films(tmp_path):
    """Return a chest and a file that is none."""
    listed = read_film_list(write_synthetic_chests(tmp_path, [("test", "viral")] * 2))
    listed[1].image.write_bytes(b"no picture")
    return listed


def test_votes_are_kept_and_a_refused_film_has_none(tmp_path, pipeline, films):
    first, second = (
        repeats_of_films(films, pipeline, tmp_path, mode=Mode.DEFAULT, seeds=(0, 1))
        for _ in range(2)
    )

    assert first == second
    assert len(first[0].winners) in (0, 2)
    assert not first[0].changes
    assert first[1] == NO_VOTES


def test_a_refused_film_has_no_randomized_maps(tmp_path, pipeline, films, small_models):
    manifest = read_manifest(Task.CLASSIFICATION, small_models / "small")

    assert randomization_of_films(films[1:], pipeline, manifest, tmp_path) == [{}]
