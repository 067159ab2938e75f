"""Two engines agree where masks overlap and classes are the same."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from pydicom.data import get_testdata_file
from skimage.transform import rotate

from CXRTriageLib.benchmarking.engine_agreement import (
    ENGINE_CRITERIA,
    NOT_CLASSIFIED,
    Agreement,
    FilmAgreement,
    agreement_lines,
    compare_film,
    organ_dice,
)
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.segmentation import ChestSegmentation
from CXRTriageLib.errors import InvalidValueError
from CXRTriageLib.networks.device import Device
from CXRTriageLib.networks.torch_engine import TorchEngine
from CXRTriageLib.networks.weights import MANIFEST_NAME, Task, default_models_folder, read_manifest
from CXRTriageLib.pipeline.triage import TriagePipeline
from CXRTriageLib.reading import read_radiograph
from support.phantoms import box_labels

ARE_SHIPPED = all((default_models_folder() / task.value / MANIFEST_NAME).is_file() for task in Task)


def film(row: int, value: float | None = 1.0, **changes: object) -> FilmAgreement:
    return dataclasses.replace(
        FilmAgreement(
            row=row,
            organ_dice=(value, value, value),
            classes=("viral", "viral"),
            margins=(0.25, 0.3),
        ),
        **changes,
    )


def test_dice_is_that_of_each_organ_and_none_where_both_lack_it():
    one, other = box_labels(), box_labels()
    one[one == Structure.HEART] = other[other == Structure.HEART] = 0
    other[10:50, 12:50] = 0

    heart, left, right = organ_dice(ChestSegmentation(labels=one), ChestSegmentation(labels=other))

    assert heart is None
    assert left == 1
    # One mask is the half of the other, but for what the heart had covered.
    assert right == pytest.approx(2 / 3, abs=0.03)


def test_organ_that_only_one_result_has_counts_as_no_overlap():
    without = box_labels()
    without[without == Structure.HEART] = 0

    found = organ_dice(ChestSegmentation(labels=box_labels()), ChestSegmentation(labels=without))

    assert found[0] == 0


def test_summary_is_over_films():
    other = film(7, 0.5, classes=("viral", NOT_CLASSIFIED), margins=(0.01, None))
    agreement = Agreement(
        films=[film(2), other, film(9, None, classes=(NOT_CLASSIFIED,) * 2)],
        criteria=ENGINE_CRITERIA,
    )

    assert agreement.mean_dice == 0.75
    assert agreement.lowest_film_dice == agreement.lowest_organ_dice == 0.5
    assert agreement.share_at_limit == 0.5
    assert agreement.same_class_share == pytest.approx(2 / 3)
    assert agreement.classified == 2
    assert not agreement.holds
    assert agreement.with_other_class() == [other]


def test_dice_is_held_against_the_mean_over_films():
    films = [film(row, 0.9991) for row in range(99)]

    for last, holds in ((film(99, 0.9991), True), (film(99, 0.98), False)):
        assert Agreement(films=[*films, last], criteria=ENGINE_CRITERIA).holds is holds


def test_one_other_class_in_a_hundred_is_allowed_and_two_are_not():
    other = {"classes": ("viral", "normal")}

    for count, holds in ((1, True), (2, False)):
        films = [film(row, **(other if row < count else {})) for row in range(100)]
        assert Agreement(films=films, criteria=ENGINE_CRITERIA).holds is holds


def test_films_of_another_class_are_listed_with_their_vote_margin():
    films = [film(2), film(7, classes=("viral", NOT_CLASSIFIED), margins=(0.0312, None))]
    agreement = Agreement(films=films, criteria=ENGINE_CRITERIA)

    lines = list(agreement_lines(agreement, {2: "a.png", 7: "b.png"}))

    assert "Other class: row 7, b.png: viral, vote margin 0.031; reference: not classified" in lines
    assert lines[-1].endswith("same class on at least 99%: missed")
    assert not any("a.png" in line for line in lines)


def test_comparison_without_any_mask_is_refused():
    with pytest.raises(InvalidValueError, match="needs a film with masks"):
        Agreement(films=[film(1, None)], criteria=ENGINE_CRITERIA)


@pytest.fixture
def eight_films():
    """Return the chest film of pydicom-data, and seven that were turned and cut otherwise."""
    taken = read_radiograph(Path(get_testdata_file("RG1_UNCR.dcm")))
    films = [taken]
    for degrees in (-6, -4, -2, 1, 3, 5, 7):
        turned = rotate(taken.pixels, degrees, mode="edge", preserve_range=True)
        margin = 20 * abs(degrees)
        pixels = turned[margin:, margin:-margin].astype(taken.pixels.dtype)
        films.append(dataclasses.replace(taken, pixels=pixels))
    return films


@pytest.mark.skipif(not ARE_SHIPPED, reason="This checkout has no networks in Resources/Models.")
def test_openvino_and_pytorch_agree_on_eight_films(eight_films):
    manifests = read_manifest(Task.SEGMENTATION), read_manifest(Task.CLASSIFICATION)
    segmenting, classifying = (TorchEngine(item, device="cpu") for item in manifests)
    reference = TriagePipeline.from_engines(manifests, (segmenting, classifying))
    candidate = TriagePipeline.load(device=Device.CPU)

    agreement = Agreement(
        films=[
            compare_film(film, candidate, reference, row=row)
            for row, film in enumerate(eight_films)
        ],
        criteria=ENGINE_CRITERIA,
    )

    said = "\n".join(agreement_lines(agreement, {row: str(row) for row in range(8)}))
    assert agreement.mean_dice >= ENGINE_CRITERIA.dice, said
    # Where two classes have as many votes in f32, one patch decides, and engines may differ.
    decided = [film for film in agreement.films if film.margins[1]]
    assert len(decided) >= 7
    assert all(film.has_same_class for film in decided), said
