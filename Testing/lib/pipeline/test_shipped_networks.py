"""The networks that are shipped, on real films and on films that are none of a chest."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from CXRTriageLib.domain.anatomy import ORGANS
from CXRTriageLib.domain.settings import Mode, TriageSettings
from CXRTriageLib.domain.triage import TriageAction
from CXRTriageLib.metrics.overlap import jaccard
from CXRTriageLib.reading import read_radiograph
from support.phantoms import film_of
from support.real_dicom import real_dicom
from support.synthetic_chest import synthetic_chest
from support.triage_results import assert_identical


@pytest.fixture(scope="module")
def chest():
    """Return a real chest film: computed radiography, MONOCHROME1, with nodules."""
    return read_radiograph(real_dicom("RG1_UNCR.dcm"))


@pytest.mark.parametrize("mode", Mode, ids=lambda mode: mode.value)
def test_real_chest_gets_the_same_class_again_in_every_mode(shipped_pipeline_fixture, chest, mode):
    settings = TriageSettings.for_mode(mode)

    first, again = (shipped_pipeline_fixture.run(chest, settings=settings) for _ in range(2))

    assert_identical(first, again)
    votes = first.classification.votes
    assert votes.winner_name in votes.class_names
    assert sum(votes.counts) == len(first.classification.evidence.centers)
    assert 0.4 < first.biomarker("cardiothoracic_ratio").value < 0.55
    assert first.recommendation.action is not TriageAction.NOT_CLASSIFIED


def test_masks_of_a_film_made_in_code_are_those_it_was_made_from(shipped_pipeline_fixture):
    made = synthetic_chest((1024, 900), seed=1)

    result = shipped_pipeline_fixture.run(film_of(made.pixels))

    for organ in ORGANS:
        found = result.segmentation.mask(organ)
        assert jaccard(found, made.labels == organ) > 0.7, organ


def test_film_of_a_leg_ends_in_a_sentence(shipped_pipeline_fixture):
    leg = read_radiograph(real_dicom("RG3_UNCR.dcm"))

    result = shipped_pipeline_fixture.run(leg)

    assert_not_classified(result)


@pytest.mark.parametrize("turns", [1, 3], ids=["left", "right"])
def test_chest_that_lies_on_its_side_gets_no_class(shipped_pipeline_fixture, chest, turns):
    turned = dataclasses.replace(chest, pixels=np.rot90(chest.pixels, turns))

    assert_not_classified(shipped_pipeline_fixture.run(turned))


@pytest.mark.parametrize("kind", ["ramp", "flat with a dot"])
def test_film_of_nothing_gets_no_class(shipped_pipeline_fixture, kind):
    pixels = {
        "ramp": np.add.outer(np.arange(900), np.arange(800)),
        "flat with a dot": np.pad(np.full((50, 50), 900), ((400, 450), (350, 400))),
    }[kind].astype(np.uint16)

    assert_not_classified(shipped_pipeline_fixture.run(film_of(pixels)))


def assert_not_classified(result) -> None:
    assert result.classification is None
    assert result.saliency is None
    assert result.recommendation.action is TriageAction.NOT_CLASSIFIED
    assert result.recommendation.reason.endswith(".")
    assert result.recommendation.reason[0].isupper()
