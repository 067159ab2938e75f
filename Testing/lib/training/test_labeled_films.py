"""Films and what their label images say, as training keeps them."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest
from PIL import Image

from CXRTriageLib.cohort.film_list import LabelKind, read_film_list
from CXRTriageLib.cohort.row_problems import RowProblems
from CXRTriageLib.errors import ManifestError
from CXRTriageLib.preprocessing.working_film import PreprocessedFilm
from CXRTriageLib.reading import read_radiograph
from CXRTriageLib.training.labeled_films import load_masked_films
from CXRTriageLib.training.possible_labels import possible_labels
from support.film_folders import write_phantoms
from support.phantoms import ellipse_labels


def test_film_in_memory_is_what_the_network_sees_at_inference(tmp_path):
    (listed,) = read_film_list(write_phantoms(tmp_path, ["train"], shape=(300, 260)))

    (film,) = load_masked_films([listed], side=256, problems=RowProblems("list"))

    seen = PreprocessedFilm.of(read_radiograph(listed.image)).network_input(256)
    assert np.abs(film.image - seen).max() <= 0.5
    expected = possible_labels(ellipse_labels((256, 256)), LabelKind.LUNGS_AND_HEART)
    assert film.image.dtype == film.possible.dtype == np.uint8
    assert film.possible.shape == (256, 256)
    assert np.mean(film.possible == expected) > 0.99
    assert (film.kind, film.dataset) == (LabelKind.LUNGS_AND_HEART, "phantom")


def test_film_without_a_label_image_is_left_out(tmp_path):
    first, second = read_film_list(write_phantoms(tmp_path, ["train", "train"]))

    films = load_masked_films(
        [dataclasses.replace(first, label=None), second], side=64, problems=RowProblems("list")
    )

    assert len(films) == 1


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (np.ones((160, 141), np.uint8), r"has (160, 141) pixels, its film has (160, 140)"),
        (np.ones((160, 140, 3), np.uint8), r"has (160, 140, 3) pixels"),
        (np.full((160, 140), 4, np.uint8), "has the values 4 to 4, labels go from 0 to 3"),
        (np.full((160, 140), 255, np.uint8), "has the values 255 to 255"),
        (np.zeros((160, 140), np.uint8), "is empty"),
        (np.ones((160, 140), np.uint8), "draws a heart, which label_kind 'lungs' says it does not"),
    ],
)
def test_label_image_that_does_not_fit_is_refused_with_its_row(tmp_path, labels, said):
    (listed,) = read_film_list(write_phantoms(tmp_path, ["train"]))
    Image.fromarray(labels).save(listed.label)
    problems = RowProblems("list")

    films = load_masked_films(
        [dataclasses.replace(listed, label_kind=LabelKind.LUNGS)], side=64, problems=problems
    )

    assert films == []
    with pytest.raises(ManifestError, match=re.escape(f"row 2: the label image {said}")):
        problems.refuse_any()


def test_all_films_and_label_images_that_cannot_be_used_are_named_at_once(tmp_path):
    listed = read_film_list(write_phantoms(tmp_path, ["train"] * 4))
    listed[0].image.write_bytes(b"no film")
    listed[1].label.write_bytes(b"no image")
    Image.fromarray(np.zeros((3, 3), np.uint8)).save(listed[3].label)
    problems = RowProblems("list")

    films = load_masked_films(listed, side=64, problems=problems)

    assert len(films) == 1
    first, second, fourth = problems.lines
    assert first.startswith("row 2: film0.png")
    assert second == "row 3: the label image cannot be read; give it as PNG"
    assert fourth.startswith("row 5: the label image has (3, 3) pixels")
