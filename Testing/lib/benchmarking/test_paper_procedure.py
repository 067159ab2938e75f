"""The procedure that is timed is the paper's: its vote and its map are those of `paper` mode."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PIL import Image

from CXRTriageLib.benchmarking.paper_procedure import MAPS, VOTES, PaperProcedure
from CXRTriageLib.classification.classifier import PatchClassifier
from CXRTriageLib.classification.voting import count_votes
from CXRTriageLib.domain.settings import MaskMethod, Mode, TieRule, TriageSettings, WorkingSize
from CXRTriageLib.networks.torch_engine import TorchEngine
from CXRTriageLib.networks.weights import Task, read_manifest
from CXRTriageLib.preprocessing.working_film import PreprocessedFilm
from CXRTriageLib.reading import read_radiograph
from CXRTriageLib.saliency.projection import project_class_maps
from CXRTriageLib.segmentation.segmenter import ChestSegmenter
from support.synthetic_chest import synthetic_chest

PATCHES = 12


@pytest.fixture
def film(tmp_path):
    path = tmp_path / "film.png"
    Image.fromarray(synthetic_chest((400, 360)).pixels).save(path)
    return path


def test_vote_and_map_are_those_of_paper_mode_without_a_backward_pass(small_models, film):
    models = small_models / "small"
    preprocessed = PreprocessedFilm.of(read_radiograph(film))
    segmenting = read_manifest(Task.SEGMENTATION, models)
    segmenter = ChestSegmenter(TorchEngine(segmenting, device="cpu"), side_px=segmenting.side_px)
    labels = segmenter.segment(preprocessed, MaskMethod.LABELS_UPSAMPLED).labels
    masked, lungs = preprocessed.masked(labels, WorkingSize.FILM)
    manifest = read_manifest(Task.CLASSIFICATION, models)
    settings = dataclasses.replace(TriageSettings.for_mode(Mode.PAPER), patch_count=PATCHES)
    evidence = PatchClassifier(TorchEngine(manifest, device="cpu"), manifest).examine(
        masked, lungs, settings, seed=0
    )
    winner = count_votes(evidence, TieRule.FIRST_MET).winner
    expected = project_class_maps(evidence, lungs, settings.saliency_method).values[winner]

    clock, found = PaperProcedure(models).run(film, patch_count=PATCHES)

    assert expected[lungs].max() > 0.1
    assert np.abs(found - expected)[lungs].max() < 0.02
    assert list(clock.stages_s())[-2:] == [VOTES, MAPS]
    assert sum(clock.stages_s().values()) == pytest.approx(clock.elapsed_s)
    assert found.shape == (400, 360)
    assert 0 <= found.min() <= found.max() <= 1
