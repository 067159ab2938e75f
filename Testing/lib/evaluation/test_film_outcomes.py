"""Each film is measured once, and what was measured is found again."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from PIL import Image

from CXRTriageLib.cohort.film_list import LabelKind, read_film_list
from CXRTriageLib.domain.anatomy import Structure
from CXRTriageLib.domain.settings import Mode, TriageSettings
from CXRTriageLib.errors import InvalidValueError
from CXRTriageLib.evaluation.film_outcomes import (
    REFUSED,
    STORE_NAME,
    collect_outcomes,
    read_outcomes,
)
from CXRTriageLib.metrics.overlap import jaccard
from support.film_folders import write_manifest, write_phantoms
from support.results import MODELS, StandInPipeline, chest_labels

DEFAULT = TriageSettings.for_mode(Mode.DEFAULT)
SHAPE = (300, 240)


@pytest.fixture
def films(tmp_path):
    """Return three rows of a manifest, with films and label images."""
    return read_film_list(write_phantoms(tmp_path, ["test"] * 3, shape=SHAPE))


@pytest.fixture
def runs():
    """Return a list that every film is noted in, and a pipeline that notes them."""
    noted = []
    return noted, StandInPipeline(before=lambda film: noted.append(film.facts.file_name))


def test_outcome_holds_what_the_pipeline_found(tmp_path, films, runs):
    (first, *_) = collect_outcomes(films, runs[1], tmp_path / "out", settings=DEFAULT)

    assert first.winner == "viral"
    assert first.row == films[0].row
    assert len(first.mean_probabilities) == 4
    assert first.biomarker("cardiothoracic_ratio") == pytest.approx(0.3846154)
    assert first.biomarker("left_lung_area_cm2") is None


def test_overlap_is_measured_against_the_label_image(tmp_path, films, runs):
    drawn, found = np.asarray(Image.open(films[0].label)), chest_labels(SHAPE)
    kinds = [LabelKind.LUNGS_AND_HEART, LabelKind.LUNGS, LabelKind.LUNGS_WITH_RETROCARDIAC]
    films = [
        dataclasses.replace(film, label_kind=kind) for film, kind in zip(films, kinds, strict=True)
    ]

    whole, no_heart, other = collect_outcomes(films, runs[1], tmp_path, settings=DEFAULT)

    left, right, heart = (
        jaccard(drawn == organ, found == organ)
        for organ in (Structure.LEFT_LUNG, Structure.RIGHT_LUNG, Structure.HEART)
    )
    assert 0.3 < heart < 1
    assert whole.lung_jaccard == pytest.approx((left + right) / 2)
    assert whole.lung_union_jaccard == pytest.approx(jaccard(drawn >= 2, found >= 2))
    assert whole.heart_jaccard == pytest.approx(heart)
    assert (no_heart.lung_jaccard, no_heart.heart_jaccard) == (whole.lung_jaccard, None)
    assert (other.lung_jaccard, other.lung_union_jaccard, other.heart_jaccard) == (None,) * 3
    assert whole.label_cardiothoracic_ratio is not None
    assert no_heart.label_cardiothoracic_ratio is None
    assert no_heart.lung_hausdorff_95_px == whole.lung_hausdorff_95_px > 0
    assert other.lung_hausdorff_95_px is None
    # Lungs that are drawn behind the heart are held against the whole lungs, here with the heart.
    lungs, whole_lungs = drawn >= Structure.LEFT_LUNG, found >= Structure.HEART
    both = 2 * np.logical_and(lungs, whole_lungs).sum()
    assert other.lungs_as_drawn_dice == pytest.approx(both / (lungs.sum() + whole_lungs.sum()))


def test_film_that_is_refused_has_no_values_and_is_tried_again(tmp_path, films, runs, capsys):
    whole = films[1].image.read_bytes()
    films[1].image.write_bytes(whole[:100])

    outcomes = collect_outcomes(films, runs[1], tmp_path / "out", settings=DEFAULT)

    assert [item.warnings == (REFUSED,) for item in outcomes] == [False, True, False]
    assert (outcomes[1].winner, outcomes[1].biomarkers, outcomes[1].lung_jaccard) == ("", (), None)
    assert films[1].image.name in capsys.readouterr().out

    films[1].image.write_bytes(whole)
    outcomes = collect_outcomes(films, runs[1], tmp_path / "out", settings=DEFAULT)

    assert outcomes[1].winner == "viral"
    assert len(runs[0]) == len(films)


def test_film_without_a_label_image_has_no_overlap(tmp_path, films, runs):
    film = dataclasses.replace(films[0], label=None, label_kind=LabelKind.NONE)

    (outcome,) = collect_outcomes([film], runs[1], tmp_path, settings=DEFAULT)

    assert (outcome.lung_jaccard, outcome.heart_jaccard) == (None, None)


def test_organ_that_is_neither_drawn_nor_found_has_no_overlap(tmp_path, films):
    nothing = np.zeros(SHAPE, np.uint8)
    Image.fromarray(nothing).save(films[0].label)

    class FindsNothing(StandInPipeline):
        def run(self, radiograph, **choices):
            result = super().run(radiograph, **choices)
            empty = dataclasses.replace(result.segmentation, labels=nothing)
            return dataclasses.replace(result, segmentation=empty)

    (outcome,) = collect_outcomes(films[:1], FindsNothing(), tmp_path, settings=DEFAULT)

    assert outcome.lung_jaccard is None
    assert outcome.lung_union_jaccard is None
    assert outcome.heart_jaccard is None


def test_label_image_of_another_size_is_refused(tmp_path, films, runs):
    Image.fromarray(np.zeros((10, 10), np.uint8)).save(films[0].label)

    with pytest.raises(InvalidValueError):
        collect_outcomes(films, runs[1], tmp_path, settings=DEFAULT)


def test_second_run_reads_what_the_first_has_kept(tmp_path, films, runs):
    noted, pipeline = runs
    first = collect_outcomes(films, pipeline, tmp_path, settings=DEFAULT)
    noted.clear()

    second = collect_outcomes(films, pipeline, tmp_path, settings=DEFAULT)

    assert second == first
    assert noted == []


def test_half_line_of_a_killed_run_is_measured_again_and_nothing_else(tmp_path, films, runs):
    noted, pipeline = runs
    first = collect_outcomes(films, pipeline, tmp_path, settings=DEFAULT)
    store = tmp_path / STORE_NAME
    content = store.read_bytes()
    store.write_bytes(content[:-40])
    noted.clear()

    second = collect_outcomes(films, pipeline, tmp_path, settings=DEFAULT)
    assert noted == ["film2.png"]
    noted.clear()
    third = collect_outcomes(films, pipeline, tmp_path, settings=DEFAULT)

    assert noted == []
    assert first == second == third


def test_row_that_moved_in_the_manifest_keeps_its_own_outcome(tmp_path, films, runs):
    noted, pipeline = runs
    first = collect_outcomes(films, pipeline, tmp_path, settings=DEFAULT)
    noted.clear()
    rows = [{"image": f"film{number}.png"} for number in (2, 1)]
    for row, film in zip(rows, (films[2], films[1]), strict=True):
        row |= {"label": film.label.name, "label_kind": film.label_kind.value}
    moved = read_film_list(write_manifest(tmp_path, rows))

    second = collect_outcomes(moved, pipeline, tmp_path, settings=DEFAULT)

    assert noted == []
    assert [outcome.row for outcome in second] == [2, 3]
    assert [dataclasses.replace(outcome, row=0) for outcome in second] == [
        dataclasses.replace(first[index], row=0) for index in (2, 1)
    ]


def test_other_settings_networks_or_labels_are_measured_again(tmp_path, films, runs):
    noted, pipeline = runs
    collect_outcomes(films, pipeline, tmp_path, settings=DEFAULT)
    other_networks = dataclasses.replace(
        pipeline, models=(MODELS[0], dataclasses.replace(MODELS[1], sha256="d" * 64))
    )
    other_labels = [dataclasses.replace(film, label_kind=LabelKind.LUNGS) for film in films]
    paper = TriageSettings.for_mode(Mode.PAPER)

    for again, network, settings in (
        (films, pipeline, paper),
        (films, other_networks, DEFAULT),
        (other_labels, pipeline, DEFAULT),
    ):
        noted.clear()
        collect_outcomes(again, network, tmp_path, settings=settings)
        assert len(noted) == 3


def test_kept_lines_name_neither_film_nor_patient(tmp_path, films, runs):
    collect_outcomes(films, runs[1], tmp_path, settings=DEFAULT)

    text = (tmp_path / STORE_NAME).read_text(encoding="utf-8")
    assert len(read_outcomes(tmp_path / STORE_NAME)) == 3
    assert "film0" not in text
    assert "patient" not in text
    for line in filter(None, text.splitlines()):
        assert json.loads(line)["winner"] == "viral"


def test_nothing_is_read_where_nothing_was_kept(tmp_path):
    assert read_outcomes(tmp_path / STORE_NAME) == []
