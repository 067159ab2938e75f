"""A network that does not know what it sees gives no class."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file

from CXRTriageLib import read_radiograph
from CXRTriageLib.domain.film_warning import WarningCode
from CXRTriageLib.domain.segmentation import ChestSegmentation
from CXRTriageLib.eligibility.assessment import assess_eligibility
from CXRTriageLib.eligibility.certainty import MUCH_DOUBT, TOO_MUCH_DOUBT, check_certainty
from support.phantoms import chest_phantom, film_of


def codes_and_blocks(share: float | None) -> list[tuple[WarningCode, bool]]:
    _, segmentation = chest_phantom()
    doubtful = dataclasses.replace(segmentation, doubtful_share=share)
    return [(item.code, item.blocks_classification) for item in check_certainty(doubtful)]


def test_doubt_is_mentioned_and_then_keeps_the_film_from_a_class():
    assert codes_and_blocks(0.2) == codes_and_blocks(MUCH_DOUBT) == []
    assert codes_and_blocks(0.35) == [(WarningCode.DOUBTFUL_MASKS, False)]
    assert codes_and_blocks(TOO_MUCH_DOUBT) == [(WarningCode.DOUBTFUL_MASKS, False)]
    assert codes_and_blocks(0.46) == [(WarningCode.DOUBTFUL_MASKS, True)]


def test_masks_that_a_person_drew_are_not_in_doubt():
    assert codes_and_blocks(None) == []


def test_doubt_is_one_of_all_checks():
    film, segmentation = chest_phantom()
    doubtful = dataclasses.replace(segmentation, doubtful_share=1.0)

    assert [item.code for item in assess_eligibility(film, doubtful)] == [
        WarningCode.DOUBTFUL_MASKS
    ]


def leg_without_its_name(folder: Path) -> Path:
    leg = pydicom.dcmread(get_testdata_file("RG3_UNCR.dcm", download=False))
    leg.BodyPartExamined = ""
    leg.save_as(folder / "unnamed.dcm")
    return folder / "unnamed.dcm"


def gray_shapes() -> list[np.ndarray]:
    rows, columns = np.mgrid[:512, :512]
    return [
        np.random.default_rng(0).integers(0, 4096, (512, 512)),
        4 * rows + 3 * columns,
        2000 + 1900 * np.sin(np.hypot(rows - 256, columns - 256) / 15),
    ]


@pytest.mark.parametrize("shape", range(3), ids=["noise", "ramp", "rings"])
def test_shipped_network_gives_no_class_to_what_is_no_film(shipped_pipeline_fixture, shape):
    film = film_of(gray_shapes()[shape].astype(np.uint16))

    assert shipped_pipeline_fixture.run(film).classification is None


def test_shipped_network_gives_no_class_to_a_leg_that_is_not_named(
    shipped_pipeline_fixture, tmp_path
):
    film = read_radiograph(leg_without_its_name(tmp_path))

    assert film.facts.body_part == ""
    assert shipped_pipeline_fixture.run(film).classification is None


def test_corrected_masks_are_believed(shipped_pipeline_fixture):
    film, segmentation = chest_phantom((512, 460))

    result = shipped_pipeline_fixture.run(
        film, corrected=ChestSegmentation(labels=segmentation.labels)
    )

    assert result.classification is not None
